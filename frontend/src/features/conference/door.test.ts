import { expect, test } from 'vitest';
import type { PointRow } from '@/lib/backend';
import { doorOf, seatAtFirst, takesOver } from './door';

const allow = (...actions: string[]) => actions.map((action) => ({ action, allow: true, reason: '' }));
const row = (point: string, more: Partial<PointRow> = {}): PointRow => ({
  id: `s.${point}`, point, name: `Điểm cầu ${point}`, unit: { id: 'x1', name: 'Xã Một' }, group: 'XA_PHUONG', status: 'CHUA_KET_NOI', drops: 0, headcount: 0, people: [],
  actions: allow('point_session.enter'), ...more,
});

test('who answers for an invited unit comes in as its meeting point, and as nothing when it has none', () => {
  const other = row('b', { actions: [{ action: 'point_session.enter', allow: false, reason: 'can.needs_point' }] });
  expect(seatAtFirst(doorOf([], [other, row('a')]), '', 'leader')).toEqual({ as: 'point', point: 'a' });
  expect(seatAtFirst(doorOf([], [other]), '', 'leader')).toBeNull();
});

test('somebody invited comes in as himself on a machine that is no room\'s', () => {
  const door = doorOf(allow('meeting.enter'), [row('a', { technician: { id: 'tech', name: 'Kỹ thuật' } }), row('b')]);
  expect(seatAtFirst(door, '', 'member')).toEqual({ as: 'person' });
  expect(seatAtFirst(door, 'gone', 'member')).toEqual({ as: 'person' });
  expect(seatAtFirst(door, 'b', 'member')).toEqual({ as: 'point', point: 'b' });
  expect(seatAtFirst(door, '', 'tech')).toEqual({ as: 'point', point: 'a' });
});

test('a point that is in by another machine is not put out unasked', () => {
  expect(takesOver(row('a', { status: 'TRONG_HOP' }), '')).toBe(true);
  expect(takesOver(row('a', { status: 'TRONG_HOP' }), 'a')).toBe(false);
  expect(takesOver(row('a', { status: 'MAT_TIN_HIEU' }), '')).toBe(false);
  expect(takesOver(undefined, '')).toBe(false);
});
