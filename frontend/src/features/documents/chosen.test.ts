import { expect, it } from 'vitest';
import type { Doc } from '@/lib/backend';
import { chosenOf } from './chosen';

const doc = { files: [{ key: 1, first: 1, newest: false }, { key: 2, first: 1, newest: true }, { key: 3, first: 3, newest: true }] } as Doc;

it('reads on in the version that took the place of the newest', () => {
  expect(chosenOf(doc, { key: 1, first: 1, newest: true })?.key).toBe(2);
  expect(chosenOf(doc, { key: 3, first: 3, newest: true })?.key).toBe(3);
});

it('stays with an older version that was meant, and forgets one that is gone', () => {
  expect(chosenOf(doc, { key: 1, first: 1, newest: false })?.key).toBe(1);
  expect(chosenOf(doc, { key: 9, first: 9, newest: true })).toBeUndefined();
  expect(chosenOf(doc, undefined)).toBeUndefined();
});
