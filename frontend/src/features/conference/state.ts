/** What a station knows of its conference, and how a frame changes that. Pure. */
import type { Look } from './layout';
import { askedOf } from './protocol';
import type { Asked, ChatLine, Door, Floor, Hello, Link, LineRow, Me, Reaction, Roll, Row, Sends, Slots, Talk, Told, View } from './protocol';

export interface Reacted {
  /** Rises; for lists. */
  key: number;
  station: string;
  kind: Reaction;
  /** By this machine's clock. */
  at: number;
}

export interface HallState {
  phase: 'joining' | 'lobby' | 'room' | 'ended';
  line: 'connecting' | 'up' | 'lost' | 'alone';
  /** Why it is over; a key of errors. */
  ended: string;
  hello: Hello | null;
  me: Me | null;
  floor: Floor;
  view: View;
  door: Door;
  talk: Talk;
  roll: Roll;
  stations: ReadonlyMap<string, Row>;
  lines: ReadonlyMap<string, LineRow>;
  slots: Slots;
  speaking: string;
  link: Link;
  chat: readonly ChatLine[];
  reactions: readonly Reacted[];
  /** What the host has asked of the person and he has not answered. */
  asked: readonly Asked[];
  /** The roll-call that this station has answered, by its beginning. */
  answeredRoll: number;
  /** kbit/s that the line bears down, as it was measured last; 0: it was not. */
  bears: number;
  /** Milliseconds by which the host's clock is ahead of this machine's. */
  ahead: number;
  /** What the person wants to send. */
  wants: Sends;
  /** What his own screen shows. */
  look: Look;
}

export const nothing: Sends = { audio: false, camera: false, screen: false };

export const atFirst: HallState = {
  phase: 'joining', line: 'connecting', ended: '', hello: null, me: null,
  floor: { mode: 'THAO_LUAN' }, view: { layout: 'GALLERY', since: 0 }, door: {}, talk: {}, roll: {},
  stations: new Map(), lines: new Map(), slots: { audio: [], video: [] }, speaking: '', link: 'none', chat: [], reactions: [], asked: [], answeredRoll: 0, bears: 0, ahead: 0, wants: nothing, look: 'set',
};

/** Lines of the chat, and reactions, that are kept. */
const keptChat = 500;
const keptReactions = 24;

/** After a frame, at a moment of this machine. */
export function told(state: HallState, frame: Told, at: number): HallState {
  const next: HallState = { ...state };
  if (frame.hello) {
    next.hello = frame.hello;
    next.line = 'up';
    next.link = 'none';
    next.bears = 0;
    next.slots = atFirst.slots;
    next.speaking = '';
  }
  if (frame.now) next.ahead = frame.now - at;
  if (frame.me) {
    next.me = frame.me;
    next.phase = frame.me.status === 'CHO_VAO' ? 'lobby' : 'room';
  }
  if (frame.floor) next.floor = frame.floor;
  if (frame.view) next.view = frame.view;
  if (frame.door) next.door = frame.door;
  if (frame.talk) next.talk = frame.talk;
  if (frame.roll) next.roll = frame.roll;
  if (frame.slots) next.slots = { audio: frame.slots.audio ?? [], video: frame.slots.video ?? [] };
  if (frame.speaking !== undefined) next.speaking = frame.speaking;
  if (frame.link) next.link = frame.link;
  if (frame.bears) next.bears = frame.bears;
  next.stations = rosterAfter(state.stations, frame);
  if (frame.lines) {
    const lines = new Map(state.lines);
    for (const row of frame.lines) lines.set(row.i, row);
    next.lines = lines;
  }
  if (frame.chat) {
    const last = state.chat.at(-1)?.n ?? 0;
    next.chat = [...state.chat, ...frame.chat.filter(({ n }) => n > last)].slice(-keptChat);
  }
  if (frame.reactions) {
    const key = (state.reactions.at(-1)?.key ?? 0) + 1;
    next.reactions = [...state.reactions, ...frame.reactions.map((each, i) => ({ ...each, key: key + i, at }))].slice(-keptReactions);
  }
  const { person } = askedOf(frame);
  if (person.length > 0) next.asked = [...new Set([...state.asked, ...person])];
  return next;
}

function rosterAfter(before: ReadonlyMap<string, Row>, { all, stations, gone }: Told): ReadonlyMap<string, Row> {
  if (!all && !stations && !gone) return before;
  const after = new Map(all ? [] : before);
  for (const row of stations ?? []) after.set(row.i, row);
  for (const id of gone ?? []) after.delete(id);
  return after;
}

/** Whether the station may do that now. */
export const may = (state: Pick<HallState, 'me'>, act: string) => state.me?.may.includes(act) ?? false;

/** Whether it may lead the conference. */
export const leads = (state: Pick<HallState, 'me'>) => may(state, 'admit');

/** Whether the chair keeps its microphone shut, and nothing else does. */
export function isSilenced({ me, floor, stations, hello }: HallState): boolean {
  const own = stations.get(hello?.station ?? '');
  return me !== null && !me.allowed.audio && (floor.mutedAll === true || ((own?.m ?? 0) & 1) !== 0);
}

/** The name of a station, wherever it stands. */
export const nameOf = ({ stations, hello }: Pick<HallState, 'stations' | 'hello'>, station: string) => stations.get(station)?.n ?? (hello?.station === station ? hello.name : '');
