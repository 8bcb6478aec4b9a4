/** Who leads through the materials, and whether this screen follows, leads or looks for itself. Pure. */
import { ranks, samePlace, type Lead, type Place, type Rank, type Told } from './relay';

/** off: nothing live here; lost: the connection or the host is gone for now. */
export type Line = 'off' | 'lost' | 'on';

export interface Follow {
  line: Line;
  rank: Rank;
  /** Who leads; '' is nobody. */
  by: string;
  /** Where he is. */
  place?: Place;
  /** Persons who are connected. */
  here: number;
  /** Looks for himself until this presentation ends. */
  own: boolean;
  /** This screen leads, or has asked to. */
  wants: boolean;
  /** It asked, and another leads. */
  refused: boolean;
  /** Has heard who leads. */
  begun: boolean;
}

export const atFirst: Follow = { line: 'off', rank: ranks.listens, by: '', here: 0, own: false, wants: false, refused: false, begun: false };

export type Happens =
  /** elsewhere: the person came for something else than what is shown. */
  | { what: 'told'; told: Told; elsewhere: boolean }
  /** Told beside the line, of which it says nothing. */
  | { what: 'led'; lead: Lead; elsewhere: boolean }
  | { what: 'lost' }
  | { what: 'closed' }
  | { what: 'moved' }
  | { what: 'follow' }
  | { what: 'own' }
  | { what: 'take' }
  | { what: 'release' };

/** What the screen does. */
export type Stand = 'nobody' | 'leads' | 'follows' | 'own';

export function standOf({ by, own, wants }: Follow, me: string): Stand {
  if (by === '') return 'nobody';
  if (wants && by === me) return 'leads';
  return own ? 'own' : 'follows';
}

/** Who runs the meeting takes the lead from anybody; who presents waits. */
export function mayTake(state: Follow, me: string): boolean {
  return state.line === 'on' && standOf(state, me) !== 'leads' && (state.rank === ranks.runs || (state.rank === ranks.presents && (state.by === '' || state.by === me)));
}

export function next(state: Follow, event: Happens, me: string): Follow {
  switch (event.what) {
    case 'told':
      return hear(state, event.told, event.elsewhere, me);
    case 'led':
      return heardAside(state, event.lead, event.elsewhere, me);
    case 'lost':
      return state.line === 'on' ? { ...state, line: 'lost' } : state;
    case 'closed':
      return atFirst;
    case 'moved':
    case 'own':
      return standOf(state, me) === 'follows' ? { ...state, own: true } : state;
    case 'follow':
      return { ...state, own: false };
    case 'take':
      return { ...state, wants: true, refused: false };
    case 'release':
      return { ...state, wants: false };
  }
}

function hear(state: Follow, told: Told, elsewhere: boolean, me: string): Follow {
  if (told.alone) return { ...state, line: state.line === 'off' ? 'off' : 'lost' };
  const heard: Follow = { ...state, line: 'on', rank: told.rank ?? state.rank, here: told.here ?? state.here };
  if (told.lead) lead(heard, told.lead, { anew: told.host !== undefined, elsewhere }, me);
  if (told.refused) {
    heard.wants = false;
    heard.refused = told.refused === 'room.led_by_another';
  }
  return same(state, heard) ? state : heard;
}

function heardAside(state: Follow, led: Lead, elsewhere: boolean, me: string): Follow {
  // Whether the own lead has ended or its connection broke, only the line can tell.
  if (state.wants && (led.by ?? '') === '') return state;
  const heard = { ...state };
  lead(heard, led, { anew: false, elsewhere }, me);
  return same(state, heard) ? state : heard;
}

/** A lead that ends with its connection is asked for again; one that another ends or takes is over. */
function lead(heard: Follow, { by = '', place }: Lead, { anew, elsewhere }: { anew: boolean; elsewhere: boolean }, me: string): void {
  const before = heard.by;
  if (heard.wants && before === me && by !== me && !(anew && by === '')) heard.wants = false;
  if (by === '') heard.own = false;
  else if (!heard.begun && elsewhere && by !== me) heard.own = true;
  if (by !== before) heard.refused = false;
  heard.by = by;
  heard.place = samePlace(heard.place, place) ? heard.place : place;
  heard.begun ||= by === '' || place !== undefined;
}

/** Pointers come many times a second, and change nothing here. */
function same(a: Follow, b: Follow): boolean {
  return (Object.keys(b) as Array<keyof Follow>).every((key) => a[key] === b[key]);
}
