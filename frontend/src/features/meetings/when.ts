/** When a meeting is, in the words of an invitation. */
import { addDays, dayOf, formatDay, formatMoment, isWorkingDay, plainCalendar, type Day, type WorkCalendar } from '@/lib/time';

const minute = 60_000;

/** HH:mm of a moment. */
export function clockOf(moment: number): string {
  return formatMoment(moment).slice(0, 5);
}

/** The moment of a day and a clock, in Việt Nam's zone; null when one of them is none. */
export function momentOf(day: Day | null, clock: string): number | null {
  if (!day || !/^\d{2}:\d{2}$/.test(clock)) return null;
  const at = Date.parse(`${day}T${clock}:00+07:00`);
  return Number.isNaN(at) ? null : at;
}

/** 0 is Sunday. */
export function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

/** "08:00–09:30", with the day of the end when it is another. */
export function spanOf(start: number, end: number): string {
  const other = dayOf(start) !== dayOf(end);
  return `${clockOf(start)}–${clockOf(end)}${other ? ` ${formatDay(dayOf(end)).slice(0, 5)}` : ''}`;
}

/** A clock as people type it: 8, 8h30, 830, 08:30, 14.00. Null when it is none. */
export function parseClock(text: string): string | null {
  const found = /^\s*(\d{1,2})\s*(?:[h:.g]\s*(\d{1,2})?|(\d{2}))?\s*$/i.exec(text);
  if (!found) return null;
  const hour = Number(found[1]);
  const min = Number(found[2] ?? found[3] ?? 0);
  return hour < 24 && min < 60 ? `${String(hour).padStart(2, '0')}:${String(min).padStart(2, '0')}` : null;
}

/** The next working hour after the moment: whole hours from 8 to 16, not at lunch. */
export function nextWorkingHour(now: number, calendar: WorkCalendar = plainCalendar): number {
  const hours = [8, 9, 10, 14, 15, 16];
  let day = dayOf(now);
  for (let ahead = 0; ahead < 60; ahead++, day = addDays(day, 1)) {
    if (!isWorkingDay(day, calendar)) continue;
    for (const hour of hours) {
      const at = momentOf(day, `${String(hour).padStart(2, '0')}:00`) ?? 0;
      if (at > now + 10 * minute) return at;
    }
  }
  return now;
}
