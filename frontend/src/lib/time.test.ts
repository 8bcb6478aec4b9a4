import { describe, expect, test } from 'vitest';
import {
  dayOf, formatDay, formatMoment, formatShort, isWorkingDay, parseDay, plainCalendar,
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
});
