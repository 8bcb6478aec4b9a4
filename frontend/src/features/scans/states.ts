import type { ScanState, Session } from '@/lib/backend';
import type { Tone } from '@/ui';

/** Folders are watched on laptops, for văn thư. */
export function scansHere(session: Session | undefined): boolean {
  return session?.host === 'laptop' && session.posts.some((post) => post.role === 'clerk');
}

export type ScanGroup = 'waiting' | 'attention' | 'done';

/** The tabs of the list. */
export const stateGroups: Record<ScanGroup, ScanState[]> = {
  waiting: ['waiting', 'reading'],
  attention: ['secret', 'unreadable', 'duplicate'],
  done: ['registered', 'ignored'],
};

export const tones: Record<ScanState, Tone> = {
  reading: 'neutral', waiting: 'warn', secret: 'bad', unreadable: 'bad', duplicate: 'info', registered: 'ok', ignored: 'neutral',
};

/** How many scans stand in the states of a tab. */
export function countOf(group: ScanGroup, counts: Readonly<Record<string, number>> | undefined): number {
  return stateGroups[group].reduce((sum, state) => sum + (counts?.[state] ?? 0), 0);
}
