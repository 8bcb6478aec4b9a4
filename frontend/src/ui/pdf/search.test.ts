import { expect, test } from 'vitest';
import { findAll } from '@/lib/fold';
import { joinItems, locate } from './search';

const items = [
  { str: 'KẾ HOẠCH', hasEOL: true, transform: [1, 0, 0, 1, 10, 700] },
  { type: 'beginMarkedContent' },
  { str: 'Triển khai chuyển ', hasEOL: false, transform: [1, 0, 0, 1, 10, 650] },
  { str: 'đổi số', hasEOL: true, transform: [1, 0, 0, 1, 90, 650] },
];

test('a hit across two items is found in each', () => {
  const text = joinItems(items, ([, , , , , y = 0]) => 842 - y);
  const [hit] = findAll(text.folded, 'chuyen doi');
  expect(hit).toBeDefined();
  const [start, end] = hit ?? [0, 0];
  expect(locate(text, start)).toEqual({ item: 1, offset: 11 });
  expect(locate(text, end - 1)).toEqual({ item: 2, offset: 2 });
  expect(text.tops[1]).toBe(192);
});
