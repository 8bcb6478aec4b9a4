/** The desk in the order of a day: hỏa tốc first, then what is late, then the rest by deadline. */
import type { DeskItem } from '@/lib/backend';

export type GroupId = 'immediate' | 'very' | 'urgent' | 'overdue' | 'soon' | 'later';

export interface Group {
  id: GroupId;
  items: DeskItem[];
}

const ids: readonly GroupId[] = ['immediate', 'very', 'urgent', 'overdue', 'soon', 'later'];

function groupOf(item: DeskItem): GroupId {
  switch (item.doc.urgency) {
    case 3:
      return 'immediate';
    case 2:
      return 'very';
    case 1:
      return 'urgent';
    default:
      if (item.overdue) return 'overdue';
      return item.daysLeft !== undefined && item.daysLeft <= 2 ? 'soon' : 'later';
  }
}

/** Groups that hold something; within each the nearest deadline first, none last, then the longest waiting. */
export function groupsOf(items: readonly DeskItem[], queue?: string): Group[] {
  const chosen = queue ? items.filter((item) => item.queue === queue) : items;
  return ids.flatMap((id) => {
    const inside = chosen.filter((item) => groupOf(item) === id).toSorted(byDeadline);
    return inside.length > 0 ? [{ id, items: inside }] : [];
  });
}

function byDeadline(a: DeskItem, b: DeskItem): number {
  const due = (a.due || '9999').localeCompare(b.due || '9999');
  return due || (a.since ?? 0) - (b.since ?? 0);
}

/** A document may wait for several things; each has its own line. */
export function itemId(item: DeskItem): string {
  return [item.queue, item.doc.id, item.directive ?? item.extension ?? '', item.receiver ?? ''].join('|');
}

/** The rows of the list: a heading, then its items. */
export type Line = { kind: 'group'; id: GroupId; count: number } | { kind: 'item'; id: string; item: DeskItem };

export function linesOf(groups: readonly Group[]): Line[] {
  return groups.flatMap((group): Line[] => [
    { kind: 'group', id: group.id, count: group.items.length },
    ...group.items.map((item): Line => ({ kind: 'item', id: itemId(item), item })),
  ]);
}

/** The item above or below, over headings; the same one at the ends. */
export function step(lines: readonly Line[], from: number, by: 1 | -1): number {
  for (let at = from + by; at >= 0 && at < lines.length; at += by) {
    if (lines[at]?.kind === 'item') return at;
  }
  return from;
}
