import type { BookAlarm, BookState, Session } from '@/lib/backend';
import { addDays, today } from '@/lib/time';

export type BookAction = BookState['may'][number];

/** What people have not looked at yet. */
export function openAlarms(book: BookState): BookAlarm[] {
  return book.alarms.filter((alarm) => !alarm.settled);
}

/** The last number of the year that the server knows of, by itself or from what came back. */
export function lastKnown(book: BookState): number {
  return Math.max(book.closed?.year === book.year ? book.closed.last : 0, book.last);
}

/** How long a book can be lent: to the end of today, or some days on. */
export const spans = [0, 2, 6, 29] as const;

/** The last moment of the day that is so many days from now, in Việt Nam. */
export function endOf(days: number, now: number = Date.now()): number {
  return Date.parse(`${addDays(today(now), days + 1)}T00:00:00+07:00`) - 1000;
}

/** What can be done with the book on this machine, by this person, now. */
export function doable(book: BookState, session: Session | undefined): Set<BookAction> {
  const can = new Set<BookAction>();
  const may = (action: BookAction) => book.may.includes(action);
  const clerk = session?.posts.some((post) => post.role === 'clerk' && post.office === book.unit.id);
  if (may('lend') && !book.closed && (book.holder === 'this' || book.holder === 'server') && (may('recall') || (clerk && session?.device))) can.add('lend');
  if (may('return') && book.holder === 'this') can.add('return');
  if (may('recall') && book.holder !== 'server') can.add('recall');
  if (may('reconcile')) can.add('reconcile');
  return can;
}
