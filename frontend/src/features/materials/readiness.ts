import type { MeetingReadiness, ReadinessRow } from '@/lib/backend';
import { fold } from '@/lib/fold';

/** How a person stands: with everything that is for him, with a part, with nothing, or without a laptop. */
export type Ready = 'all' | 'part' | 'nothing' | 'no_machine';

export function readyOf({ cells, machines }: ReadinessRow): Ready {
  const own = cells.filter((percent) => percent >= 0);
  if (machines.length === 0) return 'no_machine';
  if (own.every((percent) => percent === 100)) return 'all';
  return own.some((percent) => percent > 0) ? 'part' : 'nothing';
}

export type Counts = Record<Ready, number>;

export function countsOf(rows: readonly ReadinessRow[]): Counts {
  const counts: Counts = { all: 0, part: 0, nothing: 0, no_machine: 0 };
  for (const row of rows) counts[readyOf(row)]++;
  return counts;
}

/** Those who lack something, and whose name or office has the words. */
export function shownRows(rows: readonly ReadinessRow[], lacking: boolean, words: string): ReadinessRow[] {
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (lacking && readyOf(row) === 'all') return false;
    const text = fold(`${row.name} ${row.office ?? ''}`);
    return wanted.every((word) => text.includes(word));
  });
}

/** By material: how many have it whole and have opened it, of how many. */
export function columnCounts({ materials, people }: MeetingReadiness): Array<{ whole: number; read: number; of: number }> {
  return materials.map((_, i) => {
    const own = people.filter(({ cells }) => (cells[i] ?? -1) >= 0);
    return { of: own.length, whole: own.filter(({ cells }) => cells[i] === 100).length, read: own.filter(({ read }) => read[i]).length };
  });
}

/** A cell's look: quiet when the material is not for the person. */
export const lookOf = (percent: number): 'none' | 'empty' | 'part' | 'whole' => (percent < 0 ? 'none' : percent === 0 ? 'empty' : percent < 100 ? 'part' : 'whole');
