import { expect, test } from 'vitest';
import type { AssignmentItem } from '@/lib/backend';
import { filtered, inOrder } from './tasks';

const task = (id: string, more: Partial<AssignmentItem>): AssignmentItem => ({
  id, version: 1, meeting: 'm', unit: { id: 'x', name: 'x' }, owner: { id: 'o', name: 'Phòng Kinh tế', unit: true }, text: 'Rà soát', state: 'MOI', since: 1, created: 1, progress: 0, ...more,
});

test('overdue first, then by the day; what is over comes last', () => {
  const list = [
    task('done', { state: 'HOAN_THANH_QUA_HAN', late: true, due: '2026-01-01' }), task('none', {}), task('later', { due: '2026-12-31' }),
    task('late', { due: '2026-11-01', late: true }), task('soon', { due: '2026-12-01' }),
  ];
  expect(inOrder(list).map(({ id }) => id)).toEqual(['late', 'soon', 'later', 'none', 'done']);
});

test('words in any order and without marks', () => {
  const list = [task('a', { text: 'Sửa đường' }), task('b', { late: true })];
  expect(filtered(list, { query: 'kinh ra soat', late: false }).map(({ id }) => id)).toEqual(['b']);
  expect(filtered(list, { query: '', late: true }).map(({ id }) => id)).toEqual(['b']);
});
