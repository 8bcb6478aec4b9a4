import { expect, test } from 'vitest';
import type { UnitInfo } from '@/lib/backend';
import { linesOf, membersOf, officeTree, toggle } from './recipients';

const units: UnitInfo[] = [
  { id: 't', name: 'Tỉnh' },
  { id: 'ub', parent: 't', name: 'UBND tỉnh', office: true },
  { id: 'syt', parent: 'ub', name: 'Sở Y tế', office: true },
  { id: 'p', parent: 'syt', name: 'Phòng Nghiệp vụ' },
  { id: 'dh', parent: 'ub', name: 'UBND xã Đông Hải', office: true },
  { id: 'dx', parent: 'ub', name: 'UBND phường Đồng Xuân', office: true },
];
const tree = officeTree(units, 'syt');
const names = (lines: ReturnType<typeof linesOf>) => lines.map((line) => line.branch.id);

test('offices only, without oneself and without divisions', () => {
  expect(tree[0]?.offices).toEqual(['ub', 'dh', 'dx']);
  expect(names(linesOf(tree, new Set(['t', 'ub'])))).toEqual(['t', 'ub', 'dh', 'dx']);
});

test('closed branches hide what is below', () => expect(names(linesOf(tree, new Set()))).toEqual(['t']));

test('a search without accents', () => {
  expect(names(linesOf(tree, new Set(), 'dong hai'))).toEqual(['dh']);
  expect(names(linesOf(tree, new Set(), 'xa dong'))[0]).toBe('dh');
});

test('a group adds its members once and takes them away again', () => {
  const group = membersOf({ members: ['dh', 'gone', 'syt', 'dx'] }, tree);
  expect(group).toEqual(['dh', 'dx']);
  expect(toggle(['dh'], group)).toEqual(['dh', 'dx']);
  expect(toggle(['ub', 'dh', 'dx'], group)).toEqual(['ub']);
});
