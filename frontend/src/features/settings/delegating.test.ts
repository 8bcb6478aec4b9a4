import { expect, test } from 'vitest';
import words from '@/lib/i18n/vi.json';
import type { Session } from '@/lib/backend';
import { argsOf, lacking, lendable, unitsOf, type Lending } from './delegating';

const whole: Lending = { to: 'p2', unit: 'xa0', all: true, actions: ['document.direct'], from: '2026-11-23', until: '2026-11-30', basis: ' 12/GUQ-UBND ' };

test('a delegation runs from the first moment of a legal day to the last of another', () => {
  expect(argsOf(whole)).toEqual({
    to: 'p2', unit: 'xa0', actions: undefined, basis: '12/GUQ-UBND',
    start: Date.parse('2026-11-22T17:00:00Z'), end: Date.parse('2026-11-30T17:00:00Z'),
  });
  expect(argsOf({ ...whole, all: false, basis: '' })).toMatchObject({ actions: ['document.direct'], basis: undefined });
});

test.each<[Partial<Lending>, string | null]>([
  [{}, null],
  [{ to: null }, 'delegation.missing.to'],
  [{ unit: null }, 'delegation.missing.unit'],
  [{ all: false, actions: [] }, 'delegation.missing.actions'],
  [{ until: null }, 'delegation.missing.span'],
])('%o lacks %s', (part, key) => {
  expect(lacking({ ...whole, ...part })).toBe(key);
});

test('every action has words, and so has every state', () => {
  for (const action of lendable) expect(words).toHaveProperty([`did.${action}`]);
  for (const state of ['active', 'coming', 'ended', 'revoked']) expect(words).toHaveProperty([`delegation.state.${state}`]);
});

test('only posts that handle documents can be lent, each unit once', () => {
  const unit = { id: 'xa0', name: 'UBND xã' };
  const posts = [{ unit, role: 'leader' }, { unit, role: 'clerk' }, { unit: { id: 'xa1', name: 'Khác' }, role: 'admin' }];
  expect(unitsOf({ posts } as unknown as Session)).toEqual([{ value: 'xa0', label: 'UBND xã' }]);
});
