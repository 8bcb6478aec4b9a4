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
  measured?: Measured;
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

/** What has not been tested is not in it; a microphone at which nobody was heard is bad once it is sent. */
export function reportOf(found: Found): Report {
  const { measured } = found;
  const mic = micMark(found) ?? (found.mic ? 'bad' : undefined);
  return {
    ...(mic && { mic }),
    ...(answered(found.heard) && { speaker: answered(found.heard) }),
    ...(cameraMark(found) && { camera: cameraMark(found) }),
    ...(measured && {
      up: measured.bears > 0 ? measured.bears : measured.up, down: measured.down, rtt: measured.rtt,
      loss: Math.round(Math.max(measured.lossUp, measured.lossDown) * 1000),
    }),
    ...(found.materials !== undefined && { materials: found.materials }),
  };
}
