import { expect, test } from 'vitest';
import type { PersonInfo, UnitInfo } from '@/lib/backend';
import { buildPeople } from '@/lib/people';
import { beginAt, fieldsOf, formOf, lacksOf, newForm, wrongOf } from './form';
import { addTo, candidatesOf, changeOf, findCandidates, invitedAs, inviteesOf, moveTo, readPasted, withRole } from './invited';
import { momentOf } from './when';

const units: UnitInfo[] = [
  { id: 'tinh', name: 'Ủy ban nhân dân tỉnh', office: true, level: 'province' },
  { id: 'snv', parent: 'tinh', name: 'Sở Nội vụ', office: true, level: 'department' },
  { id: 'xa', parent: 'tinh', name: 'Ủy ban nhân dân xã Đồng Tâm', short: 'UBND xã Đồng Tâm', office: true, level: 'commune' },
];
const person = (id: string, name: string, unit: string, position: string): PersonInfo => ({ id, name, posts: [{ unit, position, role: 'officer', main: true }] });
const people = [person('a', 'Nguyễn Thị Hà', 'xa', 'Chủ tịch'), person('b', 'Nguyễn Thị Hà', 'snv', 'Chuyên viên'), person('c', 'Đặng Văn Đức', 'snv', 'Giám đốc')];
const known = buildPeople(units, people);
const all = candidatesOf(known, [{ id: 'g', name: 'Các sở, ban, ngành', members: ['snv'] }]);
const found = (query: string, taken: string[] = []) => findCandidates(all, query, new Set(taken)).map((one) => one.id);

test('people, units and groups are found without accents, and by post', () => {
  expect(found('dang van duc')).toEqual(['c']);
  expect(found('so noi vu')[0]).toBe('snv');
  expect(found('cac so')).toEqual(['g']);
  expect(found('ubnd xa dong tam')[0]).toBe('xa');
  expect(found('ha chu tich')).toEqual(['a']);
  expect(found('nguyen thi ha', ['a'])).toEqual(['b']);
  expect(found('  ')).toEqual([]);
});

test('a search among thousands is quick', () => {
  const many = candidatesOf(buildPeople(units, Array.from({ length: 5000 }, (_, i) => person(`p${i}`, `Người ${i} Văn Bình`, 'xa', 'Chuyên viên'))), []);
  const began = performance.now();
  expect(findCandidates(many, 'nguoi 4999', new Set())[0]?.id).toBe('p4999');
  expect(performance.now() - began).toBeLessThan(2000);
});

test('a pasted list gives those who are known for certain', () => {
  const read = readPasted('1. Đặng Văn Đức\n- Nguyễn Thị Hà, Chuyên viên\nBà Nguyễn Thị Hà\nsở nội vụ; Không Có Ai', all);
  expect(read.found.map((one) => one.id)).toEqual(['c', 'b', 'snv']);
  expect(read.unclear).toEqual(['Bà Nguyễn Thị Hà', 'Không Có Ai']);
});

test('nobody is invited twice, units never vote, and there is one chair', () => {
  const list = addTo([invitedAs('a', false, 'CHU_TRI')], [invitedAs('a', false, 'THANH_VIEN'), invitedAs('snv', true, 'THANH_VIEN'), invitedAs('snv', true, 'THANH_VIEN')]);
  expect(list.map((one) => [one.id, one.role, one.voting])).toEqual([['a', 'CHU_TRI', true], ['snv', 'THANH_VIEN', false]]);
  const changed = withRole(addTo(list, [invitedAs('b', false, 'KHACH_MOI')]), 'b', 'CHU_TRI');
  expect(changed.map((one) => [one.id, one.role, one.voting])).toEqual([['a', 'THANH_VIEN', true], ['snv', 'THANH_VIEN', false], ['b', 'CHU_TRI', true]]);
});

test('only what changed is given', () => {
  const before = [invitedAs('a', false, 'CHU_TRI'), invitedAs('b', false, 'THANH_VIEN'), invitedAs('c', false, 'KHACH_MOI')];
  expect(changeOf(before, before)).toEqual({ set: [], remove: [] });
  expect(changeOf(before, before.slice(0, 2))).toEqual({ set: [], remove: ['c'] });
  expect(changeOf(before, moveTo(before, 2, 1)).set.map((one) => [one.id, one.order])).toEqual([['c', 2], ['b', 3]]);
  expect(inviteesOf(before)[0]).toEqual({ id: 'a', role: 'CHU_TRI', voting: true, order: 1, title: undefined, seat: undefined, unit: undefined });
});

test('the end goes with the beginning, and a form tells what is missing', () => {
  const form = { ...newForm(undefined, momentOf('2026-11-30', '08:30') ?? 0), title: 'Họp giao ban' };
  expect([form.day, form.from, form.to]).toEqual(['2026-11-30', '09:00', '10:30']);
  expect(beginAt(form, '14:00').to).toBe('15:30');
  expect(wrongOf({ ...form, title: ' ' }, [])).toEqual({ title: 'meeting.form.title.missing' });
  expect(wrongOf({ ...form, to: '08:00' }, []).time).toBe('error.meeting.bad_span');
  expect(lacksOf(form, [])).toEqual({ place: 'error.meeting.needs_place', people: 'error.meeting.needs_chair' });
  expect(lacksOf({ ...form, form: 'TRUC_TUYEN' }, [invitedAs('a', false, 'CHU_TRI')])).toEqual({});
});

test('a schedule comes out of the form as it went in', () => {
  const fields = {
    title: 'Họp', class: 'HDND' as const, form: 'KET_HOP' as const, start: momentOf('2026-12-01', '08:00') ?? 0, end: momentOf('2026-12-03', '17:00') ?? 0, room: 'r1', place: 'Tầng 2',
    quorumPercent: 50, speechMinutes: 5, substitutesVote: true, openQueue: true, withQuestionTime: true, checkInFrom: 5, content: 'a',
    materialsDue: momentOf('2026-11-30', '17:00') ?? 0,
  };
  expect(fieldsOf(formOf(fields), fields)).toEqual({ ...fields, secret: undefined });
});
