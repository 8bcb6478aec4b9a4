import { expect, test } from 'vitest';
import type { MeetingItem } from '@/lib/backend';
import { countsOf, meetingsOf, waitsForAnswer } from './lists';
import { momentOf, nextWorkingHour, parseClock, spanOf } from './when';

const now = Date.parse('2026-11-30T03:00:00Z'); // Monday, 10:00
const hour = 3_600_000;
const item = (id: string, part: Partial<MeetingItem>): MeetingItem => ({
  id, version: 1, unit: { id: 'xa0', name: 'UBND xã' }, status: 'INVITED', title: id, start: now + hour, end: now + 2 * hour, people: 3, ...part,
});
const list = [
  item('later', { start: now + 50 * hour, end: now + 51 * hour, reply: 'PENDING' }),
  item('soon', { reply: 'ACCEPTED' }),
  item('morning', { start: now - 2 * hour, end: now - hour, reply: 'PENDING' }),
  item('live', { status: 'LIVE', start: now - 30 * hour, end: now - 29 * hour }),
  item('unit', { waiting: [{ id: 'xa0', name: 'UBND xã' }], start: now + 3 * hour, end: now + 4 * hour }),
  item('draft', { status: 'DRAFT', prepares: true }),
  item('pending', { status: 'PENDING_APPROVAL', prepares: true }),
  item('never', { start: now - 60 * hour, end: now - 59 * hour }),
  item('done', { status: 'FINISHED', prepares: true, start: now - 30 * hour, end: now - 29 * hour }),
];
const ids = (rows: MeetingItem[]) => rows.map((row) => row.id);

test('each tab has its meetings, the next first, what is past the latest first', () => {
  expect(ids(meetingsOf('ahead', [...list, list[0]!], now))).toEqual(['live', 'morning', 'soon', 'unit', 'later']);
  expect(ids(meetingsOf('answer', list, now))).toEqual(['unit', 'later']);
  expect(ids(meetingsOf('prepare', list, now))).toEqual(['draft', 'pending']);
  expect(ids(meetingsOf('approve', list, now))).toEqual(['pending']);
  expect(ids(meetingsOf('past', list, now))).toEqual(['done', 'never']);
  expect(countsOf(list, now).answer).toBe(2);
});

test('what is over needs no answer any more', () => {
  expect(waitsForAnswer(list[2]!, now)).toBe(false);
});

test('clocks are read as people type them', () => {
  const cases: Array<[string, string | null]> = [['8', '08:00'], ['8h', '08:00'], ['8h30', '08:30'], ['830', '08:30'], ['1430', '14:30'], ['14.05', '14:05'], ['14:5', '14:05'], ['24', null], ['8:75', null], ['', null], ['sáng', null]];
  for (const [typed, read] of cases) expect(parseClock(typed)).toBe(read);
});

test('the next working hour is neither at lunch nor on a day off', () => {
  const at = (day: string, clock: string) => momentOf(day, clock) ?? 0;
  expect(nextWorkingHour(at('2026-11-30', '10:30'))).toBe(at('2026-11-30', '14:00'));
  expect(nextWorkingHour(at('2026-11-30', '08:55'))).toBe(at('2026-11-30', '10:00'));
  expect(nextWorkingHour(at('2026-12-04', '17:00'))).toBe(at('2026-12-07', '08:00'));
  expect(nextWorkingHour(at('2026-12-01', '07:00'), { off: new Set(['2026-12-01']), working: new Set() })).toBe(at('2026-12-02', '08:00'));
});

test('a span tells the day of its end when it is another', () => {
  expect(spanOf(momentOf('2026-11-30', '08:00') ?? 0, momentOf('2026-11-30', '09:30') ?? 0)).toBe('08:00–09:30');
  expect(spanOf(momentOf('2026-11-30', '08:00') ?? 0, momentOf('2026-12-02', '17:00') ?? 0)).toBe('08:00–17:00 02/12');
});
