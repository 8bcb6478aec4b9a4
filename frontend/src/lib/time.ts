/**
 * Time as the product means it: a moment is Unix milliseconds, a day is
 * "yyyy-MM-dd"; both are shown in Việt Nam's zone (UTC+7) as dd/MM/yyyy,
 * whatever the machine is set to.
 */

/** Unix milliseconds; 0 means not set. */
type Millis = number;
/** "yyyy-MM-dd"; "" means not set. */
export type Day = string;

const offset = 7 * 3600_000;
const dayLength = 24 * 3600_000;

/** The legal day a moment falls in. */
export function dayOf(moment: Millis): Day {
  return moment ? new Date(moment + offset).toISOString().slice(0, 10) : '';
}

/** Today's legal day. */
export function today(now: Millis = Date.now()): Day {
  return dayOf(now);
}

/** Days since 1970 of a day; for arithmetic only. */
function dayNumber(day: Day): number {
  return Math.floor(Date.parse(`${day}T00:00:00Z`) / dayLength);
}

export function addDays(day: Day, n: number): Day {
  return new Date((dayNumber(day) + n) * dayLength).toISOString().slice(0, 10);
}

export function isDay(text: string): text is Day {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

/** dd/MM/yyyy, or "" when not set. */
export function formatDay(day: Day | null | undefined): string {
  return day && isDay(day) ? `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}` : '';
}

/** dd/MM/yyyy of a moment. */
export function formatDate(moment: Millis | null | undefined): string {
  return moment ? formatDay(dayOf(moment)) : '';
}

/** HH:mm of a moment. */
export function formatClock(moment: Millis | null | undefined): string {
  return moment ? new Date(moment + offset).toISOString().slice(11, 16) : '';
}

/** "HH:mm dd/MM/yyyy" of a moment, the order Vietnamese offices write. */
export function formatMoment(moment: Millis | null | undefined): string {
  return moment ? `${formatClock(moment)} ${formatDate(moment)}` : '';
}

/** HH:mm today, dd/MM this year, dd/MM/yyyy before: for narrow columns. */
export function formatShort(moment: Millis | null | undefined, now: Millis = Date.now()): string {
  if (!moment) return '';
  const day = dayOf(moment);
  const current = dayOf(now);
  if (day === current) return formatClock(moment);
  return day.slice(0, 4) === current.slice(0, 4) ? formatDay(day).slice(0, 5) : formatDay(day);
}

/**
 * Reads a day as people type it in Việt Nam: 5/8, 5/8/26, 05/08/2026,
 * 05082026, 5-8-2026, 5.8.2026, or +3 for three days on. The year may be left
 * out. Null when it is not a day.
 */
export function parseDay(input: string, now: Day = today()): Day | null {
  const text = input.trim();
  const step = /^([+-])\s*(\d{1,3})$/.exec(text);
  if (step) return addDays(now, Number(step[1] + (step[2] ?? '')));
  const compact = /^(\d{2})(\d{2})(\d{4}|\d{2})?$/.exec(text);
  const parts = compact ?? /^(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})(?:\s*[/.\-\s]\s*(\d{4}|\d{2}))?$/.exec(text);
  if (!parts) return isDay(text) ? text : null;
  let year = parts[3] ?? now.slice(0, 4);
  if (year.length === 2) year = `20${year}`;
  const day = `${year}-${(parts[2] ?? '').padStart(2, '0')}-${(parts[1] ?? '').padStart(2, '0')}`;
  return isDay(day) ? day : null;
}

/** Days off and working days put in their place, as the server's calendar records give them. */
export interface WorkCalendar {
  off: ReadonlySet<Day>;
  working: ReadonlySet<Day>;
}

export const plainCalendar: WorkCalendar = { off: new Set(), working: new Set() };

export function isWorkingDay(day: Day, calendar: WorkCalendar): boolean {
  if (calendar.working.has(day)) return true;
  const weekday = (dayNumber(day) + 4) % 7; // 1970-01-01 was a Thursday
  return weekday !== 0 && weekday !== 6 && !calendar.off.has(day);
}
