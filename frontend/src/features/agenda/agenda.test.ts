import { expect, test } from 'vitest';
import type { AgendaItem } from '@/lib/backend';
import { inOrder, moved, planned, readLine, totalMinutes } from './agenda';

const item = (key: number, minutes?: number): AgendaItem => ({ key, type: 'common', title: `Mục ${key}`, minutes, order: key, presenters: [], changed: key });
const items = [item(1, 15), item(2), item(3, 30)];

test('items begin one after the other', () => {
  expect(planned(items, 0).map(({ at }) => at / 60_000)).toEqual([0, 15, 15]);
  expect(totalMinutes(items)).toBe(45);
});

test('an item moves, and not beyond the ends', () => {
  expect(moved([1, 2, 3], 3, -2)).toEqual([3, 1, 2]);
  expect(moved([1, 2, 3], 1, -1)).toEqual([1, 2, 3]);
  expect(moved([1, 2, 3], 3, 1)).toEqual([1, 2, 3]);
  expect(inOrder(items, [3, 1]).map(({ key }) => key)).toEqual([3, 1, 2]);
  expect(inOrder(items, null).map(({ key }) => key)).toEqual([1, 2, 3]);
});

test('a line typed in haste says how long it takes, and a year is no time', () => {
  const cases: Array<[string, string, number]> = [
    ['Báo cáo tình hình 15', 'Báo cáo tình hình', 15], ['Thảo luận – 30 phút', 'Thảo luận', 30], ["Khai mạc 5'", 'Khai mạc', 5], ['Kết luận', 'Kết luận', 0],
    ['Kế hoạch năm 2026', 'Kế hoạch năm 2026', 0], ['Báo cáo quý 4', 'Báo cáo quý 4', 0], ['Tờ trình số 12', 'Tờ trình số 12', 0], ['15', '15', 0],
  ];
  for (const [line, title, minutes] of cases) expect(readLine(line)).toEqual({ title, minutes });
});
