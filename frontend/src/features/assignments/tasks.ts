import type { AssignmentItem, AssignmentState } from '@/lib/backend';
import { fold } from '@/lib/fold';
import type { Tone } from '@/ui';

export const taskTones: Record<AssignmentState, Tone> = {
  MOI: 'info', DA_NHAN: 'info', DANG_LAM: 'info', CHO_XAC_NHAN: 'warn', HOAN_THANH: 'ok', HOAN_THANH_QUA_HAN: 'warn', HUY: 'neutral',
};

const over: ReadonlySet<AssignmentState> = new Set(['HOAN_THANH', 'HOAN_THANH_QUA_HAN', 'HUY']);

export const isOpen = ({ state }: Pick<AssignmentItem, 'state'>): boolean => !over.has(state);

/** Overdue and still open first, then by the day; what has none, and what is over, comes last. */
export function inOrder(tasks: readonly AssignmentItem[]): AssignmentItem[] {
  const rank = (task: AssignmentItem) => (isOpen(task) ? (task.late ? 0 : 1) : 2);
  const day = (task: AssignmentItem) => task.due ?? '9999';
  return tasks.toSorted((a, b) => rank(a) - rank(b) || day(a).localeCompare(day(b)) || a.created - b.created || a.id.localeCompare(b.id));
}

export interface TaskFilter {
  query: string;
  late: boolean;
}

export function filtered(tasks: readonly AssignmentItem[], { query, late }: TaskFilter): AssignmentItem[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return tasks.filter((task) => {
    const text = fold(`${task.text} ${task.owner.name} ${task.giver?.name ?? ''}`);
    return (!late || Boolean(task.late)) && words.every((word) => text.includes(word));
  });
}
