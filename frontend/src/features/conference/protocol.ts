/** The frames of a meeting's conference (meeting/room/PROTOCOL.md). Pure. */
import type { MeetingView } from '@/lib/backend';

export type Track = 'audio' | 'camera' | 'screen';
export type Picture = Exclude<Track, 'audio'>;
export type StationKind = 'point' | 'person' | 'guest';
export type StationStatus = 'CHUA_KET_NOI' | 'DANG_KET_NOI' | 'CHO_VAO' | 'TRONG_HOP' | 'MAT_TIN_HIEU' | 'ROI';
export type FloorMode = 'THAO_LUAN' | 'DAO_TAO' | 'HOI_NGHI';
export type Reaction = 'clap' | 'like' | 'yes' | 'no';
export type Mark = 'ok' | 'bad' | 'none';
export type Link = 'connecting' | 'up' | 'lost' | 'none';

export const layouts = ['CHAIR', 'CHAIR_SPEAKER', 'SLIDES_SPEAKER', 'GRID4', 'GRID9', 'GRID16', 'GALLERY', 'SPOTLIGHT'] as const;
export type Layout = (typeof layouts)[number];
export const floorModes: readonly FloorMode[] = ['THAO_LUAN', 'DAO_TAO', 'HOI_NGHI'];
export const reactions: readonly Reaction[] = ['clap', 'like', 'yes', 'no'];

export const acts = [
  'admit', 'refuse', 'lobby', 'lock', 'remove', 'end', 'mode', 'mute_all', 'mute', 'camera', 'floor', 'next', 'stage', 'chair', 'sub_chair', 'screen',
  'layout', 'announce', 'chat', 'reactions', 'lower', 'roll', 'test',
] as const;
export type Act = (typeof acts)[number];

/** As what somebody comes in. */
export type Seat = { as: 'person' } | { as: 'point'; point: string };

/** The meeting as far as its room needs it; a guest is told no more than his way in. */
export interface HallMeeting {
  /** "" for a guest. */
  id: string;
  title: string;
  start: number;
  end: number;
  secret?: boolean;
  official?: boolean;
  /** What a member may do; absent for a guest. */
  actions?: MeetingView['actions'];
  /** How many meeting points take part. */
  points?: number;
}

export interface Ticket {
  ticket: string;
  station: string;
  ice: RTCIceServer[];
}

export type Sends = Record<Track, boolean>;

export interface Hello {
  station: string;
  kind: StationKind;
  person?: string;
  name: string;
  role: string;
  runs?: boolean;
  resume: string;
  host: string;
  meeting: string;
  audioSlots: number;
  videoSlots: number;
}

export interface Me {
  status: StationStatus;
  may: string[];
  /** What it could send. */
  allowed: Sends;
  /** What is let through of what it wants to. */
  sends: Sends;
  stage?: boolean;
  /** It is the next to speak. */
  prepare?: boolean;
}

export interface Floor {
  mode: FloorMode;
  mutedAll?: boolean;
  given?: string[];
  record?: { holders?: string[]; queue?: string[] };
  holders?: string[];
  next?: string[];
  upcoming?: string[];
  prepare?: string;
}

export interface View {
  layout: Layout;
  station?: string;
  /** Seconds a page; 0 or absent: it does not turn. */
  period?: number;
  since: number;
  chair?: string;
  screen?: string;
  stage?: string[];
  /** Whom screens follow of those who are heard, the newest first. */
  heard?: string[];
}

export interface Removal {
  station: string;
  name: string;
  at: number;
  by: string;
}

export interface Door {
  lobby?: boolean;
  locked?: boolean;
  waiting?: number;
  removed?: Removal[];
}

export interface Talk {
  banner?: { text: string; at: number; by: string };
  chat?: boolean;
  reactions?: boolean;
}

export interface Roll {
  began?: number;
  period?: number;
  by?: string;
}

export interface Report {
  mic?: Mark;
  speaker?: Mark;
  camera?: Mark;
  /** Bad: what its speaker plays comes back by its microphone. */
  echo?: Mark;
  /** kbit/s */
  up?: number;
  down?: number;
  /** Packets lost of a thousand. */
  loss?: number;
  /** Milliseconds. */
  rtt?: number;
  /** Percent. */
  materials?: number;
}

