import { describe, expect, test } from 'vitest';
import type { BookState, Session } from '@/lib/backend';
import { doable, endOf, lastKnown, openAlarms } from './books';

const book = (over: Partial<BookState>): BookState => ({
  id: 'x.den', unit: { id: 'x', name: 'Xã' }, direction: 'incoming', name: 'Sổ', version: 1, year: 2026, last: 3, holder: 'server',
  waiting: 0, may: [], holds: [], spent: [], alarms: [], ...over,
});
const at = (role: string, device = true) => ({
  posts: [{ role, office: 'x', unit: { id: 'x', name: 'Xã' }, position: '' }], device: device ? { id: 'd', name: 'Máy', server: '' } : undefined,
}) as unknown as Session;

describe('what can be done with a book', () => {
  test('a clerk borrows on his laptop only', () => {
    expect([...doable(book({ may: ['lend', 'reconcile'] }), at('clerk'))]).toEqual(['lend', 'reconcile']);
    expect([...doable(book({ may: ['lend', 'reconcile'] }), at('clerk', false))]).toEqual(['reconcile']);
  });
  test('the holder lengthens and returns; others wait', () => {
    expect([...doable(book({ may: ['lend', 'return'], holder: 'this' }), at('clerk'))]).toEqual(['lend', 'return']);
    expect([...doable(book({ may: ['lend', 'return'], holder: 'other' }), at('clerk'))]).toEqual([]);
  });
  test('an administrator lends from anywhere and recalls what is away', () => {
    expect([...doable(book({ may: ['lend', 'recall'] }), at('admin', false))]).toEqual(['lend']);
    expect([...doable(book({ may: ['lend', 'recall'], holder: 'other' }), at('admin', false))]).toEqual(['recall']);
  });
  test('a closed book is not lent', () => {
    expect([...doable(book({ may: ['lend'], closed: { since: 1, year: 2026, last: 3, back: 0 } }), at('clerk'))]).toEqual([]);
  });
});

test('a loan ends with the day in Việt Nam', () => {
  const now = Date.parse('2026-11-23T18:30:00Z'); // 01:30 of the 24th
  expect(new Date(endOf(0, now)).toISOString()).toBe('2026-11-24T16:59:59.000Z');
  expect(new Date(endOf(6, now)).toISOString()).toBe('2026-11-30T16:59:59.000Z');
});

test('settled alarms are over', () => {
  const alarm = { id: 1, kind: 'twice' as const, year: 2026, number: 5, at: 1 };
  expect(openAlarms(book({ alarms: [alarm, { ...alarm, id: 2, settled: 9 }] })).map(({ id }) => id)).toEqual([1]);
});

test('the last number is what the server knows, never less', () => {
  const closed = { since: 1, year: 2026, last: 7, back: 2 };
  expect(lastKnown(book({ closed }))).toBe(7);
  expect(lastKnown(book({ closed, last: 9 }))).toBe(9);
  expect(lastKnown(book({ closed: { ...closed, year: 2025 } }))).toBe(3);
});
