import { describe, expect, test } from 'vitest';
import { currentPage, gap, layoutPages, pageAt, scaleOf, stepZoom, unit, visiblePages } from './layout';

const a4 = { width: 595, height: 842 };
const sizes = Array.from({ length: 16 }, (_, i) => (i === 3 ? { width: 842, height: 595 } : a4));

describe('layoutPages', () => {
  const { boxes, height, width } = layoutPages(sizes, 1);
  test('pages follow one another with a gap', () => {
    expect(boxes[0]?.top).toBe(gap);
    for (const [i, box] of boxes.entries()) {
      if (i > 0) expect(box.top).toBe((boxes[i - 1]?.top ?? 0) + (boxes[i - 1]?.height ?? 0) + gap);
    }
    expect(height).toBe(gap + 15 * (842 + gap) + 595 + gap);
    expect(width).toBe(842 + 2 * gap);
  });
  test('every y belongs to the page that starts before it', () => {
    for (const [i, box] of boxes.entries()) {
      expect(pageAt(boxes, box.top)).toBe(i);
      expect(pageAt(boxes, box.top + box.height)).toBe(i);
    }
    expect(pageAt(boxes, -50)).toBe(0);
    expect(pageAt(boxes, 1e9)).toBe(15);
  });
  test('what is in view is drawn, with one page more at each end', () => {
    const [first, last] = visiblePages(boxes, boxes[5]?.top ?? 0, 700);
    expect([first, last]).toEqual([4, 6]);
    expect(visiblePages([], 0, 700)).toEqual([0, -1]);
    expect(currentPage(boxes, (boxes[5]?.top ?? 0) - 20, 700)).toBe(5);
  });
});

describe('zoom', () => {
  test('fit width and fit page', () => {
    expect(scaleOf('width', a4, { width: 595 + 2 * gap, height: 400 })).toBeCloseTo(1);
    expect(scaleOf('page', a4, { width: 2000, height: 842 + 2 * gap })).toBeCloseTo(1);
    expect(scaleOf(1, a4, { width: 1, height: 1 })).toBe(unit);
  });
  test('steps go up and down and stop at the ends', () => {
    expect(stepZoom(unit, true)).toBe(1.1);
    expect(stepZoom(unit, false)).toBe(0.9);
    expect(stepZoom(4 * unit, true)).toBe(4);
    expect(stepZoom(0.5 * unit, false)).toBe(0.5);
  });
});
