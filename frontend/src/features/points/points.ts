/** Meeting points as lists: what a search leaves, how many stand how, and what a choice of them changes. */
import type { CommandArgs, MeetingView, PointGroup, PointRow, PointStatus, PointView } from '@/lib/backend';
import { fold } from '@/lib/fold';
import { may } from '@/lib/may';
import type { Tone } from '@/ui';

export const pointGroups: readonly PointGroup[] = ['TINH', 'SO_NGANH', 'CUM', 'XA_PHUONG', 'HUYEN'];
export const pointDevices = ['PC', 'SIP', 'H323', 'CAPTURE'] as const;

export const statusTones: Record<PointStatus, Tone> = {
  CHUA_KET_NOI: 'neutral', DANG_KET_NOI: 'info', CHO_VAO: 'warn', TRONG_HOP: 'ok', MAT_TIN_HIEU: 'bad', ROI: 'neutral',
};


/** Whether the viewer chooses which points take part. */
export const choosesPoints = (meeting: MeetingView) => may(meeting.actions, 'meeting.set_points') && !meeting.secret;

/** Whether the meeting has the tab: points take part, or could. */
export const hasPoints = (meeting: MeetingView) => Boolean(meeting.points) || (choosesPoints(meeting) && meeting.form !== 'TRUC_TIEP');

export const mayReport = (row: PointRow) => may(row.actions, 'point_session.report');

/** What the filter above the board keeps. */
export const pointFilters = ['all', 'in', 'trouble', 'out', 'unreported'] as const;
export type PointFilterName = (typeof pointFilters)[number];

const kept: Record<PointFilterName, (row: PointRow) => boolean> = {
  all: () => true,
  in: (row) => row.status === 'TRONG_HOP',
  trouble: (row) => row.status === 'MAT_TIN_HIEU' || row.status === 'CHO_VAO' || row.status === 'DANG_KET_NOI',
  out: (row) => row.status === 'CHUA_KET_NOI' || row.status === 'ROI',
  unreported: (row) => !row.reported,
};

const wordsOf = (text: string) => fold(text).split(/\s+/).filter(Boolean);
const has = (text: string, words: readonly string[]) => words.every((word) => text.includes(word));

/** All words must occur, without regard to marks. */
export function findRows(rows: readonly PointRow[], words: string, filter: PointFilterName): PointRow[] {
  const wanted = wordsOf(words);
  return rows.filter((row) => kept[filter](row) && has(fold(`${row.name} ${row.place ?? ''} ${row.unit.name} ${row.head?.name ?? ''} ${row.headName ?? ''}`), wanted));
}

export function findPoints(points: readonly PointView[], words: string, group: PointGroup | ''): PointView[] {
  const wanted = wordsOf(words);
  return points.filter((point) => (group === '' || point.group === group) && has(fold(`${point.name} ${point.place ?? ''} ${point.unit.name}`), wanted));
}

export function countRows(rows: readonly PointRow[]): Record<PointFilterName, number> {
  const count = { all: 0, in: 0, trouble: 0, out: 0, unreported: 0 };
  for (const row of rows) for (const name of pointFilters) if (kept[name](row)) count[name] += 1;
  return count;
}

/** People at all points together, and how often a signal was lost. */
export function totalsOf(rows: readonly PointRow[]): { people: number; drops: number } {
  return rows.reduce((sum, row) => ({ people: sum.people + row.headcount, drops: sum.drops + row.drops }), { people: 0, drops: 0 });
}

/** How many points there are by group, in the order of the groups; groups without any are left out. */
export function groupCounts(points: readonly PointView[]): Array<{ group: PointGroup; count: number }> {
  return pointGroups.map((group) => ({ group, count: points.filter((point) => point.group === group).length })).filter(({ count }) => count > 0);
}

/** What a choice changes; null when it changes nothing. */
export function changesOf(before: readonly PointRow[], chosen: ReadonlySet<string>, host: string): CommandArgs['meeting.set_points.1'] | null {
  const now = new Set(before.map((row) => row.point));
  const add = [...chosen].filter((point) => !now.has(point));
  const remove = [...now].filter((point) => !chosen.has(point));
  const was = before.find((row) => row.host)?.point ?? '';
  const moved = host !== was && host !== '' && chosen.has(host);
  if (add.length === 0 && remove.length === 0 && !moved) return null;
  return { ...(add.length > 0 && { add }), ...(remove.length > 0 && { remove }), ...(moved && { host }) };
}
