import { describe, expect, test } from 'vitest';
import type { VoteItem, VoterView } from '@/lib/backend';
import { foremost, found, percent, task, truth } from './votes';

const vote: VoteItem = {
  key: 1, title: 'a', type: 'NAMED', threshold: 'QUA_NUA', base: 'ELIGIBLE', choices: ['DONG_Y'], state: 'open', epoch: 1, by: { id: 'p', name: 'P' }, eligible: 3, mayVote: true, ballot: 'b', actions: [],
};

test.each([[1, 3, 33.3], [2, 3, 66.7], [0, 3, 0], [3, 3, 100], [1, 0, 0], [2499, 2500, 99.9], [1, 2500, 0.1]])('%d of %d is %d %%', (n, of, want) => {
  expect(percent(n, of)).toBe(want);
});

describe('what the person has to do', () => {
  test.each([
    [{}, 'cast'], [{ mine: { choice: 'DONG_Y', at: 1 } }, 'done'], [{ state: 'ready' }, 'ready'], [{ state: 'ready', ready: true }, 'done'],
    [{ mayVote: undefined }, null], [{ state: 'closed' }, null], [{ state: 'draft' }, null],
  ] as const)('%o: %s', (more, want) => expect(task({ ...vote, ...more } as VoteItem)).toBe(want));
});

test('a ballot is no more than it is', () => {
  const mine = { choice: 'DONG_Y', at: 1 } as const;
  expect(truth({ ...vote, mine: { ...mine, pending: true, late: true } })).toBe('waiting');
  expect(truth({ ...vote, mine: { ...mine, pending: true, atPlace: true } })).toBe('atPlace');
  expect(truth({ ...vote, mine: { ...mine, pending: true, atPlace: true, late: true } })).toBe('waiting');
  expect(truth({ ...vote, mine: { ...mine, late: true } })).toBe('late');
  expect(truth({ ...vote, mine })).toBe('received');
});

test('people are found without accents, and by what they chose', () => {
  const people: VoterView[] = [{ person: { id: '1', name: 'Đặng Thị Hạnh', position: 'Ủy viên' }, choice: 'DONG_Y' }, { person: { id: '2', name: 'Lê Văn Dũng' } }];
  expect(found(people, 'dang hanh', null)).toHaveLength(1);
  expect(found(people, 'uy vien', null)).toHaveLength(1);
  expect(found(people, '', '').map(({ person }) => person.id)).toEqual(['2']);
  expect(found(people, '', 'DONG_Y').map(({ person }) => person.id)).toEqual(['1']);
});

test('what is under way is shown first', () => {
  expect(foremost([{ ...vote, key: 1, state: 'draft' }, { ...vote, key: 2, state: 'ready' }, { ...vote, key: 3 }])?.key).toBe(3);
  expect(foremost([{ ...vote, key: 1, state: 'published' }])?.key).toBe(1);
  expect(foremost([])).toBeUndefined();
});
