import { describe, expect, test } from 'vitest';
import { formatLeft, formatSpan, left, measured } from './clock';

const second = 1000;
const minute = 60 * second;

describe('a stopwatch', () => {
  test.each([
    ['stands', { spent: 5 * second }, 100 * second, 5 * second],
    ['runs', { spent: 5 * second, since: 90 * second }, 100 * second, 15 * second],
    ['was started by a clock that is ahead', { spent: 5 * second, since: 200 * second }, 100 * second, 5 * second],
  ])('%s', (_name, clock, now, want) => expect(measured(clock, now)).toBe(want));

  test('has a limit, or none', () => {
    expect(left({ spent: 4 * minute }, 3 * minute, 0)).toBe(-minute);
    expect(left({ spent: 4 * minute }, undefined, 0)).toBeUndefined();
  });
});

test.each([
  [0, '0:00'], [65 * second, '1:05'], [59 * minute + 59.9 * second, '59:59'], [3723 * second, '1:02:03'],
])('%d ms are shown as %s', (ms, text) => expect(formatSpan(ms)).toBe(text));

test.each([
  [0, '0:00'], [1, '0:01'], [59.2 * second, '1:00'], [-12 * second, '+0:12'], [-62 * minute, '+1:02:00'],
])('%d ms left are shown as %s', (ms, text) => expect(formatLeft(ms)).toBe(text));
