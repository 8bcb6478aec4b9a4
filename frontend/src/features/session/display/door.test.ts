import { expect, test } from 'vitest';
import type { MeetingItem } from '@/lib/backend';
import { doorPlan } from './door';

const at = (id: string, start: number, end: number, status: MeetingItem['status'] = 'INVITED') => ({ id, start, end, status }) as MeetingItem;
const ids = (plan: ReturnType<typeof doorPlan>) => [plan.current?.id, plan.coming.map((each) => each.id)];

test('the door of a room', () => {
  const day = [at('c', 30, 40), at('a', 10, 20), at('b', 20, 30), at('x', 12, 18, 'CANCELLED'), at('y', 32, 35, 'DRAFT')];
  expect(ids(doorPlan(day, 5))).toEqual([undefined, ['a', 'b', 'c']]);
  expect(ids(doorPlan(day, 15))).toEqual(['a', ['b', 'c']]);
  expect(ids(doorPlan(day, 20))).toEqual(['b', ['c']]);
  expect(ids(doorPlan(day, 45))).toEqual([undefined, []]);
  // One that takes longer keeps the room.
  expect(ids(doorPlan([at('l', 10, 20, 'PAUSED'), ...day.slice(2)], 25))).toEqual(['l', []]);
});
