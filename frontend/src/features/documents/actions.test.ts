import { describe, expect, test } from 'vitest';
import type { Doc } from '@/lib/backend';
import vi from '@/lib/i18n/vi.json';
import { actionsOf, barOf, definitions, leadsDone } from './actions';
import { makeDirective, makeDoc, makeTask, may, mayNot } from './testDoc';

const words: Record<string, string> = vi;
const ids = (list: ReadonlyArray<{ id: string }>) => list.map((action) => action.id);

describe('the bar', () => {
  test('a document that waits for directives leads with the directive', () => {
    const bar = barOf(makeDoc({ actions: [...may('submit', 'direct', 'complete', 'remark'), ...mayNot('can.needs_clerk', 'register')] }));
    expect(bar.lead?.id).toBe('direct');
    expect(ids(bar.beside)).toEqual(['submit', 'complete']);
    expect(ids(bar.menu)).toEqual(['remark']);
    expect(bar.blocked.map((action) => [action.id, action.reason])).toEqual([['register', 'can.needs_clerk']]);
  });

  test('a document at the door leads with its receipt', () => {
    const bar = barOf(makeDoc({ state: 'CHO_TIEP_NHAN', actions: may('accept', 'register', 'return_incoming') }));
    expect([bar.lead?.id, ...ids(bar.beside)]).toEqual(['accept', 'register', 'return_incoming']);
  });

  test('no more buttons than there is room for', () => {
    const bar = barOf(makeDoc({ state: 'DA_DANG_KY', actions: may('submit', 'return_incoming', 'edit', 'complete') }), 1);
    expect([bar.lead?.id, bar.beside.length, bar.menu.length]).toEqual(['submit', 1, 2]);
  });
});

describe('tasks', () => {
  const mine = makeTask('tp', { mine: true, state: 'DA_XEM', actions: may('start_task', 'answer', 'return_task') });
  const actions = may('answer', 'start_task', 'return_task', 'accept_answer');

  test('the person answers his own task of the right directive', () => {
    const doc = makeDoc({ state: 'DANG_XU_LY', actions, directives: [makeDirective(7, [makeTask('khac')]), makeDirective(9, [mine])] });
    const answer = actionsOf(doc).find((action) => action.id === 'answer');
    expect(answer).toMatchObject({ allow: true, part: { directive: 9, receiver: 'tp' } });
    expect(barOf(doc).lead?.id).toBe('answer');
  });

  test('a verdict is only for an answer that waits', () => {
    const verdicts = may('accept_answer');
    const open = makeDoc({ state: 'DANG_XU_LY', actions, directives: [makeDirective(9, [makeTask('tp', { state: 'DANG_XU_LY', actions: verdicts })])] });
    const answered = makeDoc({ state: 'DANG_XU_LY', actions, directives: [makeDirective(9, [makeTask('tp', { state: 'CHO_DUYET_KET_QUA', actions: verdicts })])] });
    expect(actionsOf(open).find((action) => action.id === 'accept_answer')).toMatchObject({ allow: false, reason: 'can.nothing_to_do' });
    expect(actionsOf(answered).find((action) => action.id === 'accept_answer')).toMatchObject({ allow: true, part: { directive: 9, receiver: 'tp' } });
  });

  test('a withdrawn directive has no tasks', () => {
    const doc = makeDoc({ state: 'DANG_XU_LY', actions, directives: [makeDirective(9, [mine], { withdrawn: 5 })] });
    expect(actionsOf(doc).find((action) => action.id === 'answer')?.allow).toBe(false);
  });

  test('a head passes on what he received and directs nothing new', () => {
    const doc = makeDoc({
      state: 'DA_CHUYEN_XU_LY', actions: [{ action: 'document.direct', allow: true, reason: 'can.as_passer' }],
      directives: [makeDirective(9, [mine], { actions: may('direct') })],
    });
    const list = actionsOf(doc).filter((action) => action.allow);
    expect(list.map((action) => [action.id, action.part?.directive])).toEqual([['pass', 9]]);
  });
});

