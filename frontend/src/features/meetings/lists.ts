/** Which meetings stand under which tab. */
import type { MeetingItem } from '@/lib/backend';
import { dayOf } from '@/lib/time';

export const tabIds = ['ahead', 'answer', 'prepare', 'approve', 'past'] as const;
export type TabId = (typeof tabIds)[number];

const over = new Set(['FINISHED', 'CONCLUDED', 'ARCHIVED', 'CANCELLED']);
const sitting = new Set(['LIVE', 'PAUSED']);

/** The viewer, or a unit he answers for, has not said whether he comes. */
export function waitsForAnswer(item: MeetingItem, now = Date.now()): boolean {
  return item.status === 'INVITED' && item.end > now && (item.reply === 'PENDING' || (item.waiting?.length ?? 0) > 0);
}

/** It will take place, or goes on. What went out and was never opened is past with its day. */
function isAhead(item: MeetingItem, now: number): boolean {
  if (sitting.has(item.status)) return true;
  return (item.status === 'INVITED' || item.status === 'POSTPONED') && dayOf(item.end) >= dayOf(now);
}

function isPast(item: MeetingItem, now: number): boolean {
  return over.has(item.status) || (item.status === 'INVITED' && dayOf(item.end) < dayOf(now));
}

export function belongs(tab: TabId, item: MeetingItem, now: number): boolean {
  switch (tab) {
    case 'ahead': return isAhead(item, now);
    case 'answer': return waitsForAnswer(item, now);
    case 'prepare': return Boolean(item.prepares) && !over.has(item.status);
    case 'approve': return item.status === 'PENDING_APPROVAL';
    case 'past': return isPast(item, now);
  }
}

/** The meetings of a tab: the next first, what is past the latest first. */
export function meetingsOf(tab: TabId, items: readonly MeetingItem[], now = Date.now()): MeetingItem[] {
  const shown = [...new Map(items.map((item) => [item.id, item])).values()].filter((item) => belongs(tab, item, now));
  return shown.toSorted((a, b) => (tab === 'past' ? b.start - a.start : a.start - b.start) || a.id.localeCompare(b.id));
}

export function countsOf(items: readonly MeetingItem[], now = Date.now()): Record<TabId, number> {
  return Object.fromEntries(tabIds.map((tab) => [tab, meetingsOf(tab, items, now).length])) as Record<TabId, number>;
}
