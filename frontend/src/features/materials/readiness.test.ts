import { describe, expect, it } from 'vitest';
import type { ReadinessRow } from '@/lib/backend';
import { columnCounts, countsOf, lookOf, readyOf, shownRows } from './readiness';

const row = (name: string, cells: number[], machines = 1, read = cells.map(() => false)): ReadinessRow => ({
  person: name, name, office: 'Xã Đồng Tâm', cells, read, machines: Array.from({ length: machines }, () => ({ name: 'may', seen: 1, cells })),
});
const rows = [row('Nguyễn Văn An', [100, -1, 100]), row('Trần Thị Bé', [40, 0, -1], 1, [true, false, false]), row('Lê Văn Cẩn', [0, -1, 0]), row('Phạm Đức', [0, 0, 0], 0)];

describe('readiness', () => {
  it('tells all from a part, from nothing and from no machine', () => {
    expect(rows.map(readyOf)).toEqual(['all', 'part', 'nothing', 'no_machine']);
    expect(countsOf(rows)).toEqual({ all: 1, part: 1, nothing: 1, no_machine: 1 });
  });

  it('shows who lacks something, and finds names without their accents', () => {
    expect(shownRows(rows, true, '').map(({ name }) => name)).toEqual(['Trần Thị Bé', 'Lê Văn Cẩn', 'Phạm Đức']);
    expect(shownRows(rows, false, 'dong tam can').map(({ name }) => name)).toEqual(['Lê Văn Cẩn']);
  });

  it('counts a material among those it is for', () => {
    const board = { at: 1, recalls: [], people: rows, materials: [0, 1, 2].map((n) => ({ id: `${n}`, title: '', state: 'open' as const, number: 1, size: 1, sha256: '' })) };
    expect(columnCounts(board)).toEqual([{ of: 4, whole: 1, read: 1 }, { of: 2, whole: 0, read: 0 }, { of: 3, whole: 1, read: 0 }]);
  });

  it('has a look for each percent', () => {
    expect([-1, 0, 1, 99, 100].map(lookOf)).toEqual(['none', 'empty', 'part', 'part', 'whole']);
  });
});
