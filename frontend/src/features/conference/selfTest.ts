/** What a self-test has found, as the report says it. Pure. */
import type { Trouble } from './local';
import type { Mark, Report } from './protocol';
import type { Measured } from './stats';

export interface Found {
  /** The loudest that was heard while somebody spoke, 0 to 1. */
  loudest: number;
  mic: boolean;
  camera: boolean;
  trouble: { audio?: Trouble; camera?: Trouble };
  /** The person's answer: was the tone heard? */
  heard: boolean | null;
  /** The person's answer: is the picture right? */
  seen: boolean | null;
  /** Whether the machine's own speaker comes back by its microphone; undefined: not tested. */
  echo?: Mark;
  measured?: Measured;
  /** kbit/s that the line bears down, as the host has measured it; 0: it has not. */
  bears?: number;
  materials?: number;
}

/** From so much on a voice was heard, and not the room alone. */
export const voice = 0.35;

const missing = (trouble: Trouble | undefined): Mark => (trouble === 'none' ? 'none' : 'bad');
const answered = (answer: boolean | null): Mark | undefined => (answer === null ? undefined : answer ? 'ok' : 'bad');

export function micMark({ mic, loudest, trouble }: Pick<Found, 'mic' | 'loudest' | 'trouble'>): Mark | undefined {
  if (!mic) return trouble.audio ? missing(trouble.audio) : undefined;
  return loudest >= voice ? 'ok' : undefined;
}

export function cameraMark({ camera, seen, trouble }: Pick<Found, 'camera' | 'seen' | 'trouble'>): Mark | undefined {
  if (!camera) return trouble.camera ? missing(trouble.camera) : undefined;
  return answered(seen);
}

/** Levels at the microphone, 0 to 1, from which a tone of the own speaker is an echo: heard, and well above the room. */
const echoes = 0.3;
const aboveRoom = 0.12;

const middle = (levels: readonly number[]) => levels.toSorted((a, b) => a - b)[levels.length >> 1] ?? 0;

/** What the browser's cancelling leaves of a tone: by levels before it and while it sounded. */
export function echoMark(before: readonly number[], during: readonly number[]): Mark | undefined {
  if (before.length === 0 || during.length === 0) return undefined;
  const residue = middle(during);
  return residue >= echoes && residue >= middle(before) + aboveRoom ? 'bad' : 'ok';
}

/** kbit/s from which on something flows that says anything of the line: more than a voice. */
const flows = 150;

/** What the line bears, as far as something was sent over it or it was measured: no figure for a line that stood idle. */
export function lineOf({ up, down, bears, rtt, lossUp, lossDown }: Measured, bearsDown = 0): { up?: number; down?: number; rtt?: number; loss?: number } {
  const most = Math.max(bearsDown, down >= flows ? down : 0);
  return {
    ...(up >= flows && { up: Math.max(up, bears) }), ...(most > 0 && { down: most }), ...(rtt > 0 && { rtt }),
    ...((up > 0 || down > 0) && { loss: Math.max(lossUp, lossDown) }),
  };
}

/** What has not been tested is not in it; a microphone at which nobody was heard is bad once it is sent. */
export function reportOf(found: Found): Report {
  const line = found.measured ? lineOf(found.measured, found.bears) : {};
  const mic = micMark(found) ?? (found.mic ? 'bad' : undefined);
  return {
    ...(mic && { mic }),
    ...(answered(found.heard) && { speaker: answered(found.heard) }),
    ...(cameraMark(found) && { camera: cameraMark(found) }),
    ...(found.echo && { echo: found.echo }),
    ...line,
    ...(line.loss !== undefined && { loss: Math.round(line.loss * 1000) }),
    ...(found.materials !== undefined && { materials: found.materials }),
  };
}
