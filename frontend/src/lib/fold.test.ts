import { describe, expect, test } from 'vitest';
import { findAll, fold, foldWithMap, score } from './fold';

describe('fold', () => {
  test.each([
    ['Văn bản đến', 'van ban den'],
    ['ĐIỀU CHỈNH', 'dieu chinh'],
    ['hỏa tốc', 'hoa toc'],
    ['Ủy ban nhân dân', 'uy ban nhan dan'],
    ['Uỷ ban', 'uy ban'],
  ])('%s', (text, want) => expect(fold(text)).toBe(want));

  test('decomposed and composed text fold alike', () => {
    const text = 'Kế hoạch số 308/KH-UBND';
    expect(fold(text.normalize('NFD'))).toBe(fold(text));
  });
});

describe('findAll', () => {
  test('gives positions in the original', () => {
    const original = 'Về việc  đẩy mạnh\nchuyển đổi số; Chuyển Đổi Số cấp xã';
    const hits = findAll(foldWithMap(original), 'chuyen doi so');
    expect(hits.map(([a, b]) => original.slice(a, b))).toEqual(['chuyển đổi số', 'Chuyển Đổi Số']);
  });

  test('a phrase may cross a line', () => {
    const original = 'đẩy mạnh\n  chuyển đổi';
    const [hit] = findAll(foldWithMap(original), 'manh chuyen');
    expect(hit && original.slice(...hit)).toBe('mạnh\n  chuyển');
  });

  test('decomposed originals keep their marks inside the range', () => {
    const original = 'kế hoạch'.normalize('NFD');
    const [hit] = findAll(foldWithMap(original), 'ke');
    expect(hit && original.slice(...hit).normalize('NFC')).toBe('kế');
  });

  test('an empty query finds nothing', () => expect(findAll(foldWithMap('abc'), '  ')).toEqual([]));
});

describe('score', () => {
  test('accents never matter', () => expect(score('van ban den', 'Văn bản đến')).toBe(1000));
  test('initials find a command', () => expect(score('vbd', 'Văn bản đến')).toBeGreaterThan(0));
  test('order: whole > start > word start > inside > letters in order', () => {
    const scores = ['du thao', 'du', 'thao', 'hao', 'dth'].map((q) => score(q, 'Dự thảo'));
    expect(scores.toSorted((a, b) => b - a)).toEqual(scores);
    expect(Math.min(...scores)).toBeGreaterThan(0);
  });
  test('strangers do not match', () => expect(score('xyz', 'Dự thảo')).toBe(0));
});
