import type { Picture, Wish } from './protocol';

/** A picture that the screen shows somewhere. */
export interface Want {
  station: string;
  track: Picture;
  /** Device pixels. */
  height: number;
  /** What is given up last has the lowest. */
  rank: number;
}

export const keyOf = ({ station, track }: { station: string; track: Picture }) => `${track} ${station}`;

/**
 * Which slot each picture is asked for in. What was shown keeps its slot, so that
 * it goes on without a gap; the same picture twice is one, as high as the higher.
 */
export function assignSlots(before: readonly Wish[], wants: readonly Want[], slots: number): Wish[] {
  const wanted = new Map<string, Want>();
  for (const want of wants) {
    const known = wanted.get(keyOf(want));
    wanted.set(keyOf(want), known ? { ...want, height: Math.max(known.height, want.height), rank: Math.min(known.rank, want.rank) } : want);
  }
  const chosen = [...wanted.values()].toSorted((a, b) => a.rank - b.rank).slice(0, slots);
  const had = new Map(before.map((wish) => [keyOf(wish), wish.slot]));
  const kept = new Set(chosen.flatMap((want) => had.get(keyOf(want)) ?? []));
  const free = Array.from({ length: slots }, (_, slot) => slot).filter((slot) => !kept.has(slot));
  return chosen
    .map((want) => ({ slot: had.get(keyOf(want)) ?? free.shift() ?? 0, ...want }))
    .toSorted((a, b) => a.slot - b.slot);
}

export function sameWishes(a: readonly Wish[], b: readonly Wish[]): boolean {
  return a.length === b.length && a.every((wish, i) => {
    const other = b[i];
    return other !== undefined && wish.slot === other.slot && keyOf(wish) === keyOf(other) && wish.height === other.height && wish.rank === other.rank;
  });
}

/** Heights in steps, so that a window that is drawn larger does not ask for something new with every pixel. */
const steps = [90, 180, 270, 360, 540, 720, 1080];

export const stepOf = (pixels: number) => steps.find((step) => pixels <= step) ?? 1080;
