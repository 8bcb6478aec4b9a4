import { expect, test } from 'vitest';
import { joinBoxes, pathOf, quoteOf, simplify, strokeOf } from './marks';

const frame = { index: 0, width: 595, height: 842, transform: [1, 0, 0, -1, 0, 842] };

test('boxes of one line become one, of two lines stay two', () => {
  const joined = joinBoxes([
    { left: 10, top: 100, width: 50, height: 12 }, { left: 61, top: 101, width: 40, height: 11 }, { left: 10, top: 120, width: 30, height: 12 }, { left: 10, top: 140, width: 0.2, height: 12 },
  ]);
  expect(joined).toEqual([{ left: 10, top: 100, width: 91, height: 12 }, { left: 10, top: 120, width: 30, height: 12 }]);
});

test('a stroke keeps its shape with few points', () => {
  const circle = Array.from({ length: 400 }, (_, i) => [100 + 40 * Math.cos(i / 63), 100 + 40 * Math.sin(i / 63)] as const);
  const few = simplify(circle, 0.6);
  expect(few.length).toBeLessThan(40);
  for (const [x, y] of few) expect(Math.hypot(x - 100, y - 100)).toBeCloseTo(40, 5);
  expect(simplify(Array.from({ length: 100 }, (_, i) => [i, i] as const), 0.1)).toEqual([[0, 0], [99, 99]]);
  expect(simplify([[1, 1]], 1)).toEqual([[1, 1]]);
});

test('a stroke goes into the file and comes back where it was', () => {
  const stroke = strokeOf(frame, [[10, 20], [30, 25], [50, 80]]);
  expect(stroke).toEqual([10, 822, 30, 817, 50, 762]);
  expect(pathOf(frame, stroke)).toBe('M10 20L30 25L50 80');
  expect(pathOf(frame, [10, 822])).toBe('M10 20l0.1 0');
});

test('a quote has what stands around it, in one line, composed', () => {
  const parts = ['Điều 1.\n', ' Thông qua   kế hoạch', ' năm\u00A02027'].map((part) => part.normalize('NFD'));
  expect(quoteOf(parts[0]!, parts[1]!, parts[2]!)).toEqual({ exact: 'Thông qua kế hoạch', prefix: 'Điều 1. ', suffix: ' năm 2027' });
});
