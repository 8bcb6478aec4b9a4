import { expect, test } from 'vitest';
import type { MeetingView, PointRow, PointView } from '@/lib/backend';
import { changesOf, countRows, findPoints, findRows, groupCounts, hasPoints, totalsOf } from './points';

const unit = { id: 'x1', name: 'Ủy ban nhân dân xã Đồng Hạc' };
const row = (point: string, more: Partial<PointRow> = {}): PointRow => ({
  id: `s.${point}`, point, name: `Điểm cầu ${point}`, unit, group: 'XA_PHUONG', status: 'CHUA_KET_NOI', drops: 0, headcount: 0, people: [], actions: [], ...more,
});
const rows = [
  row('a', { status: 'TRONG_HOP', host: true, headcount: 12, reported: 1, head: { id: 'p', name: 'Lò Văn Páo' } }), row('b', { status: 'MAT_TIN_HIEU', drops: 3, headcount: 4, reported: 2 }),
  row('c', { status: 'ROI' }), row('d', { status: 'CHO_VAO' }), row('e'),
];
const points: PointView[] = Array.from({ length: 215 }, (_, i) => ({ id: `p${i}`, version: 1, name: `Điểm cầu ${i}`, place: i === 7 ? 'Thôn Nà Mạ' : undefined, unit, group: i < 2 ? 'TINH' : 'XA_PHUONG', device: 'PC' }));

test('the board is found without marks and counted by what needs looking at', () => {
  expect(findRows(rows, 'pao dong hac', 'all').map((each) => each.point)).toEqual(['a']);
  expect(findRows(rows, '', 'trouble').map((each) => each.point)).toEqual(['b', 'd']);
  expect(countRows(rows)).toEqual({ all: 5, in: 1, trouble: 2, out: 2, unreported: 3 });
  expect(totalsOf(rows)).toEqual({ people: 16, drops: 3 });
});

test('215 points are searched and grouped', () => {
  expect(findPoints(points, 'na ma', '').map(({ id }) => id)).toEqual(['p7']);
  expect(findPoints(points, '', 'TINH')).toHaveLength(2);
  expect(groupCounts(points)).toEqual([{ group: 'TINH', count: 2 }, { group: 'XA_PHUONG', count: 213 }]);
});

test('a choice says only what it changes', () => {
  expect(changesOf(rows, new Set(['a', 'b', 'c', 'd', 'e']), 'a')).toBeNull();
  expect(changesOf(rows, new Set(['a', 'b', 'c', 'f']), 'f')).toEqual({ add: ['f'], remove: ['d', 'e'], host: 'f' });
  expect(changesOf(rows, new Set(['a', 'b', 'c', 'd', 'e']), 'b')).toEqual({ host: 'b' });
  expect(changesOf(rows, new Set(['b', 'c', 'd', 'e']), 'a')).toEqual({ remove: ['a'] });
});

test('only a meeting with points, or that may get some, has the tab', () => {
  const meeting = (more: Partial<MeetingView>) => ({ actions: [{ action: 'meeting.set_points', allow: true, reason: '' }], form: 'TRUC_TUYEN', ...more }) as MeetingView;
  expect(hasPoints(meeting({}))).toBe(true);
  expect(hasPoints(meeting({ form: 'TRUC_TIEP' }))).toBe(false);
  expect(hasPoints(meeting({ secret: true }))).toBe(false);
  expect(hasPoints(meeting({ actions: [], points: 3 }))).toBe(true);
});
