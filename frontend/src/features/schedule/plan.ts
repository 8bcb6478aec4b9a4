/** Lịch công tác tuần: its lines by day and half-day, and a line as it is typed. */
import type { CommandArgs, WeekLine } from '@/lib/backend';
import { dayOf, type Day } from '@/lib/time';
import { clock, daysFrom, parseClock, startOf } from './calendar';

export type Half = 'morning' | 'afternoon' | 'evening';

export interface HalfDay {
  half: Half;
  lines: WeekLine[];
}

export interface PlanDay {
  day: Day;
  halves: HalfDay[];
}

export function halfOf(moment: number): Half {
  const hour = Number(clock(moment).slice(0, 2));
  return hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening';
}

/** Monday to Friday with morning and afternoon, filled or not; evenings and the weekend when something is there. */
export function byDay(monday: Day, lines: readonly WeekLine[]): PlanDay[] {
  return daysFrom(monday, 7).map((day, i) => {
    const of = lines.filter((line) => dayOf(line.start) === day);
    const halves = (['morning', 'afternoon', 'evening'] as const)
      .map((half) => ({ half, lines: of.filter((line) => halfOf(line.start) === half) }))
      .filter(({ half, lines: some }) => some.length > 0 || (i < 5 && half !== 'evening'));
    return { day, halves };
  }).filter(({ halves }) => halves.length > 0);
}

/** "8h00 – 9h30", as offices write it. */
export function hoursText(line: Pick<WeekLine, 'start' | 'end'>): string {
  const words = (moment: number) => clock(moment).replace(/^0/, '').replace(':', 'h');
  return line.end ? `${words(line.start)} – ${dayOf(line.end) === dayOf(line.start) ? words(line.end) : '24h00'}` : words(line.start);
}

type PlanLine = NonNullable<CommandArgs['week.edit.1']['set']>[number];

/** A line as the form holds it. */
export interface LineFields {
  key?: number;
  day: Day;
  from: string;
  to: string;
  title: string;
  place: string;
  leaders: string[];
  attend: string;
  unit: string;
  car: string;
  note: string;
  meeting?: string;
}

export function fieldsOf(line: WeekLine | undefined, day: Day): LineFields {
  return {
    key: line?.key, day: line ? dayOf(line.start) : day, from: line ? clock(line.start) : '', to: line?.end ? clock(line.end) : '', title: line?.title ?? '',
    place: line?.place ?? '', leaders: line?.leaders.map(({ id }) => id) ?? [], attend: line?.attend ?? '', unit: line?.unit?.id ?? '', car: line?.car ?? '',
    note: line?.note ?? '', meeting: line?.meeting,
  };
}

/** What of a line is missing or wrong: the key of the words, or null. */
export function missingOf(fields: LineFields): string | null {
  const from = parseClock(fields.from);
  const to = fields.to.trim() === '' ? undefined : parseClock(fields.to);
  if (from === null || from === 24 * 60) return 'plan.missing.from';
  if (to === null || (to !== undefined && to <= from)) return 'plan.missing.to';
  return fields.title.trim() === '' ? 'plan.missing.title' : null;
}

/** The line as the command takes it; only of fields in which nothing is missing. */
export function lineOf({ day, from, to, key, meeting, unit, ...rest }: LineFields): PlanLine {
  const at = (text: string) => startOf(day) + (parseClock(text) ?? 0) * 60_000;
  return { ...rest, start: at(from), end: to.trim() === '' ? undefined : at(to), ...(key && { key }), ...(meeting && { meeting }), ...(unit && { unit }) };
}

/** A line that is there already, as the command takes it. */
export function again({ key, start, end, title, place, leaders, attend, unit, car, note, meeting }: WeekLine): PlanLine {
  return { key, start, end, title, place, leaders: leaders.map(({ id }) => id), attend, ...(unit && { unit: unit.id }), car, note, meeting };
}
