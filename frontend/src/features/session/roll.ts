/** The roll-call as a list: what a search and a filter leave of it, and what a key sets. */
import type { RollRow } from '@/lib/backend';
import { fold } from '@/lib/fold';

export type Presence = RollRow['presence'];
export type RollFilter = 'all' | 'here' | 'absent' | 'uncalled' | 'votes';

export const rollFilters: readonly RollFilter[] = ['all', 'uncalled', 'here', 'absent', 'votes'];

/** What the number keys set, in their order. */
export const presences: readonly Presence[] = ['CO_MAT_TRUC_TIEP', 'CO_MAT_TRUC_TUYEN', 'VANG_CO_LY_DO', 'VANG_KHONG_LY_DO'];

export const isHere = (row: RollRow) => row.presence.startsWith('CO_MAT') && !row.left;

const kept: Record<RollFilter, (row: RollRow) => boolean> = {
  all: () => true,
  here: isHere,
  absent: (row) => row.presence.startsWith('VANG'),
  uncalled: (row) => row.presence === 'CHUA_DIEM_DANH',
  votes: (row) => row.votes === true,
};

/** Rows with the text to search them by, made once. */
export interface Searchable {
  row: RollRow;
  text: string;
}

export function searchable(rows: readonly RollRow[]): Searchable[] {
  return rows.map((row) => ({ row, text: fold([row.person.name, row.office, row.title, row.seat].filter(Boolean).join(' ')) }));
}

/** All words must occur, without regard to marks. */
export function findRows(rows: readonly Searchable[], words: string, filter: RollFilter): RollRow[] {
  const needles = fold(words).split(/\s+/).filter(Boolean);
  return rows.filter(({ row, text }) => kept[filter](row) && needles.every((word) => text.includes(word))).map(({ row }) => row);
}

export function countRows(rows: readonly RollRow[]): Record<RollFilter, number> {
  const count = { all: 0, here: 0, absent: 0, uncalled: 0, votes: 0 };
  for (const row of rows) for (const filter of rollFilters) if (kept[filter](row)) count[filter] += 1;
  return count;
}
