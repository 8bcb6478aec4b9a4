/** What a delegation can be about, and the command made of the form. */
import type { CommandArgs, CommandName, Role, Session } from '@/lib/backend';
import { addDays, type Day } from '@/lib/time';

/** Roles that handle documents: only their powers can be lent, and only to them. */
export const working: readonly Role[] = ['leader', 'deputy', 'clerk', 'head', 'officer'];

/** The actions that may be lent one by one, in the order of a document's way; their words are `did.<action>`. */
export const lendable = [
  'document.receive', 'document.accept', 'document.register', 'document.return_incoming', 'document.submit',
  'document.direct', 'document.remind', 'document.withdraw_directive', 'document.decide_extension',
  'document.start_task', 'document.answer', 'document.ask_extension', 'document.return_task',
  'document.accept_answer', 'document.reject_answer', 'document.complete',
  'document.draft', 'document.edit', 'document.add_file', 'document.remove_file', 'document.submit_draft',
  'document.check_content', 'document.check_form', 'document.approve_draft', 'document.send_back',
  'document.record_signature', 'document.number', 'document.issue', 'document.register_send',
  'document.remark', 'document.withdraw', 'document.archive', 'document.recall', 'document.cancel',
] as const satisfies readonly (CommandName extends `${infer N}.1` ? N : never)[];

export interface Lending {
  to: string | null;
  unit: string | null;
  all: boolean;
  actions: string[];
  from: Day | null;
  until: Day | null;
  basis: string;
}

/** What is missing before it can be given: an i18n key, or null. */
export function lacking({ to, unit, all, actions, from, until }: Lending): string | null {
  if (!to) return 'delegation.missing.to';
  if (!unit) return 'delegation.missing.unit';
  if (!all && actions.length === 0) return 'delegation.missing.actions';
  return from && until ? null : 'delegation.missing.span';
}

/** From the first moment of one legal day to the last of another. */
export function argsOf({ to, unit, all, actions, from, until, basis }: Lending): CommandArgs['delegation.give.1'] {
  return {
    to: to ?? '', unit: unit ?? '', actions: all ? undefined : actions,
    start: beginning(from ?? ''), end: beginning(addDays(until ?? '', 1)),
    basis: basis.trim().normalize('NFC') || undefined,
  };
}

function beginning(day: Day): number {
  return Date.parse(`${day}T00:00:00+07:00`);
}

/** The units in which the person has powers to lend. */
export function unitsOf(session: Session): { value: string; label: string }[] {
  const posts = session.posts.filter((post) => (working as readonly string[]).includes(post.role));
  return [...new Map(posts.map((post) => [post.unit.id, post.unit.name]))].map(([value, label]) => ({ value, label }));
}
