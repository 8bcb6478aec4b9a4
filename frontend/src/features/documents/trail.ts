/** The list a document was opened from, so that the next one is one key away. */

let trail: readonly string[] = [];
let origin = '';

export function leaveTrail(ids: readonly string[], from: string): void {
  trail = ids;
  origin = from;
}

export interface Steps {
  previous?: string;
  next?: string;
  /** Place in the list, from 1; 0 when it is not in it. */
  place: number;
  total: number;
  /** Address of the list. */
  from: string;
}

export function stepsFrom(id: string): Steps {
  const at = trail.indexOf(id);
  if (at < 0) return { place: 0, total: 0, from: origin };
  return { previous: trail[at - 1], next: trail[at + 1], place: at + 1, total: trail.length, from: origin };
}
