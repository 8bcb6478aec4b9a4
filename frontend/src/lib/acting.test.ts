import { afterEach, expect, test } from 'vitest';
import { actingOf, actUnder, underDelegation } from './acting';
import type { AnyGive, Session } from './backend';

const lent = { id: 'g1', from: { id: 'ct', name: 'Vũ Trung Thuận' }, unit: 'xa0', end: Date.now() + 3600_000 };
const session = { delegations: [lent, { ...lent, id: 'over', end: 1 }] } as unknown as Session;
const direct: AnyGive = { name: 'document.accept.1', id: 'd1', base: 1, args: {} };

afterEach(() => actUnder(null));

test('nothing carries a delegation until one is chosen', () => {
  expect(underDelegation(direct, session)).toBe(direct);
});

test('work on documents carries the chosen one, unless the screen named another', () => {
  actUnder('g1');
  expect(underDelegation(direct, session).delegation).toBe('g1');
  expect(underDelegation({ ...direct, delegation: 'g2' }, session).delegation).toBe('g2');
  actUnder(null);
  expect(underDelegation(direct, session).delegation).toBeUndefined();
});

test.each<AnyGive>([
  { name: 'readmark.set.1', id: 'r', base: 0, args: { doc: 'd1' } },
  { name: 'document.seen.1', id: 'd1', base: 1, args: { directive: 1, receiver: 'p' } },
  { name: 'delegation.revoke.1', id: 'g3', base: 0, args: {} },
])('$name is one\'s own', (give) => {
  actUnder('g1');
  expect(underDelegation(give, session).delegation).toBeUndefined();
});

test.each(['over', 'unknown'])('a delegation that is %s lends nothing', (id) => {
  actUnder(id);
  expect(actingOf(session)).toBeUndefined();
  expect(underDelegation(direct, session)).toBe(direct);
});
