/** Documents that wait for a signature, from the desk. */
import type { DeskItem, Session, SignKind } from '@/lib/backend';

const signing = new Set(['leader', 'deputy', 'head', 'clerk']);

/** Keys are in the machine that a person works on: at the server there are none. */
export function signsHere(session: Session | undefined): boolean {
  return session?.host === 'laptop' && session.posts.some((post) => signing.has(post.role));
}

export type QueueKind = Exclude<SignKind, 'initial' | 'copy'>;

/** What waits for my signature, and for the agency's where I keep its key; paper has its own way. */
export function queueOf(items: readonly DeskItem[]): Record<QueueKind, DeskItem[]> {
  return {
    person: items.filter((item) => item.queue === 'sign' && !item.giver),
    organ: items.filter(({ queue, doc }) => queue === 'issue' && Boolean(doc.signed) && !doc.sealed && !doc.paper),
  };
}
