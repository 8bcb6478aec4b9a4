import { describe, expect, test } from 'vitest';
import { buildPeople } from '@/lib/people';
import { postsOf, rankPeople } from './lookup';
import { treeLines } from './tree';

const units = [
  { id: 'tinh', name: 'UBND tỉnh', office: true },
  { id: 'so', name: 'Sở Nội vụ', parent: 'tinh', office: true },
  { id: 'xa', name: 'UBND xã Đồng Tâm', parent: 'tinh', office: true },
  { id: 'phong', name: 'Phòng Văn hóa - Xã hội', parent: 'xa' },
];
const list = [
  { id: 'a', name: 'Nguyễn Thị Đào', posts: [{ unit: 'xa', position: 'Chủ tịch', role: 'leader' as const }] },
  { id: 'b', name: 'Trần Văn Dao', posts: [{ unit: 'phong', position: 'Chuyên viên', role: 'officer' as const }] },
];
const people = buildPeople(units, list);

describe('people', () => {
  test('an office holds its divisions but not other offices', () => {
    expect(people.ofOffice('xa').map((person) => person.id)).toEqual(['a', 'b']);
    expect(people.ofOffice('tinh')).toEqual([]);
    expect(people.ofOffice('xa', ['leader']).map((person) => person.id)).toEqual(['a']);
    expect(people.officeOf('phong')?.id).toBe('xa');
  });
  test('names are found without accents, units too', () => {
    const ask = (q: string) => rankPeople(list, (person) => postsOf(person, people.units), q, 5).map(({ person }) => person.id);
    expect(ask('dao').toSorted()).toEqual(['a', 'b']);
    expect(ask('chu tich')).toEqual(['a']);
    expect(ask('van hoa')).toEqual(['b']);
    expect(ask('zzz')).toEqual([]);
  });
});

describe('treeLines', () => {
  test('closed branches hide what is in them', () =>
    expect(treeLines(people, new Set(['tinh']), '').map(({ unit, depth }) => [unit.id, depth])).toEqual([['tinh', 0], ['so', 1], ['xa', 1]]));
  test('a query shows the way to what fits', () =>
    expect(treeLines(people, new Set(), 'van hoa').map(({ unit }) => unit.id)).toEqual(['tinh', 'xa', 'phong']));
});
