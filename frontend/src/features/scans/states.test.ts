import { expect, test } from 'vitest';
import type { ScanState, Session } from '@/lib/backend';
import { countOf, scansHere, stateGroups, tones } from './states';

const session = (host: 'laptop' | 'server', role: string) => ({ host, posts: [{ role }] }) as unknown as Session;

test('folders are watched on the laptop of a văn thư, and nowhere else', () => {
  expect(scansHere(session('laptop', 'clerk'))).toBe(true);
  expect(scansHere(session('laptop', 'leader'))).toBe(false);
  expect(scansHere(session('server', 'clerk'))).toBe(false);
  expect(scansHere(undefined)).toBe(false);
});

test('every state stands in one tab', () => {
  const states = Object.values(stateGroups).flat();
  expect(states.toSorted()).toEqual((Object.keys(tones) as ScanState[]).toSorted());
  expect(countOf('attention', { secret: 1, duplicate: 2, waiting: 4 })).toBe(3);
  expect(countOf('done', undefined)).toBe(0);
});
