import { expect, test } from 'vitest';
import type { RollRow } from '@/lib/backend';
import { countRows, findRows, searchable } from './roll';

const row = (name: string, presence: RollRow['presence'], more: Partial<RollRow> = {}): RollRow => ({
  attendance: name, person: { id: name, name }, role: 'THANH_VIEN', presence, ...more,
});

const rows = [
  row('Đỗ Thị Hường', 'CO_MAT_TRUC_TIEP', { votes: true, office: 'Sở Nội vụ' }),
  row('Nguyễn Văn Đức', 'CHUA_DIEM_DANH', { votes: true }),
  row('Trần Quốc Huy', 'CO_MAT_TRUC_TUYEN', { left: 5 }),
  row('Lê Hoài An', 'VANG_CO_LY_DO'),
];

test('words are found without marks, in name and office', () => {
  const all = searchable(rows);
  const names = (words: string, filter: Parameters<typeof findRows>[2] = 'all') => findRows(all, words, filter).map((each) => each.person.name);
  expect(names('do huong')).toEqual(['Đỗ Thị Hường']);
  expect(names('noi vu')).toEqual(['Đỗ Thị Hường']);
  expect(names('duc', 'uncalled')).toEqual(['Nguyễn Văn Đức']);
  expect(names('duc', 'here')).toEqual([]);
});

test('who has left is not here', () => {
  expect(countRows(rows)).toEqual({ all: 4, here: 1, absent: 1, uncalled: 1, votes: 2 });
});
