import { describe, expect, test } from 'vitest';
import type { SignatureInfo, Verdict } from '@/lib/backend';
import { nextOf } from './next';
import { makeDirective, makeDoc, makeTask, start } from './testDoc';

test('a submitted document waits for the leader', () =>
  expect(nextOf(makeDoc({ submittedTo: { id: 'ct', name: 'Vũ Trung Thuận' }, due: '2026-11-23', daysLeft: 0 }))).toEqual([
    { key: 'direct', who: 'Vũ Trung Thuận', role: undefined, due: '2026-11-23', daysLeft: 0, overdue: undefined },
  ]));

test('results come before tasks, leads before those who assist, notice is nobody', () => {
  const directive = makeDirective(1, [
    makeTask('a', { role: 'PHOI_HOP' }), makeTask('b', { role: 'NHAN_DE_BIET' }), makeTask('c'), makeTask('d', { role: 'PHOI_HOP', state: 'CHO_DUYET_KET_QUA' }),
  ]);
  const list = nextOf(makeDoc({ state: 'DANG_XU_LY', directives: [directive] }));
  expect(list.map((next) => [next.key, next.who])).toEqual([['result', 'Chủ tịch'], ['task', 'Ông c'], ['assist', 'Ông a']]);
});

test('when all leads are done it waits to be closed', () =>
  expect(nextOf(makeDoc({ state: 'DANG_XU_LY', directives: [makeDirective(1, [makeTask('c', { state: 'HOAN_THANH' })])] }))[0]).toMatchObject({ key: 'finish', who: 'Chủ tịch' }));

test('a request for more time waits for who gave the directive', () => {
  const extension = { key: 8, by: { id: 'tp', name: 'Trưởng phòng' }, at: start, new: '2026-12-01', directive: 1, actions: [] };
  const doc = makeDoc({ state: 'DANG_XU_LY', directives: [makeDirective(1, [makeTask('c')])], extensions: [extension] });
  expect(nextOf(doc).map((next) => next.key)).toEqual(['task', 'extension']);
});

test('without a line the number waits for the book, not for a person', () => {
  const doc = makeDoc({ direction: 'outgoing', state: 'CHO_CAP_SO', numberPending: true });
  expect(nextOf(doc).map((next) => [next.key, next.role])).toEqual([['wait_number', 'book'], ['seal', 'clerk']]);
});

test('nobody waits for a finished document', () => expect(nextOf(makeDoc({ state: 'HOAN_THANH', finished: start }))).toEqual([]));

test.each(['CHO_TIEP_NHAN', 'DA_TIEP_NHAN', 'DA_DANG_KY', 'CHO_PHAN_PHOI'])('an incoming document in %s waits for somebody', (state) =>
  expect(nextOf(makeDoc({ state }))).toHaveLength(1));
test.each(['DU_THAO', 'TRA_LAI', 'KIEM_TRA_NOI_DUNG', 'CHO_DUYET', 'KIEM_TRA_THE_THUC', 'CHO_KY', 'DA_KY', 'DA_CAP_SO', 'DA_KY_CQ'])('an outgoing document in %s waits for somebody', (state) =>
  expect(nextOf(makeDoc({ direction: 'outgoing', state }))).toHaveLength(1));

describe('a digital signature', () => {
  const signature = (kind: 1 | 2, verdict?: Verdict): SignatureInfo => ({ key: kind, kind, by: { id: 'ct', name: 'Chủ tịch' }, at: start + kind, digital: true, verdict });
  const passed = { indication: 'TOTAL-PASSED', at: start };
  const next = (state: string, ...signatures: SignatureInfo[]) => nextOf(makeDoc({ direction: 'outgoing', state, signatures })).map(({ key, role, who }) => [key, who ?? role]);

  test('the agency waits until the server has found it good', () => {
    expect(next('DA_CAP_SO', signature(1))).toEqual([['judge', 'server'], ['seal', 'clerk']]);
    expect(next('DA_CAP_SO', signature(1, { indication: 'TOTAL-FAILED', at: start }))).toEqual([['bad_signature', 'Chủ tịch'], ['seal', 'clerk']]);
    expect(next('DA_CAP_SO', signature(1, passed))).toEqual([['seal', 'clerk']]);
  });

  test('issuing waits for the agency’s', () => {
    expect(next('DA_KY_CQ', signature(1, passed), signature(2))).toEqual([['judge', 'server'], ['issue', 'clerk']]);
    expect(next('DA_KY_CQ', signature(1, passed), signature(2, passed))).toEqual([['issue', 'clerk']]);
  });
});
