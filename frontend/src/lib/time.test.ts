import { describe, expect, test } from 'vitest';
import {
  addDays, dayOf, dueText, formatDay, formatMoment, formatShort, isWorkingDay, parseDay, plainCalendar, workingDaysBetween,
} from './time';

const now = '2026-11-23'; // a Monday

describe('zone', () => {
  test('17:00 UTC is already the next day in Việt Nam', () => {
    expect(dayOf(Date.parse('2026-06-30T16:59:59Z'))).toBe('2026-06-30');
    expect(dayOf(Date.parse('2026-06-30T17:00:00Z'))).toBe('2026-07-01');
  });
  test('a moment is written clock first', () =>
    expect(formatMoment(Date.parse('2026-11-23T01:05:00Z'))).toBe('08:05 23/11/2026'));
  test.each([
    ['2026-11-23T01:05:00Z', '08:05'],
    ['2026-11-02T01:05:00Z', '02/11'],
    ['2025-11-02T01:05:00Z', '02/11/2025'],
  ])('short form of %s', (at, want) =>
    expect(formatShort(Date.parse(at), Date.parse('2026-11-23T09:00:00Z'))).toBe(want));
  test('not set is empty', () => expect(formatDay('') + formatMoment(0)).toBe(''));
});

describe('parseDay', () => {
  test.each([
    ['5/8', '2026-08-05'],
    ['05/08/2025', '2025-08-05'],
    ['5-8-25', '2025-08-05'],
    ['5.8.2025', '2025-08-05'],
    ['05082025', '2025-08-05'],
    ['0508', '2026-08-05'],
    ['+3', '2026-11-26'],
    ['2026-02-28', '2026-02-28'],
    ['31/02/2026', null],
    ['13/13/2026', null],
    ['hôm nay', null],
    ['', null],
  ])('%s', (text, want) => expect(parseDay(text, now)).toBe(want));
});

describe('working days', () => {
  const calendar = { off: new Set(['2026-11-25']), working: new Set(['2026-11-28']) };
  test('weekends are off unless worked', () => {
    expect(isWorkingDay('2026-11-22', plainCalendar)).toBe(false);
    expect(isWorkingDay('2026-11-28', calendar)).toBe(true);
    expect(isWorkingDay('2026-11-25', calendar)).toBe(false);
  });
  test.each([
    [now, now, 0],
    [now, '2026-11-27', 4],
    [now, '2026-11-30', 5],
    ['2026-11-27', now, -4],
  ])('%s to %s', (from, to, want) => expect(workingDaysBetween(from, to, plainCalendar)).toBe(want));
  test('walking a year counts each day once', () => {
    let total = 0;
    for (let day = now; day < '2027-11-23'; day = addDays(day, 7)) total += workingDaysBetween(day, addDays(day, 7), plainCalendar);
    expect(total).toBe(workingDaysBetween(now, addDays(now, 7 * 53), plainCalendar));
  });
});

describe('dueText', () => {
  test.each([
    ['2026-11-23', { tone: 'warn', key: 'due.today', count: 0 }],
    ['2026-11-26', { tone: 'neutral', key: 'due.left', count: 3 }],
    ['2026-11-24', { tone: 'warn', key: 'due.left', count: 1 }],
    ['2026-11-19', { tone: 'bad', key: 'due.overdue', count: 2 }],
  ])('due %s', (due, want) => expect(dueText(due, now)).toEqual(want));
  test('due on Friday, read on Sunday', () =>
    expect(dueText('2026-11-27', '2026-11-29').key).toBe('due.passed_off'));
});
