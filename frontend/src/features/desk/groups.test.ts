import { expect, test } from 'vitest';
import type { DeskItem } from '@/lib/backend';
import { groupsOf, itemId, linesOf, step } from './groups';

let n = 0;
const item = (urgency: number, rest: Partial<DeskItem> = {}): DeskItem =>
  ({ queue: 'task', since: ++n, ...rest, doc: { id: `d${n}`, urgency, subject: '', state: '', direction: 'incoming', unit: 'u', version: 1, files: 0, remarks: 0, directives: 0 } });

test('hỏa tốc first, then the other urgencies, then late, near and later', () => {
  const items = [item(0), item(0, { overdue: true, due: '2026-01-02', daysLeft: -3 }), item(1), item(3), item(0, { due: '2026-03-01', daysLeft: 1 }), item(2)];
  expect(groupsOf(items).map((group) => group.id)).toEqual(['immediate', 'very', 'urgent', 'overdue', 'soon', 'later']);
});

test('within a group by deadline, those without one last', () => {
  const [a, b, c] = [item(3), item(3, { due: '2026-02-02' }), item(3, { due: '2026-02-01' })];
  expect(groupsOf([a, b, c])[0]?.items).toEqual([c, b, a]);
});

test('one queue only', () => expect(groupsOf([item(0), item(0, { queue: 'sign' })], 'sign')[0]?.items).toHaveLength(1));

test('two tasks of one document are two lines', () => {
  const one = item(0, { directive: 5 });
  expect(itemId(one)).not.toBe(itemId({ ...one, directive: 6 }));
});

test('the keyboard steps over headings and stays at the ends', () => {
  const lines = linesOf(groupsOf([item(3), item(0)]));
  expect(lines.map((line) => line.kind)).toEqual(['group', 'item', 'group', 'item']);
  expect([step(lines, 1, 1), step(lines, 3, -1), step(lines, 1, -1), step(lines, 3, 1)]).toEqual([3, 1, 1, 3]);
});
