/** Pure parts of the votes: words and numbers. */
import type { VoteChoice, VoteItem, VoteResult, VoterView } from '@/lib/backend';
import { fold } from '@/lib/fold';
import type { Tone } from '@/ui';

export const stateTones: Record<VoteItem['state'], Tone> = {
  draft: 'neutral', ready: 'warn', open: 'ok', closed: 'info', published: 'ok', void: 'bad',
};

export const choiceTones: Record<VoteChoice, string> = {
  DONG_Y: 'ok', KHONG_DONG_Y: 'bad', Y_KIEN_KHAC: 'warn', KHONG_BIEU_QUYET: 'muted',
};

/** A share in per cent with at most one decimal, as people say it: never 100 % short of all, never 0 % above none. */
export function percent(count: number, of: number): number {
  if (of <= 0 || count <= 0) return 0;
  if (count >= of) return 100;
  return Math.min(99.9, Math.max(0.1, Math.round((count / of) * 1000) / 10));
}

/** How many of those who have a vote have not voted. */
export function missing(result: VoteResult): number {
  return Math.max(0, result.eligible - result.cast);
}

/** People whose name or unit position has the words, and whose choice is the one looked for. */
export function found(people: readonly VoterView[], text: string, choice: string | null): VoterView[] {
  const words = fold(text).split(/\s+/).filter(Boolean);
  return people.filter((one) => {
    if (choice !== null && (one.choice ?? '') !== choice) return false;
    const name = fold(`${one.person.name} ${one.person.position ?? ''}`);
    return words.every((word) => name.includes(word));
  });
}

/** What the person has to do about a vote; the screen shows nothing else large. */
export function task(vote: VoteItem): 'ready' | 'cast' | 'done' | null {
  if (!vote.mayVote) return null;
  if (vote.state === 'ready') return vote.ready ? 'done' : 'ready';
  if (vote.state === 'open') return vote.mine ? 'done' : 'cast';
  return vote.mine ? 'done' : null;
}

/** How sure it is that the person's ballot counts. */
export function truth(vote: VoteItem): 'waiting' | 'atPlace' | 'late' | 'received' {
  if (vote.mine?.pending) return vote.mine.atPlace && !vote.mine.late ? 'atPlace' : 'waiting';
  return vote.mine?.late ? 'late' : 'received';
}

/** The vote that is shown first: what is under way, else the newest. */
export function foremost(votes: readonly VoteItem[]): VoteItem | undefined {
  return votes.find(({ state }) => state === 'open') ?? votes.find(({ state }) => state === 'ready') ?? votes[0];
}
