import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pace } from './pace';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('at most one in an interval, the newest, and the last always', () => {
  const sent: Array<[number, number]> = [];
  const begun = Date.now();
  const pace = new Pace<number>(50, (value) => sent.push([Date.now() - begun, value]));
  for (let i = 0; i < 100; i++) {
    pace.give(i);
    vi.advanceTimersByTime(7);
  }
  vi.advanceTimersByTime(1000);
  expect(sent[0]).toEqual([0, 0]);
  expect(sent.at(-1)?.[1]).toBe(99);
  for (const [i, [at]] of sent.entries()) expect(at - (sent[i - 1]?.[0] ?? -50)).toBeGreaterThanOrEqual(50);
  expect(sent.length).toBeLessThanOrEqual(16);
  pace.give(7);
  expect(sent.at(-1)?.[1]).toBe(7); // at once again after it was still
});

test('what waits when it stops is not sent', () => {
  const send = vi.fn();
  const pace = new Pace<number>(50, send);
  pace.give(1);
  pace.give(2);
  pace.stop();
  vi.advanceTimersByTime(1000);
  expect(send.mock.calls).toEqual([[1]]);
});
