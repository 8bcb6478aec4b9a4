import { expect, test, vi } from 'vitest';
import { openFollowWay, type Passed } from './followWay';

test('what one passes all others of the meeting hear, and nobody else', async () => {
  const heard: Record<string, Passed[]> = { a: [], b: [], c: [], other: [] };
  const open = (name: string, meeting = 'm') => openFollowWay(meeting, (it) => heard[name]?.push(it));
  const [a, b, c, other] = [open('a'), open('b'), open('c'), open('other', 'n')];
  const it: Passed = { from: 'host', host: 'server', frame: '{"lead":{},"seq":1}' };
  c.close();
  a.pass(it);
  await vi.waitFor(() => expect(heard.b).toEqual([it]));
  b.pass({ from: 'screen', frame: '{}' });
  await vi.waitFor(() => expect(heard.a).toEqual([{ from: 'screen', frame: '{}' }]));
  expect([heard.c, heard.other]).toEqual([[], []]);
  for (const way of [a, b, other]) way.close();
});
