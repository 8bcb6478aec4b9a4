import { expect, test } from 'vitest';
import type { PersonInfo, UnitInfo } from '@/lib/backend';
import { buildPeople } from '@/lib/people';
import { addReceiver, blank, candidatesOf, inOrder, missing, nextRole, setRole, suggest } from './composer';

const units: UnitInfo[] = [
  { id: 'x', name: 'UBND xã Đông Hải', office: true },
  { id: 'x1', parent: 'x', name: 'Phòng Kinh tế' },
  { id: 'x2', parent: 'x', name: 'Phòng Văn hóa – Xã hội' },
  { id: 'y', parent: 'x', name: 'Trạm y tế', office: true },
];
const person = (id: string, name: string, unit: string, role: string, position = ''): PersonInfo => ({ id, name, posts: [{ unit, role, position }] });
const people = buildPeople(units, [
  person('ct', 'Nguyễn Văn Đạt', 'x', 'leader', 'Chủ tịch'), person('pct', 'Lê Thị Hoa', 'x', 'deputy', 'Phó Chủ tịch'),
  person('tp', 'Trần Đức Anh', 'x1', 'head', 'Trưởng phòng'), person('cv', 'Phạm Minh Đức', 'x1', 'officer', 'Chuyên viên'),
  person('qt', 'Vũ Quản Trị', 'x', 'admin'), person('yt', 'Đỗ Y Tế', 'y', 'leader'),
]);

test('the first receiver leads, the next ones assist', () => {
  const one = addReceiver([], { id: 'a', unit: false });
  const two = addReceiver(one, { id: 'b', unit: true });
  expect(two).toEqual([{ id: 'a', role: 'CHU_TRI' }, { id: 'b', unit: true, role: 'PHOI_HOP' }]);
  expect(addReceiver(two, { id: 'a', unit: false })).toEqual(two);
});

test('nobody new leads while another lead is at work', () => expect(addReceiver([], { id: 'a', unit: false }, true)[0]?.role).toBe('PHOI_HOP'));

test('there is one lead at most', () => {
  const both = addReceiver(addReceiver([], { id: 'a', unit: false }), { id: 'b', unit: false });
  expect(setRole(both, 'b', 'CHU_TRI').map((receiver) => receiver.role)).toEqual(['PHOI_HOP', 'CHU_TRI']);
  expect(nextRole('NHAN_DE_BIET')).toBe('CHU_TRI');
});

test('text and a receiver must be there', () => {
  expect(missing(blank)).toBe('directive.missing.text');
  expect(missing({ ...blank, text: ' Giao ' })).toBe('directive.missing.receivers');
  expect(missing({ ...blank, text: 'Giao', receivers: [{ id: 'a', role: 'CHU_TRI' }] })).toBeNull();
});

test('divisions with a head and people of the office, not of other offices, not oneself', () => {
  const ids = candidatesOf(people, { office: 'x', self: 'ct' }).map((candidate) => candidate.id);
  expect(ids).toEqual(['x1', 'pct', 'tp', 'cv']);
});

test('who passes on names only his own people', () => {
  expect(candidatesOf(people, { office: 'x', within: ['x1'], self: 'tp' }).map((candidate) => candidate.id)).toEqual(['cv']);
});

test('a few letters without accents find the person', () => {
  const all = candidatesOf(people, { office: 'x', self: 'ct' });
  expect(suggest('duc', all, []).map((candidate) => candidate.id).slice(0, 2).toSorted()).toEqual(['cv', 'tp']);
  expect(suggest('le hoa', all, [])[0]?.id).toBe('pct');
  expect(suggest('pho chu tich', all, [])[0]?.id).toBe('pct');
  expect(suggest('', all, [{ id: 'x1', unit: true, role: 'CHU_TRI' }]).map((candidate) => candidate.id)).not.toContain('x1');
});

test('own templates come before those of the office, nine at most', () => {
  const list = Array.from({ length: 12 }, (_, i) => ({ id: `t${i}`, text: `Mẫu ${i}`, order: 12 - i, mine: i === 3, version: 1 }));
  expect(inOrder(list).map((template) => template.id).slice(0, 3)).toEqual(['t3', 't11', 't10']);
  expect(inOrder(list)).toHaveLength(list.length);
});
