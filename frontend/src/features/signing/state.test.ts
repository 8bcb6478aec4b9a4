import { describe, expect, test } from 'vitest';
import type { DeskItem, Doc, Session, SignatureInfo, SigningKey } from '@/lib/backend';
import { seenBox } from '@/ui';
import { firstKey, keysFor, triesKey } from './choice';
import { dropPlace, orderPlaces, putPlace, turnTo, usualBox } from './moving';
import { placesAround } from './places';
import { queueOf, signsHere } from './queue';
import { sealProblem, signaturesState, signProblem, signState } from './state';

const verdict = (indication: string, stamped?: number) => ({ indication, at: 5, stamped });
const passed = verdict('TOTAL-PASSED', 6);
const signature = (kind: 1 | 2, change: Partial<SignatureInfo> = {}): SignatureInfo => ({ key: kind, kind, by: { id: 'ct', name: 'Chủ tịch' }, at: kind, digital: true, ...change });

describe('signatures', () => {
  test.each([[undefined, 'judging'], [verdict('TOTAL-FAILED'), 'failed'], [verdict('INDETERMINATE', 6), 'unsure'], [verdict('TOTAL-PASSED'), 'unstamped'], [passed, 'good']])('%o is %s', (given, want) =>
    expect(signState(given)).toBe(want));

  test('the worst of the two is told, and how many there are', () => {
    expect(signaturesState({ signatures: [] })).toBeUndefined();
    expect(signaturesState({ signatures: [signature(1, { digital: false })] })).toBeUndefined();
    expect(signaturesState({ signatures: [signature(1, { verdict: passed })] })).toEqual({ count: 1, state: 'good' });
    expect(signaturesState({ signatures: [signature(1, { verdict: passed }), signature(2)] })).toEqual({ count: 2, state: 'judging' });
    expect(signaturesState({ signatures: [signature(1, { verdict: verdict('TOTAL-FAILED') }), signature(2)] })?.state).toBe('failed');
  });

  test('one that was signed again counts once', () =>
    expect(signaturesState({ signatures: [signature(1, { key: 9, at: 9, verdict: passed }), signature(1, { verdict: verdict('TOTAL-FAILED') })] })).toEqual({ count: 1, state: 'good' }));

  test('why the agency cannot sign yet', () => {
    const why = (change: Partial<Doc>) => sealProblem({ signatures: [signature(1, { verdict: passed })], bookNumber: 12, ...change });
    expect(why({})).toBeUndefined();
    expect(why({ bookNumber: undefined })).toBe('error.seal.no_number');
    expect(why({ signatures: [signature(1, { digital: false })] })).toBe('error.seal.not_digital');
    expect(why({ signatures: [signature(1)] })).toBe('error.seal.not_judged');
    expect(why({ signatures: [signature(1, { verdict: verdict('INDETERMINATE') })] })).toBe('error.seal.first_not_good');
    expect(why({ signatures: [signature(1, { verdict: passed }), signature(2)] })).toBe('error.sign.sealed_already');
  });

  test('what the domain refuses in general words is said exactly', () => {
    const doc = (action: string, reason: string, files: Doc['files'] = []) => ({ actions: [{ action, allow: false, reason }], files, signatures: [] }) as unknown as Doc;
    const pdf = [{ newest: true, role: 0, media: 'application/pdf' }] as Doc['files'];
    expect(signProblem(doc('document.sign', 'can.nothing_to_do'), 'person')).toBe('error.sign.not_pdf');
    expect(signProblem(doc('document.initial', 'can.nothing_to_do', pdf), 'initial')).toBe('error.initial.already');
    expect(signProblem(doc('document.seal', 'can.nothing_to_do', pdf), 'organ')).toBe('error.seal.not_digital');
    expect(signProblem(doc('document.sign', 'can.needs_submitted'), 'person')).toBe('can.needs_submitted');
  });
});

