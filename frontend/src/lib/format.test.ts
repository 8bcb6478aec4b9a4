import i18next from 'i18next';
import { afterEach, describe, expect, test } from 'vitest';
import { formatAgo, formatBytes, formatComing, formatEstimate, formatFacts, formatNumber, machineNumber } from './format';

afterEach(() => i18next.changeLanguage('vi'));

describe('Vietnamese', () => {
  test('numbers', () => expect(formatNumber(12_345)).toBe('12.345'));
  test.each([[950, '950 B'], [12_400, '12 KB'], [1_250_000, '1,3 MB'], [4_100_000_000, '4,1 GB']])('%i bytes', (bytes, want) => expect(formatBytes(bytes)).toBe(want));
  test.each([[32_000, 1000, 'khoảng 35 giây'], [190_000, 1000, 'khoảng 3 phút'], [7_200_000, 1000, 'khoảng 2 giờ'], [5, 0, '']])('%i at %i', (bytes, rate, want) =>
    expect(formatEstimate(bytes, rate)).toBe(want));
  test.each([[10_000, 'vừa xong'], [300_000, '5 phút trước'], [7_200_000, '2 giờ trước'], [200_000_000, '2 ngày trước']])('%i ms ago', (ms, want) => expect(formatAgo(0, ms)).toBe(want));
});

test('a machine is named by the end of its id', () => expect(machineNumber('019ab3c4-5d6e-7f80-9a1b-2c3d4e5f6a7b')).toBe('4E5F-6A7B'));

test.each([
  [{ done: 12_400_000, total: 30_000_000, estimateMs: 190_000 }, '12,4 MB / 30 MB · còn khoảng 3 phút'],
  [{ done: 0, total: 30_000_000 }, '0 B / 30 MB'],
  [{ done: 29_999_000, total: 30_000_000, estimateMs: 40 }, '30 MB / 30 MB · còn khoảng 5 giây'],
])('how far %o has come', (coming, want) => expect(formatComing(coming)).toBe(want));

test('facts stand in their order, whichever way their letters run', () => {
  expect(formatFacts('12/UBND', '', undefined, 'Sở Y tế', 0, '20/11/2026')).toBe('12/UBND · Sở Y tế · 20/11/2026');
  expect(formatFacts('شركة', '20/11/2026')).toBe('\u2068شركة\u2069 · 20/11/2026');
});

test('English has one and many', async () => {
  await i18next.changeLanguage('en');
  expect(formatNumber(12_345)).toBe('12,345');
  expect(formatAgo(0, 3_600_000)).toBe('1 hour ago');
  expect(formatAgo(0, 7_200_000)).toBe('2 hours ago');
});
