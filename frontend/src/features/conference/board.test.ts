import { describe, expect, test } from 'vitest';
import { boardRows, countBoard, findBoard, groupsOf, totalsOf } from './board';
import type { LineRow, Row } from './protocol';

const row = (i: string, more: Partial<Row> = {}): Row => ({ i, n: `UBND xã ${i}`, k: 'point', r: 'THANH_VIEN', s: 'TRONG_HOP', e: 1, ...more });
const all = (rows: Row[], lines: LineRow[] = [], floor = {}) => boardRows(new Map(rows.map((each) => [each.i, each])), new Map(lines.map((each) => [each.i, each])), floor);
const ids = (rows: ReturnType<typeof all>, ...[words = '', filter = 'all', sort = null]: [string?, Parameters<typeof findBoard>[2]?, Parameters<typeof findBoard>[3]?]) => findBoard(rows, words, filter, sort).map((each) => each.row.i);

describe('the board', () => {
  const rows = all([
    row('Đồng Tâm', { o: 1 }), row('Hòa Bình', { o: 2, h: 5, c: 12 }), row('Tân Lập', { o: 3, s: 'MAT_TIN_HIEU', d: 2, c: 7 }), row('An Sơn', { s: 'CHUA_KET_NOI' }), row('Bình Minh', { s: 'CHUA_KET_NOI' }),
    row('Kim Đức', { s: 'CHO_VAO' }), row('Phú Thịnh', { o: 4, t: { mic: 'none', at: 9 } }), row('Khách', { k: 'guest', o: 5, e: undefined }), row('Cẩm Giang', { o: 6 }),
  ], [{ i: 'Cẩm Giang', deaf: true, rateDown: 30 }, { i: 'Đồng Tâm', rateDown: 900 }], { holders: ['Cẩm Giang'], upcoming: ['Hòa Bình'] });

  test('what waits for somebody comes first', () => {
    expect(ids(rows)).toEqual(['Kim Đức', 'Cẩm Giang', 'Hòa Bình', 'Tân Lập', 'Phú Thịnh', 'Đồng Tâm', 'Khách', 'An Sơn', 'Bình Minh']);
  });

  test('filters, and words without marks', () => {
    expect(ids(rows, '', 'trouble')).toEqual(['Cẩm Giang', 'Tân Lập', 'Phú Thịnh']);
    expect(ids(rows, 'dong tam')).toEqual(['Đồng Tâm']);
    expect(countBoard(rows)).toEqual({ all: 9, waiting: 1, in: 5, trouble: 3, hands: 1, untested: 7, out: 2 });
    expect(totalsOf(rows)).toEqual({ heads: 20, expected: 8, arrived: 5 });
  });

  test('a group alone, and what the server knows of the materials before what a test once said', () => {
    const those = boardRows(new Map([row('a', { g: 'XA_PHUONG', t: { materials: 40, at: 1 } }), row('b', { g: 'TINH', t: { materials: 90, at: 1 } }), row('c')].map((each) => [each.i, each])), new Map(), {}, new Map([['a', 100], ['b', undefined]]));
    expect(groupsOf(those)).toEqual(['TINH', 'XA_PHUONG']);
    expect(findBoard(those, '', 'all', null, 'XA_PHUONG').map((each) => each.row.i)).toEqual(['a']);
    expect(findBoard(those, '', 'all', { id: 'materials', desc: true }).map((each) => each.materials)).toEqual([100, 90, undefined]);
  });

  test('a column sorts all, either way', () => {
    expect(ids(rows, '', 'all', { id: 'down', desc: true }).slice(0, 2)).toEqual(['Đồng Tâm', 'Cẩm Giang']);
    expect(ids(rows, '', 'all', { id: 'name', desc: false }).slice(0, 2)).toEqual(['An Sơn', 'Bình Minh']);
    expect(rows.find((each) => each.row.i === 'Hòa Bình')?.next).toBe(1);
  });
});