test('actions of another step are told together, the others with their reason', () => {
  const bar = barOf(makeDoc({ actions: [...may('direct'), ...mayNot('can.wrong_state', 'accept', 'register'), ...mayNot('can.needs_clerk', 'submit')] }));
  expect([ids(bar.blocked), ids(bar.elsewhere)]).toEqual([['submit'], ['accept', 'register']]);
});

describe('signing', () => {
  const pdf = [{ newest: true, role: 0, media: 'application/pdf' }] as Doc['files'];
  const doc = makeDoc({ direction: 'outgoing', state: 'CHO_KY', files: pdf, actions: may('sign', 'record_signature', 'send_back') });

  test('the key leads, paper stands beside it', () => {
    const bar = barOf(doc);
    expect([bar.lead?.id, ...ids(bar.beside)]).toEqual(['sign', 'record_signature', 'send_back']);
  });

  test('at the server paper leads, and it is said where the key is', () => {
    const bar = barOf(doc, 3, false);
    expect(bar.lead?.id).toBe('record_signature');
    expect(bar.blocked.map((action) => [action.id, action.reason])).toEqual([['sign', 'signing.laptop_only']]);
  });

  test('nobody signs for another with a key', () => {
    const lent = makeDoc({ ...doc, actions: mayNot('can.needs_delegation', 'sign'), delegated: [{ action: 'document.sign', delegation: 'u1', from: { id: 'ct', name: 'Chủ tịch' } }] });
    expect(actionsOf(lent).find((action) => action.id === 'sign')).toMatchObject({ allow: false, delegation: undefined });
  });

  test('the agency’s key waits for a good signature', () => {
    const unjudged = makeDoc({ ...doc, state: 'DA_CAP_SO', bookNumber: 5, actions: mayNot('can.nothing_to_do', 'seal'), signatures: [{ key: 1, kind: 1, by: { id: 'ct', name: '' }, at: 1, digital: true }] });
    expect(barOf(unjudged).blocked.map((action) => action.reason)).toEqual(['error.seal.not_judged']);
  });
});

test('what only a delegation allows carries it and its giver', () => {
  const doc = makeDoc({
    actions: mayNot('can.needs_delegation', 'direct'),
    delegated: [{ action: 'document.direct', delegation: 'u1', from: { id: 'ct', name: 'Vũ Trung Thuận' } }],
  });
  expect(barOf(doc).lead).toMatchObject({ id: 'direct', delegation: { id: 'u1', from: 'Vũ Trung Thuận' } });
});

test('all leads of the first directives done', () => {
  const done = makeTask('a', { state: 'HOAN_THANH' });
  const helper = makeTask('b', { role: 'PHOI_HOP' });
  expect(leadsDone(makeDoc({ directives: [makeDirective(1, [done, helper]), makeDirective(2, [makeTask('c')], { parent: 1 })] }))).toBe(true);
  expect(leadsDone(makeDoc({ directives: [makeDirective(1, [makeTask('a')])] }))).toBe(false);
  expect(leadsDone(makeDoc())).toBe(false);
});

test.each(definitions)('$id has its words', ({ id, action, form }) => {
  const needed = [id === 'pass' ? 'action.document.pass' : `action.${action}`];
  if (form === 'note' || form === 'reason') needed.push(`action.${action}.send`, `action.${action}.text`);
  if (form === 'reason') needed.push(`action.${action}.reason`);
  expect(needed.filter((key) => !words[key])).toEqual([]);
});

test('one key means one thing at a time: the same key only for actions of different steps', () => {
  const keys = definitions.filter((definition) => definition.key).map((definition) => definition.key);
  expect(keys.filter((key) => ['j', 'k', 'c', 'g', '/', '?'].includes(key ?? ''))).toEqual([]);
});
