/** The status board of those who lead: what a filter leaves, in which order, and what of a station is in trouble. Pure. */
import { fold } from '@/lib/fold';
import type { Sort } from '@/ui';
import type { LineRow, Mark, Row } from './protocol';
import { isPresent } from './protocol';

export interface BoardRow {
  row: Row;
  line?: LineRow;
  /** Its place among those who speak next, from 1; 0: it is not among them. */
  next: number;
  holds: boolean;
  /** How much of the materials it has, percent: by the server now, or else by its own last test. */
  materials?: number;
}

export const boardFilters = ['all', 'waiting', 'in', 'trouble', 'hands', 'untested', 'out'] as const;
export type BoardFilter = (typeof boardFilters)[number];

const bad = (mark: Mark | undefined) => mark === 'bad' || mark === 'none';

/** Share of packets from which a line is in trouble. */
const weakLoss = 0.05;

/** What a person at the board has to look at. */
export function isTroubled({ row, line }: BoardRow): boolean {
  if (row.s === 'MAT_TIN_HIEU') return true;
  if (row.s !== 'TRONG_HOP' && row.s !== 'DANG_KET_NOI') return false;
  if (row.t && (bad(row.t.mic) || bad(row.t.speaker) || bad(row.t.camera) || bad(row.t.echo))) return true;
  return line !== undefined && (line.deaf === true || line.blind === true || (line.lossUp ?? 0) >= weakLoss || (line.lossDown ?? 0) >= weakLoss);
}

const kept: Record<BoardFilter, (each: BoardRow) => boolean> = {
  all: () => true,
  waiting: ({ row }) => row.s === 'CHO_VAO',
  in: ({ row }) => row.s === 'TRONG_HOP',
  trouble: isTroubled,
  hands: ({ row }) => Boolean(row.h),
  untested: ({ row }) => row.e === 1 && !row.t?.at,
  out: ({ row }) => row.s === 'CHUA_KET_NOI' || row.s === 'ROI',
};

export function boardRows(stations: ReadonlyMap<string, Row>, lines: ReadonlyMap<string, LineRow>, floor: { holders?: string[]; upcoming?: string[] }, ready: ReadonlyMap<string, number | undefined> = new Map()): BoardRow[] {
  const next = new Map((floor.upcoming ?? []).map((id, i) => [id, i + 1]));
  const holders = new Set(floor.holders);
  return [...stations.values()].map((row) => ({ row, line: lines.get(row.i), next: next.get(row.i) ?? 0, holds: holders.has(row.i), materials: ready.get(row.i) ?? row.t?.materials }));
}

/** The groups that stations are in, by their codes. */
export const groupsOf = (rows: readonly BoardRow[]): string[] => [...new Set(rows.flatMap(({ row }) => row.g ?? []))].toSorted();

export function countBoard(rows: readonly BoardRow[]): Record<BoardFilter, number> {
  const counts = Object.fromEntries(boardFilters.map((name) => [name, 0])) as Record<BoardFilter, number>;
  for (const row of rows) for (const name of boardFilters) if (kept[name](row)) counts[name]++;
  return counts;
}

/** Those who wait come first, then who wants to speak, then trouble. */
function weight(each: BoardRow): number {
  if (each.row.s === 'CHO_VAO') return 0;
  if (each.holds) return 1;
  if (each.row.h) return 2;
  if (isTroubled(each)) return 3;
  if (each.row.s === 'CHUA_KET_NOI') return 5;
  return each.row.s === 'ROI' ? 6 : 4;
}

const values: Record<string, (each: BoardRow) => number | string> = {
  name: ({ row }) => fold(row.n),
  up: ({ line }) => line?.rateUp ?? -1,
  down: ({ line }) => line?.rateDown ?? -1,
  loss: ({ line }) => Math.max(line?.lossUp ?? -1, line?.lossDown ?? -1),
  rtt: ({ line }) => line?.rtt ?? -1,
  drops: ({ row }) => row.d ?? 0,
  heads: ({ row }) => row.c ?? -1,
  materials: (each) => each.materials ?? -1,
};

const compare = (a: number | string, b: number | string) => (typeof a === 'string' ? a.localeCompare(String(b), 'vi') : a - Number(b));

/** All words must occur, without regard to marks; `group` is "" for all. */
export function findBoard(rows: readonly BoardRow[], words: string, filter: BoardFilter, sort: Sort | null, group = ''): BoardRow[] {
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  const found = rows.filter((each) => kept[filter](each) && (group === '' || each.row.g === group) && wanted.every((word) => fold(each.row.n).includes(word)));
  const value = sort ? values[sort.id] : undefined;
  // Two without an order give no number, and then their names decide.
  const natural = (a: BoardRow, b: BoardRow) => weight(a) - weight(b) || (a.row.o ?? Infinity) - (b.row.o ?? Infinity) || compare(fold(a.row.n), fold(b.row.n)) || a.row.i.localeCompare(b.row.i);
  return found.toSorted((a, b) => (value ? (sort?.desc ? -1 : 1) * compare(value(a), value(b)) : 0) || natural(a, b));
}

/** People at all points together, and how many of those expected are in. */
export function totalsOf(rows: readonly BoardRow[]): { heads: number; expected: number; arrived: number } {
  const expected = rows.filter(({ row }) => row.e === 1);
  return {
    heads: rows.reduce((sum, { row }) => sum + (isPresent(row) ? row.c ?? (row.k === 'point' ? 0 : 1) : 0), 0),
    expected: expected.length,
    arrived: expected.filter(({ row }) => isPresent(row)).length,
  };
}
