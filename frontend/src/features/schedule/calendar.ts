/** Weeks, months and where meetings stand in them: pure functions over Việt Nam's days. */
import type { MeetingItem } from '@/lib/backend';
import { addDays, dayOf, formatMoment, isDay, type Day } from '@/lib/time';

const hour = 3600_000;
const offset = 7 * hour;

/** 0 is Monday. */
export function weekdayOf(day: Day): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

export function mondayOf(day: Day): Day {
  return addDays(day, -weekdayOf(day));
}

/** The first moment of a day. */
export function startOf(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`) - offset;
}

export function daysFrom(first: Day, count: number): Day[] {
  return Array.from({ length: count }, (_, i) => addDays(first, i));
}

/** The whole weeks that show the month of a day. */
export function monthDays(day: Day): Day[] {
  const first = mondayOf(`${day.slice(0, 7)}-01`);
  const weeks = daysFrom(first, 42);
  const last = weeks.findLastIndex((each) => each.slice(0, 7) === day.slice(0, 7));
  return weeks.slice(0, Math.ceil((last + 1) / 7) * 7);
}

/** The same day of another month, or that month's last. */
export function addMonths(day: Day, n: number): Day {
  const month = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + n;
  const begin = `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
  for (let date = Number(day.slice(8)); date > 0; date--) {
    const found = `${begin}-${String(date).padStart(2, '0')}`;
    if (isDay(found)) return found;
  }
  return day;
}

/** The number of the week in its year (ISO 8601). */
export function weekNumber(monday: Day): number {
  const thursday = addDays(monday, 3);
  return 1 + Math.floor((Date.parse(`${thursday}T00:00:00Z`) - Date.parse(`${thursday.slice(0, 4)}-01-01T00:00:00Z`)) / (7 * 24 * hour));
}

/** "08:30" of a moment. */
export function clock(moment: number): string {
  return formatMoment(moment).slice(0, 5);
}

/** A time of day as it is typed: 8, 8h, 8h30, 8:30, 0830. Minutes after midnight, or null. */
export function parseClock(text: string): number | null {
  const parts = /^\s*(\d{1,2})\s*(?:[hg:.]\s*(\d{2})?|(\d{2}))?\s*$/i.exec(text);
  if (!parts) return null;
  const minutes = Number(parts[1]) * 60 + Number(parts[2] ?? parts[3] ?? 0);
  return Number(parts[2] ?? parts[3] ?? 0) < 60 && minutes <= 24 * 60 ? minutes : null;
}

/** What lies in a day, from–to within it, in hours after midnight. */
export interface Span<T> {
  item: T;
  from: number;
  to: number;
}

export interface Placed<T> extends Span<T> {
  /** The column it stands in, of so many in its cluster. */
  column: number;
  columns: number;
}

interface Timed {
  start: number;
  end: number;
}

/** The parts of meetings that lie in a day, the earliest first, the longer before the shorter. */
export function inDay<T extends Timed>(items: readonly T[], day: Day): Array<Span<T>> {
  const begin = startOf(day);
  return items
    .filter((item) => item.start < begin + 24 * hour && item.end > begin)
    .map((item) => ({ item, from: Math.max(0, (item.start - begin) / hour), to: Math.min(24, (item.end - begin) / hour) }))
    .toSorted((a, b) => a.from - b.from || b.to - a.to);
}

/** No meeting is drawn lower than this many hours, so none is covered by one that begins just after it. */
export const leastHours = 0.5;

/**
 * Puts meetings that overlap side by side: each into the first column that is
 * free, and all of a cluster share its width evenly.
 */
export function sideBySide<T>(spans: ReadonlyArray<Span<T>>): Array<Placed<T>> {
  const out: Array<Placed<T>> = [];
  let cluster: Array<Placed<T>> = [];
  let free: number[] = [];
  let until = -1;
  const close = () => {
    for (const placed of cluster) placed.columns = free.length;
    out.push(...cluster);
    cluster = [];
    free = [];
  };
  for (const span of spans) {
    if (span.from >= until) close();
    const found = free.findIndex((end) => end <= span.from);
    const column = found < 0 ? free.length : found;
    const end = Math.max(span.to, span.from + leastHours);
    free[column] = end;
    until = Math.max(until, end);
    cluster.push({ ...span, column, columns: 1 });
  }
  close();
  return out;
}

/** How many columns a day needs. */
export function widest(placed: ReadonlyArray<Placed<unknown>>): number {
  return placed.reduce((most, each) => Math.max(most, each.columns), 1);
}

/** The hours a week shows: 7–18, and more where a meeting lies outside. */
export function hoursShown(days: ReadonlyArray<ReadonlyArray<Span<unknown>>>): { first: number; last: number } {
  const all = days.flat();
  return {
    first: Math.floor(Math.min(7, ...all.map((span) => span.from))),
    last: Math.ceil(Math.max(18, ...all.map((span) => Math.max(span.to, span.from + leastHours)))),
  };
}

/** Invited, and not answered. */
export function unanswered(meeting: Pick<MeetingItem, 'role' | 'reply' | 'status'>): boolean {
  return Boolean(meeting.role) && meeting.reply === 'PENDING' && meeting.status === 'INVITED';
}

/** Whether a meeting takes up people and room, or is only remembered. */
export function isOff(meeting: Pick<MeetingItem, 'status'>): boolean {
  return meeting.status === 'CANCELLED' || meeting.status === 'POSTPONED';
}

/** "08:00–09:30", with the day where it ends on another. */
export function spanText(meeting: Timed): string {
  return dayOf(meeting.start) === dayOf(meeting.end) ? `${clock(meeting.start)}–${clock(meeting.end)}` : `${clock(meeting.start)}–${formatMoment(meeting.end)}`;
}