/** A station in the roster, with the short names that go over the line. */
export interface Row {
  i: string;
  n: string;
  k: StationKind;
  p?: string;
  r: string;
  /** 2 runs the meeting, 1 sub-chair. */
  u?: number;
  s: StationStatus;
  /** Place in the order, from 1. */
  o?: number;
  /** Hand raised since. */
  h?: number;
  /** Let through: 1 audio, 2 camera, 4 screen. */
  l?: number;
  /** Hard mute: 1 audio, 2 camera. */
  m?: number;
  /** Headcount. */
  c?: number;
  g?: string;
  e?: number;
  /** For those who lead: first joined, drops, lost or left at, last report, answer to the roll-call. */
  j?: number;
  d?: number;
  x?: number;
  t?: Report & { at?: number };
  a?: number;
}

export interface LineRow {
  i: string;
  up?: boolean;
  route?: 'udp' | 'tcp' | 'relay';
  rtt?: number;
  /** Shares, 0 to 1. */
  lossUp?: number;
  lossDown?: number;
  /** kbit/s */
  rateUp?: number;
  rateDown?: number;
  bears?: number;
  deaf?: boolean;
  blind?: boolean;
}

export interface ChatLine {
  n: number;
  station: string;
  name: string;
  text: string;
  at: number;
}

export interface Shown {
  slot: number;
  station: string;
  track: Picture;
  height: number;
}

export interface Slots {
  audio: string[];
  video: Shown[];
}

export interface Wish {
  slot: number;
  station: string;
  track: Picture;
  height: number;
  rank: number;
}

export interface Refusal {
  n?: number;
  reason: string;
}

/** What the host asks of the person. */
export type Asked = 'camera' | 'test' | 'floor';

/** What it asks of the page: media over a relay alone, or by any way. */
export type Route = 'relay' | 'direct';

/** A frame from the host. A member that is absent has not changed. */
export interface Told {
  hello?: Hello;
  epoch?: number;
  now?: number;
  me?: Me;
  floor?: Floor;
  view?: View;
  door?: Door;
  talk?: Talk;
  roll?: Roll;
  all?: boolean;
  stations?: Row[];
  gone?: string[];
  answer?: { seq: number; sdp: string };
  slots?: Slots;
  layers?: Array<{ track: Picture; wanted: boolean[] }>;
  speaking?: string;
  link?: Link;
  /** kbit/s that the own line bears down, while it is measured. */
  bears?: number;
  lines?: LineRow[];
  chat?: ChatLine[];
  reactions?: Array<{ station: string; kind: Reaction }>;
  asked?: Array<Asked | Route>;
  ice?: RTCIceServer[];
  done?: number[];
  refused?: Refusal[];
}

export interface Do {
  act: Act;
  station?: string;
  stations?: string[];
  on?: boolean;
  mode?: FloorMode;
  layout?: Layout;
  period?: number;
  text?: string;
}

/** A frame to the host. */
export type Said =
  | { beat: true }
  | { offer: { seq: number; sdp: string } }
  | { watch: Wish[] }
  | { sends: Sends }
  | { hand: boolean }
  | { chat: string }
  | { react: Reaction }
  | { report: Report }
  | { measure: true }
  | { headcount: number }
  | { do: Do }
  | { leave: true };

const isRoute = (asked: Asked | Route): asked is Route => asked === 'relay' || asked === 'direct';

/** What a frame asks, of the person and of the page. */
export function askedOf({ asked = [] }: Told): { person: Asked[]; route?: Route } {
  return { person: asked.filter((each): each is Asked => !isRoute(each)), route: asked.findLast(isRoute) };
}

/** What a frame says; null when it is none. */
export function parseTold(data: unknown): Told | null {
  if (typeof data !== 'string') return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === 'object' && frame !== null && !Array.isArray(frame) ? (frame as Told) : null;
  } catch {
    return null;
  }
}

/** The way of a person; that of a guest is without a meeting, which his ticket names. */
export function conferenceUrl(meeting: string, pass: { pass: string } | { resume: string }): string {
  const path = meeting ? `meetings/${encodeURIComponent(meeting)}` : 'guest';
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/${path}/conference?${new URLSearchParams(pass)}`;
}

/** Bits of a row. */
export const lets = { audio: 1, camera: 2, screen: 4 } as const;
export const mutes = { audio: 1, camera: 2 } as const;

export const has = (bits: number | undefined, bit: number) => ((bits ?? 0) & bit) !== 0;

const present: ReadonlySet<StationStatus> = new Set(['TRONG_HOP', 'DANG_KET_NOI', 'MAT_TIN_HIEU']);

/** Whether a station is in the room, or may come back to its place. */
export const isPresent = (row: Row | undefined): row is Row => row !== undefined && present.has(row.s);
