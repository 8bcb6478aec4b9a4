import { describe, expect, test } from 'vitest';
import { addMonths, daysFrom, hoursShown, inDay, mondayOf, monthDays, parseClock, sideBySide, spanText, startOf, weekNumber, widest } from './calendar';

const day = '2026-11-30';
const at = (from: number, to: number, name = `${from}`) => ({ name, start: startOf(day) + from * 3600_000, end: startOf(day) + to * 3600_000 });
const place = (...items: ReturnType<typeof at>[]) => sideBySide(inDay(items, day));
const shape = (placed: ReturnType<typeof place>) => placed.map(({ item, column, columns }) => `${item.name}:${column}/${columns}`);

describe('weeks and months', () => {
  test.each([['2026-11-30', '2026-11-30'], ['2026-12-06', '2026-11-30'], ['2026-12-07', '2026-12-07'], ['2027-01-01', '2026-12-28']])('%s is in the week of %s', (each, monday) => {
    expect(mondayOf(each)).toBe(monday);
  });
  test.each([['2026-11-30', 49], ['2026-12-28', 53], ['2027-01-04', 1]])('the week of %s is number %i', (monday, number) => {
    expect(weekNumber(monday)).toBe(number);
  });
  test('a month is shown in whole weeks', () => {
    const days = monthDays('2026-12-15');
    expect(days[0]).toBe('2026-11-30');
    expect(days.at(-1)).toBe('2027-01-03');
    expect(monthDays('2027-02-10')).toHaveLength(28);
  });
  test('months are counted by their ends', () => {
    expect(addMonths('2026-10-31', 1)).toBe('2026-11-30');
    expect(addMonths('2026-12-05', 1)).toBe('2027-01-05');
    expect(addMonths('2026-01-05', -1)).toBe('2025-12-05');
  });
});

describe('times as they are typed', () => {
  test.each([['8', 480], ['8h', 480], ['8h30', 510], ['8:30', 510], ['0830', 510], ['14g15', 855], ['24:00', 1440]])('%s', (text, minutes) => {
    expect(parseClock(text)).toBe(minutes);
  });
  test.each(['', 'a', '25', '8h75', '12:3', '123456'])('%j is none', (text) => {
    expect(parseClock(text)).toBeNull();
  });
});

describe('meetings side by side', () => {
  test('what does not overlap has the whole day', () => {
    expect(shape(place(at(8, 9), at(9, 10), at(14, 16)))).toEqual(['8:0/1', '9:0/1', '14:0/1']);
  });
  test('what overlaps shares it, and a free column is used again', () => {
    expect(shape(place(at(8, 12, 'a'), at(8, 9, 'b'), at(9, 10, 'c'), at(9.5, 11, 'd')))).toEqual(['a:0/3', 'b:1/3', 'c:1/3', 'd:2/3']);
  });
  test('a chain is one cluster, what follows is another', () => {
    expect(shape(place(at(8, 10, 'a'), at(9, 11, 'b'), at(10, 12, 'c'), at(12, 13, 'd')))).toEqual(['a:0/2', 'b:1/2', 'c:0/2', 'd:0/1']);
  });
  test('a short one is not covered by the next', () => {
    expect(shape(place(at(8, 8.1, 'a'), at(8.2, 9, 'b')))).toEqual(['a:0/2', 'b:1/2']);
  });
  test('one over several days is cut at midnight', () => {
    const spans = inDay([at(-5, 30)], day);
    expect(spans[0]).toMatchObject({ from: 0, to: 24 });
    expect(inDay([at(-5, 0)], day)).toEqual([]);
  });

  test('sixty in a week never lie on each other', () => {
    let seed = 7;
    const next = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
    for (let round = 0; round < 50; round++) {
      const items = Array.from({ length: 60 }, (_, i) => {
        const from = next(7) * 24 + 7 + next(20) / 2;
        return at(from, from + 0.25 + next(8) / 2, String(i));
      });
      for (const each of daysFrom(day, 7)) {
        const placed = sideBySide(inDay(items, each));
        for (const a of placed) {
          expect(a.column).toBeLessThan(a.columns);
          for (const b of placed) {
            if (a === b || a.from >= Math.max(b.to, b.from + 0.5) || b.from >= Math.max(a.to, a.from + 0.5)) continue;
            expect([a.column, a.columns]).not.toEqual([b.column, b.columns]);
            expect(a.columns).toBe(b.columns);
          }
        }
        expect(widest(placed)).toBeGreaterThan(0);
      }
    }
  });
});

test('hours are 7 to 18, and more where a meeting lies outside', () => {
  expect(hoursShown([])).toEqual({ first: 7, last: 18 });
  expect(hoursShown([inDay([at(6.5, 7), at(19, 20.5)], day)])).toEqual({ first: 6, last: 21 });
});

test('a span names the day where it ends on another', () => {
  expect(spanText(at(8, 9.5))).toBe('08:00–09:30');
  expect(spanText(at(20, 26))).toBe('20:00–02:00 01/12/2026');
});
