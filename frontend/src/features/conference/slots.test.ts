import { expect, test } from 'vitest';
import { assignSlots, sameWishes, stepOf, type Want } from './slots';

const want = (station: string, rank = 2, height = 180): Want => ({ station, track: 'camera', height, rank });
const places = (wishes: ReturnType<typeof assignSlots>) => Object.fromEntries(wishes.map(({ station, slot }) => [station, slot]));

test('what stays in view keeps its slot', () => {
  const first = assignSlots([], ['a', 'b', 'c'].map((id) => want(id)), 4);
  expect(places(first)).toEqual({ a: 0, b: 1, c: 2 });
  const second = assignSlots(first, ['d', 'c', 'a'].map((id) => want(id)), 4);
  expect(places(second)).toEqual({ a: 0, c: 2, d: 1 });
  const third = assignSlots(second, [want('e'), want('f'), want('c')], 4);
  expect(places(third)).toEqual({ c: 2, e: 0, f: 1 });
});

test('when there are too many the least are left out', () => {
  const many = Array.from({ length: 40 }, (_, i) => want(`s${i}`, i === 39 ? 0 : 2));
  const wishes = assignSlots([], many, 28);
  expect(wishes).toHaveLength(28);
  expect(wishes.some(({ station }) => station === 's39')).toBe(true);
  expect(new Set(wishes.map(({ slot }) => slot)).size).toBe(28);
});

test('the same picture twice is asked for once, as high as the higher', () => {
  expect(assignSlots([], [want('a', 2, 180), want('a', 0, 720), { ...want('a'), track: 'screen' }], 28)).toEqual([
    { slot: 0, station: 'a', track: 'camera', height: 720, rank: 0 },
    { slot: 1, station: 'a', track: 'screen', height: 180, rank: 2 },
  ]);
});

test('wishes are told when anything about them is new', () => {
  const one = assignSlots([], [want('a')], 28);
  expect(sameWishes(one, assignSlots(one, [want('a')], 28))).toBe(true);
  expect(sameWishes(one, assignSlots(one, [want('a', 2, 360)], 28))).toBe(false);
  expect(sameWishes(one, assignSlots(one, [want('b')], 28))).toBe(false);
  expect([1, 180, 181, 700, 5000].map(stepOf)).toEqual([90, 180, 270, 720, 1080]);
});