describe('keys', () => {
  const key = (id: string, subject: string, change: Partial<SigningKey> = {}): SigningKey =>
    ({ id, subject, kind: 'token', issuer: 'CA', serial: '1', from: 0, to: 9, certificate: 'aa', token: { label: id, pin: 'unknown' }, ...change });
  const names = { person: 'Nguyễn Thị Hà', organ: 'Ủy ban nhân dân xã Đồng Tâm' };
  const keys = [key('other', 'Trần Văn Dũng'), key('file', 'Nguyễn Thị Hà', { kind: 'file' }), key('organ', 'UỶ BAN NHÂN DÂN XÃ ĐỒNG TÂM'), key('mine', 'NGUYỄN THỊ HÀ')];

  test('the one of the right name comes first, in a token rather than in a file', () => {
    expect(firstKey({ keys }, 'person', names)?.id).toBe('mine');
    expect(firstKey({ keys: keys.slice(0, 2) }, 'person', names)?.id).toBe('file');
    expect(firstKey({ keys }, 'organ', names)?.id).toBe('organ');
  });

  test('one that cannot sign is never chosen', () => {
    const blocked = [key('old', 'Nguyễn Thị Hà', { refused: 'sign.key_expired' }), key('locked', 'Nguyễn Thị Hà', { token: { label: '', pin: 'none' } })];
    expect(firstKey({ keys: blocked }, 'person', names)).toBeUndefined();
  });

  test('the agency’s is never at a provider', () => {
    const remote = { ...keys[0]!, id: 'remote', kind: 'remote' as const, subject: names.organ ?? '' };
    expect(keysFor([...keys, remote], 'person')).toContain(remote);
    expect(firstKey({ keys: [remote] }, 'organ', names)).toBeUndefined();
    expect(firstKey({ keys: [{ ...remote, kind: 'file' as const, id: 'file' }, remote] }, 'person', names)?.id).toBe('remote');
  });

  test('tries are told only when they are few', () => expect((['unknown', 'low', 'final', 'none'] as const).map((pin) => triesKey({ pin }))).toEqual([undefined, 'low', 'final', 'none']));
});

describe('moving', () => {
  const frame = { index: 1, width: 595, height: 842, transform: [1, 0, 0, -1, 0, 842] };
  const start = placesAround(frame, { left: 300, top: 400, width: 120, height: 60 });

  test('the seal goes with the signature until it was moved by itself', () => {
    const moved = putPlace(start, 'signature', frame, { left: 350, top: 300, width: 120, height: 60 });
    expect(moved.seal).toEqual(placesAround(frame, { left: 350, top: 300, width: 120, height: 60 }).seal);
    const apart = putPlace(start, 'seal', frame, { left: 10, top: 10, width: 102, height: 102 });
    expect(putPlace(apart, 'signature', frame, { left: 350, top: 300, width: 120, height: 60 }).seal).toEqual(apart.seal);
  });

  test('a box can neither leave the page nor vanish', () =>
    expect(seenBox(frame, putPlace({}, 'number', frame, { left: 590, top: -9, width: 2, height: 1 }).number!.rect)).toEqual({ left: 585, top: 0, width: 10, height: 10 }));

  test('what is switched off is not ordered', () => {
    expect(orderPlaces(dropPlace(start, 'seal'))).toEqual({ signature: start.signature });
    expect(turnTo(start, 'seal', 4).seal?.page).toBe(4);
    expect(turnTo(start, 'date', 4)).toBe(start);
  });

  test.each(['signature', 'seal', 'number', 'date'] as const)('%s has a usual place on the page', (kind) => {
    const box = usualBox(kind, frame);
    expect([box.left >= 0, box.top >= 0, box.left + box.width <= 595, box.top + box.height <= 842]).toEqual([true, true, true, true]);
  });
});

describe('the queue', () => {
  const item = (queue: string, doc: Partial<DeskItem['doc']> = {}, more: Partial<DeskItem> = {}) => ({ queue, doc, ...more }) as DeskItem;

  test('mine is what I sign myself; the agency’s what is signed, not sealed, and not on paper', () => {
    const items = [item('sign'), item('sign', {}, { giver: { id: 'ct', name: '' } }), item('issue', { signed: true }), item('issue', { signed: true, sealed: true }), item('issue', { signed: true, paper: true }), item('approve')];
    const { person, organ } = queueOf(items);
    expect([person, organ].map((list) => list.map((one) => items.indexOf(one)))).toEqual([[0], [2]]);
  });

  test.each([['laptop', 'leader', true], ['laptop', 'clerk', true], ['laptop', 'officer', false], ['server', 'leader', false]])('%s, %s: %s', (host, role, want) =>
    expect(signsHere({ host, posts: [{ role }] } as Session)).toBe(want));
});
