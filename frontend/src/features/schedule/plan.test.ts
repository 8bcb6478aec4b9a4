import { expect, test } from 'vitest';
import type { WeekLine } from '@/lib/backend';
import { startOf } from './calendar';
import { again, byDay, fieldsOf, hoursText, lineOf, missingOf } from './plan';
import { parseRows } from './rooms';

const monday = '2026-11-30';
const line = (day: string, from: number, to: number, title = 'Họp'): WeekLine => ({ key: 1, start: startOf(day) + from * 3600_000, end: to ? startOf(day) + to * 3600_000 : undefined, title, leaders: [{ id: 'p1', name: 'Nguyễn Văn A' }], unit: { id: 'x1', name: 'Xã' }, changed: '' });

test('working days have both halves, the weekend and evenings only what is in them', () => {
  const days = byDay(monday, [line('2026-11-30', 8, 9), line('2026-11-30', 19, 20), line('2026-12-06', 13.5, 0)]);
  expect(days.map(({ day, halves }) => `${day.slice(8)}:${halves.map(({ half, lines }) => `${half[0]}${lines.length}`).join('')}`)).toEqual(['30:m1a0e1', '01:m0a0', '02:m0a0', '03:m0a0', '04:m0a0', '06:a1']);
});

test('hours are written as offices write them', () => {
  expect(hoursText(line(monday, 8, 9.5))).toBe('8h00 – 9h30');
  expect(hoursText(line(monday, 13.5, 0))).toBe('13h30');
  expect(hoursText(line(monday, 20, 24))).toBe('20h00 – 24h00');
});

test('a line comes out of the form as it went in', () => {
  const one = line(monday, 8, 9.5);
  expect(lineOf(fieldsOf(one, '2026-12-01'))).toMatchObject({ key: 1, start: one.start, end: one.end, title: 'Họp', leaders: ['p1'], unit: 'x1' });
  expect(again(one)).toEqual({ key: 1, start: one.start, end: one.end, title: 'Họp', leaders: ['p1'], unit: 'x1' });
  const fresh = { ...fieldsOf(undefined, monday), from: '8h30', title: 'Tiếp công dân' };
  expect(lineOf(fresh)).toEqual({ start: startOf(monday) + 8.5 * 3600_000, end: undefined, title: 'Tiếp công dân', place: '', leaders: [], attend: '', car: '', note: '' });
});

test.each([['', '', 'a', 'plan.missing.from'], ['8', '7', 'a', 'plan.missing.to'], ['8', 'x', 'a', 'plan.missing.to'], ['8', '9', ' ', 'plan.missing.title'], ['24', '', 'a', 'plan.missing.from'], ['8', '', 'a', null]])('from %j to %j, %j: %s', (from, to, title, want) => {
  expect(missingOf({ ...fieldsOf(undefined, monday), from, to, title })).toBe(want);
});

test('rows of seats', () => {
  expect(parseRows('12, 14 14;2')).toEqual([12, 14, 14, 2]);
  expect(parseRows('')).toEqual([]);
  for (const bad of ['0', '201', '1.5', 'a', '-1']) expect(parseRows(bad)).toBeNull();
});
