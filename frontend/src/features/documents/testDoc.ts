/** A document in the API's own shape, for the tests of the view models. */
import type { ActionInfo, DirectiveInfo, Doc, TaskInfo } from '@/lib/backend';

export const day = 86_400_000;
export const start = Date.UTC(2026, 10, 23, 1);

export function makeDoc(change: Partial<Doc> = {}): Doc {
  return {
    id: 'd1', direction: 'incoming', state: 'CHO_PHAN_PHOI', subject: 'Về việc ứng phó mưa lũ', urgency: 3, version: 4, revision: 0,
    unit: { id: 'x', name: 'UBND xã Suối Lam' }, originalValue: 'paper', checked: {}, where: { machine: true, server: true, pendingUp: 0 },
    actions: [], delegated: [], files: [], directives: [], remarks: [], recipients: [], signatures: [], initials: [], relations: [], extensions: [], handOvers: [], history: [], replies: [],
    ...change,
  };
}

export function may(...actions: string[]): ActionInfo[] {
  return actions.map((action) => ({ action: `document.${action}`, allow: true, reason: 'can.as_reader' }));
}

export function mayNot(reason: string, ...actions: string[]): ActionInfo[] {
  return actions.map((action) => ({ action: `document.${action}`, allow: false, reason }));
}

export function makeTask(id: string, change: Partial<TaskInfo> = {}): TaskInfo {
  return { receiver: { id, name: `Ông ${id}` }, role: 'CHU_TRI', state: 'CHUA_XEM', actions: [], ...change };
}

export function makeDirective(key: number, tasks: TaskInfo[], change: Partial<DirectiveInfo> = {}): DirectiveInfo {
  return { key, by: { id: 'ct', name: 'Chủ tịch' }, at: start + key, text: 'Giao thực hiện', tasks, reminders: [], actions: [], ...change };
}
