import { expect, test } from 'vitest';
import { layoutPages, unit } from './layout';
import { scrollOf, spotAt, wentByItself, zoomOf, type Layout } from './spot';

const sizes = Array.from({ length: 400 }, (_, i) => (i % 7 === 3 ? { width: 842, height: 595 } : { width: 595, height: 842 }));
const laid = (scale: number, fit: number, pages = sizes): Layout => {
  const { boxes, width } = layoutPages(pages, scale);
  return { boxes, width, scale, fit };
};

test('a spot means the same place at every scale', () => {
  const here = laid(1.7, 0.85);
  const there = laid(0.6, 0.3);
  for (const [page, part, side] of [[1, 0, 0], [3, 0.25, 0], [4, 0.5, 0.4], [200, 0.98, 0.25], [400, 0.1, 0]] as const) {
    const spot = spotAt(here, scrollOf(here, { page, part, side, zoom: 2 }));
    expect(spot).toEqual({ page, part, side, zoom: 2 });
    expect(spotAt(there, scrollOf(there, spot))).toMatchObject({ page, part: expect.closeTo(part, 2), side: expect.closeTo(side, 2), zoom: 2 });
  }
});

test('the zoom is of the width of the screen', () => {
  expect(zoomOf({ page: 1, part: 0, side: 0, zoom: 1 }, 0.9)).toBe('width');
  expect(zoomOf({ page: 1, part: 0, side: 0, zoom: 0.5 }, 1.2)).toBeCloseTo(0.6 / unit);
});

test('who turned to a page is on it, although a little of the gap above is seen', () => {
  const layout = laid(1, 1);
  expect(spotAt(layout, { top: (layout.boxes[4]?.top ?? 0) - 8, left: 0 })).toMatchObject({ page: 5, part: 0 });
});

test('a page that is not there is the nearest that is', () => {
  const layout = laid(1, 1, sizes.slice(0, 2));
  expect(scrollOf(layout, { page: 9, part: 0, side: 0, zoom: 1 })).toEqual({ top: layout.boxes[1]?.top, left: 0 });
  expect(scrollOf({ boxes: [], width: 0 }, { page: 1, part: 0, side: 0, zoom: 1 })).toEqual({ top: 0, left: 0 });
  expect(spotAt({ boxes: [], width: 0, scale: 1, fit: 1 }, { top: 0, left: 0 })).toEqual({ page: 1, part: 0, side: 0, zoom: 1 });
});

test('what the program and the browser scroll is not the person', () => {
  const room = { top: 1000, left: 0 };
  const at = (top: number, left = 0) => ({ top, left });
  expect(wentByItself(at(500.5), at(500), room)).toBe(true);
  expect(wentByItself(at(540), at(500), room)).toBe(false);
  expect(wentByItself(at(460), at(500), room)).toBe(false);
  expect(wentByItself(at(1000), at(1400), room)).toBe(true); // there is less to scroll
  expect(wentByItself(at(1000), at(900), room)).toBe(false); // the End key
  expect(wentByItself(at(500, 80), at(500, 20), { top: 1000, left: 200 })).toBe(false);
});
