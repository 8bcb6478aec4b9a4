import { describe, expect, test } from 'vitest';
import { fileRect, onPage, runsOf, seenBox } from './frame';

/** What pdf.js gives for a page of 595 × 842 points whose CropBox begins at 10, 20, in the four turns. */
const turns: ReadonlyArray<[number, number[]]> = [
  [0, [1, 0, 0, -1, -10, 862]], [90, [0, 1, 1, 0, -20, -10]], [180, [-1, 0, 0, 1, 605, -20]], [270, [0, -1, -1, 0, 862, 605]],
];

describe.each(turns)('turned by %i degrees', (_degrees, transform) => {
  test('a box goes to the screen and back', () => {
    const rect = [110, 220, 250, 280];
    const box = seenBox({ transform }, rect);
    expect(fileRect({ transform }, box)).toEqual(rect);
    expect(box.left).toBeGreaterThan(0);
    expect(box.top).toBeGreaterThan(0);
  });
});

test('a box of a page that lies on its side lies on its side', () =>
  expect(seenBox({ transform: [0, 1, 1, 0, 0, 0] }, [100, 200, 300, 250])).toEqual({ left: 200, top: 100, width: 50, height: 200 }));

test('nothing is put beside the page', () => {
  expect(onPage({ width: 100, height: 100 }, { left: -5, top: 95, width: 20, height: 30 })).toEqual({ left: 0, top: 70, width: 20, height: 30 });
  expect(onPage({ width: 100, height: 100 }, { left: 50, top: 50, width: 300, height: 30 })).toEqual({ left: 0, top: 50, width: 100, height: 30 });
});

test('text of a turned page stands upright as it is seen, and what stands across is left out', () => {
  const turned = [0, 1, 1, 0, 0, 0];
  expect(runsOf([{ str: 'Số:', transform: [0, 12, -12, 0, 100, 200], width: 20 }], turned)).toEqual([{ text: 'Số:', left: 200, base: 100, width: 20, size: 12 }]);
  expect(runsOf([{ str: 'Số:', transform: [12, 0, 0, 12, 100, 200], width: 20 }, { str: ' ', transform: [12, 0, 0, 12, 1, 1], width: 3 }], turned)).toEqual([]);
});

test('a page in a larger unit is measured in points as seen', () =>
  expect(runsOf([{ str: 'a', transform: [10, 0, 0, 10, 5, 5], width: 7 }], [2, 0, 0, -2, 0, 200])).toEqual([{ text: 'a', left: 10, base: 190, width: 14, size: 20 }]));
