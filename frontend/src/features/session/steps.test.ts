import { expect, test } from 'vitest';
import type { SessionItemView } from '@/lib/backend';
import { nextItem } from './steps';

const items = (states: string) => [...states].map((state, i) => ({ key: i + 1, state: state === '.' ? 'CHUA' : state === 'x' ? 'XONG' : 'DANG' })) as SessionItemView[];

test.each([
  ['....', undefined, 1], ['xD..', 2, 3], ['.xD', 3, 1], ['xxD', 3, undefined], ['x.x.', undefined, 2],
])('of %s, %s under way, the next is %s', (states, current, want) => {
  expect(nextItem({ items: items(states), current })?.key).toBe(want);
});
