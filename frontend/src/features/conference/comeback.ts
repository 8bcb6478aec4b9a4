import type { Look } from './layout';
import type { Seat, Sends } from './protocol';

/** What a page that goes leaves for the one that comes in its place: a slip of the hand on F5 costs nobody the floor. */
export interface Seated {
  seat: Seat;
  /** The host's token. */
  resume: string;
  wants: Sends;
  look: Look;
  at: number;
}

/** Milliseconds for which a host keeps the place of a station that is silent (PROTOCOL.md, "Coming in"). */
const grace = 60_000;
const keyOf = (place: string) => `khonggiay.conference.seat ${place}`;

/** Keeps it for this window alone; `place` is the meeting, or a guest's link. */
export function keepSeat(place: string, seated: Seated): void {
  sessionStorage.setItem(keyOf(place), JSON.stringify(seated));
}

/** A seat to come back to, while the host keeps it. */
export function keptSeat(place: string, now = Date.now()): Seated | null {
  try {
    const seated = JSON.parse(sessionStorage.getItem(keyOf(place)) ?? 'null') as Seated | null;
    return seated && seated.resume && now - seated.at < grace && now >= seated.at ? seated : null;
  } catch {
    return null;
  }
}

export function dropSeat(place: string): void {
  sessionStorage.removeItem(keyOf(place));
}
