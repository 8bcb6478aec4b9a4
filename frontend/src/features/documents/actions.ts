/**
 * What a person can do with a document, for the bar, the keys and the palette.
 * Whether it is allowed comes from the API (`actions`); here is only how it is
 * shown: the key, the form it needs, which part of the document it is about and
 * which one leads.
 */
import { signProblem } from '@/features/signing';
import type { Doc, SignKind, TaskInfo, TaskState } from '@/lib/backend';

type FormKind =
  | 'note' | 'reason' | 'register' | 'submit' | 'submit_draft' | 'direct' | 'answer' | 'extension' | 'decide'
  | 'copy' | 'approve' | 'signature' | 'number' | 'issue' | 'fields' | 'file' | 'hand_over';

export type ActionId =
  | 'accept' | 'register' | 'submit' | 'direct' | 'accept_answer' | 'reject_answer' | 'decide_extension' | 'answer' | 'start_task'
  | 'pass' | 'return_task' | 'ask_extension' | 'complete' | 'submit_draft' | 'check_content' | 'check_form' | 'approve_draft'
  | 'sign' | 'seal' | 'initial' | 'record_signature' | 'number' | 'issue' | 'copy' | 'send_back' | 'return_incoming' | 'edit' | 'add_file' | 'remind' | 'remark'
  | 'withdraw_directive' | 'withdraw' | 'archive' | 'recall' | 'cancel' | 'hand_over';

/** A part of the document that an action is about. */
interface Part {
  directive?: number;
  receiver?: string;
  extension?: number;
}

interface Definition {
  id: ActionId;
  /** The action's name in the API. */
  action: string;
  key?: string;
  /** Without a form it is done at once. */
  form?: FormKind;
  /** Signs with a key of this machine, in a dialog of its own. */
  signs?: SignKind;
  danger?: boolean;
  /** Kept in the menu, never on the bar. */
  low?: boolean;
  /** Takes the place of the big button. */
  leads?: (doc: Doc) => boolean;
  /** The parts it may be about, the most pressing first; the whole document when absent. */
  parts?: (doc: Doc) => Candidate[];
  /** Not offered although the API allows it. */
  hidden?: (doc: Doc) => boolean;
}

interface Candidate extends Part {
  allow: boolean;
  /** Whose it is: for one who acts in his stead. */
  owner: string;
}

export interface DocAction extends Definition {
  allow: boolean;
  /** i18n key of why or why not. */
  reason: string;
  part?: Part;
  delegation?: { id: string; from: string };
}

const always = () => true;
const open: TaskState[] = ['CHUA_XEM', 'DA_XEM', 'DANG_XU_LY'];

/** Every action with its key, in the order in which a screen shows them. */
export const definitions: readonly Definition[] = [
  { id: 'hand_over', action: 'document.hand_over', key: 'w', form: 'hand_over', leads: always, parts: left, hidden: (doc) => !doc.handOvers.some((one) => !one.done) },
  { id: 'accept', action: 'document.accept', key: 't', leads: always },
  { id: 'register', action: 'document.register', key: 'v', form: 'register', leads: always },
  { id: 'submit', action: 'document.submit', key: 'r', form: 'submit', leads: (doc) => doc.state === 'DA_DANG_KY' },
  { id: 'direct', action: 'document.direct', key: 'd', form: 'direct', leads: (doc) => doc.state === 'CHO_PHAN_PHOI' },
  { id: 'accept_answer', action: 'document.accept_answer', key: 'y', form: 'note', leads: always, parts: tasks('document.accept_answer', ['CHO_DUYET_KET_QUA'], 'giver') },
  { id: 'reject_answer', action: 'document.reject_answer', key: 'x', form: 'reason', parts: tasks('document.reject_answer', ['CHO_DUYET_KET_QUA'], 'giver') },
  { id: 'decide_extension', action: 'document.decide_extension', key: 'y', form: 'decide', leads: always, parts: undecided },
  { id: 'complete', action: 'document.complete', key: 'h', form: 'note', leads: leadsDone },
  { id: 'answer', action: 'document.answer', key: 'b', form: 'answer', leads: always, parts: tasks('document.answer', open, 'receiver') },
  { id: 'start_task', action: 'document.start_task', key: 's', parts: tasks('document.start_task', ['CHUA_XEM', 'DA_XEM'], 'receiver') },
  { id: 'pass', action: 'document.direct', key: 'd', form: 'direct', parts: passable },
  { id: 'ask_extension', action: 'document.ask_extension', key: 'l', form: 'extension', parts: tasks('document.ask_extension', open, 'receiver') },
  { id: 'return_task', action: 'document.return_task', key: 'x', form: 'reason', parts: tasks('document.return_task', open, 'receiver') },
  { id: 'submit_draft', action: 'document.submit_draft', key: 'r', form: 'submit_draft', leads: always },
  { id: 'initial', action: 'document.initial', key: 'a', signs: 'initial' },
  { id: 'check_content', action: 'document.check_content', key: 'y', form: 'note', leads: always },
  { id: 'check_form', action: 'document.check_form', key: 'y', form: 'note', leads: always },
  { id: 'approve_draft', action: 'document.approve_draft', key: 'y', form: 'approve', leads: always },
  { id: 'sign', action: 'document.sign', key: 'a', signs: 'person', leads: always },
  { id: 'seal', action: 'document.seal', key: 'a', signs: 'organ', leads: always },
  { id: 'issue', action: 'document.issue', key: 'p', form: 'issue', leads: always },
  { id: 'number', action: 'document.number', key: 'n', form: 'number', leads: always },
  { id: 'record_signature', action: 'document.record_signature', key: 'u', form: 'signature', leads: always },
  { id: 'copy', action: 'document.copy', key: 'z', form: 'copy', signs: 'copy' },
  { id: 'send_back', action: 'document.send_back', key: 'x', form: 'reason', danger: true },
  { id: 'return_incoming', action: 'document.return_incoming', key: 'x', form: 'reason', danger: true },
  { id: 'edit', action: 'document.edit', key: 'e', form: 'fields' },
  { id: 'remark', action: 'document.remark', key: 'm', form: 'reason', low: true },
  { id: 'add_file', action: 'document.add_file', form: 'file', low: true },
  { id: 'remind', action: 'document.remind', key: 'o', form: 'note', low: true, parts: directives('document.remind') },
  { id: 'withdraw_directive', action: 'document.withdraw_directive', form: 'reason', low: true, parts: directives('document.withdraw_directive') },
  { id: 'withdraw', action: 'document.withdraw', form: 'note', low: true },
  { id: 'archive', action: 'document.archive', form: 'note', low: true },
  { id: 'recall', action: 'document.recall', form: 'reason', danger: true, low: true },
  { id: 'cancel', action: 'document.cancel', form: 'reason', danger: true, low: true },
];

/** Every action of the document with its answer. Keys are at laptops only: elsewhere it is said where to sign. */
export function actionsOf(doc: Doc, laptop = true): DocAction[] {
  return definitions.flatMap((definition) => {
    const own = doc.actions.find((info) => info.action === definition.action);
    if (!own || definition.hidden?.(doc)) return [];
    const lent = own.allow ? undefined : doc.delegated.find((info) => info.action === definition.action);
    const answer: DocAction = {
      ...definition,
      allow: own.allow || lent !== undefined,
      reason: own.reason,
      delegation: lent && { id: lent.delegation, from: lent.from.name },
    };
    if (definition.signs) return [{ ...answer, ...signing(doc, definition.signs, laptop) }];
    if (!definition.parts) return definition.id === 'direct' && !directsWhole(doc) && !lent ? [{ ...answer, allow: false }] : [answer];
    const part = definition.parts(doc).find((candidate) => candidate.allow || lent?.from.id === candidate.owner);
    if (!part) return definition.id === 'pass' ? [] : [{ ...answer, allow: false, reason: own.allow ? 'can.nothing_to_do' : own.reason }];
    return [{ ...answer, part: { directive: part.directive, receiver: part.receiver, extension: part.extension } }];
  });
}

/** Whether it can be signed here and now, and why not; nobody signs for another. */
function signing(doc: Doc, kind: SignKind, laptop: boolean): Pick<DocAction, 'allow' | 'reason' | 'delegation'> {
  const problem = signProblem(doc, kind);
  return { allow: !problem && laptop, reason: problem ?? (laptop ? '' : 'signing.laptop_only'), delegation: undefined };
}

/** The bar: one button that leads, a few beside it, the rest in a menu. */
export interface Bar {
  lead?: DocAction;
  beside: DocAction[];
  menu: DocAction[];
  /** Not allowed, each with its reason. */
  blocked: DocAction[];
  /** Belong to another step of the document's way; too many to explain one by one. */
  elsewhere: DocAction[];
}

const otherStep = 'can.wrong_state';

export function barOf(doc: Doc, room = 3, laptop = true): Bar {
  const all = actionsOf(doc, laptop);
  const allowed = all.filter((action) => action.allow);
  const lead = allowed.find((action) => action.leads?.(doc));
  const others = allowed.filter((action) => action !== lead);
  const refused = all.filter((action) => !action.allow);
  const beside = others.filter((action) => !action.low).slice(0, room);
  return { lead, beside, menu: others.filter((action) => !beside.includes(action)), blocked: refused.filter((action) => action.reason !== otherStep), elsewhere: refused.filter((action) => action.reason === otherStep) };
}

/** All chủ trì of the first directives are done: only the closing is left. */
export function leadsDone(doc: Doc): boolean {
  const leads = doc.directives
    .filter((directive) => !directive.withdrawn && !directive.parent)
    .flatMap((directive) => directive.tasks.filter((task) => task.role === 'CHU_TRI'));
  return leads.length > 0 && leads.every((task) => task.state === 'HOAN_THANH');
}

/** A first directive can be written, not only one that passes another on. */
function directsWhole(doc: Doc): boolean {
  const reason = doc.actions.find((info) => info.action === 'document.direct')?.reason;
  return reason !== 'can.as_passer';
}

function tasks(action: string, states: readonly TaskState[], owner: 'giver' | 'receiver') {
  return (doc: Doc): Candidate[] =>
    doc.directives
      .filter((directive) => !directive.withdrawn)
      .flatMap((directive) =>
        directive.tasks
          .filter((task) => states.includes(task.state) && (owner === 'giver' || task.role !== 'NHAN_DE_BIET' || action === 'document.return_task'))
          .map((task) => ({
            directive: directive.key,
            receiver: task.receiver.id,
            allow: allows(task, action) && (owner === 'giver' || Boolean(task.mine)),
            owner: owner === 'giver' ? (directive.onBehalf ?? directive.by).id : task.receiver.id,
          })),
      );
}

/** Whether the part of a document answers that the person may do it. */
export function allows(part: { actions: TaskInfo['actions'] }, action: string): boolean {
  return part.actions.some((info) => info.action === action && info.allow);
}

function directives(action: string) {
  return (doc: Doc): Candidate[] =>
    doc.directives
      .filter((directive) => !directive.withdrawn && directive.tasks.some((task) => open.includes(task.state)))
      .map((directive) => ({ directive: directive.key, allow: allows(directive, action), owner: (directive.onBehalf ?? directive.by).id }));
}

/** Directives that the person received and may pass on to people below. */
function passable(doc: Doc): Candidate[] {
  return doc.directives
    .filter((directive) => !directive.withdrawn)
    .flatMap((directive) =>
      directive.tasks
        .filter((task) => open.includes(task.state))
        .map((task) => ({
          directive: directive.key,
          allow: Boolean(task.mine) && allows(directive, 'document.direct'),
          owner: task.receiver.id,
        })),
    );
}

/** Work of people who have left, not handed over yet. */
function left(doc: Doc): Candidate[] {
  return doc.handOvers.filter((one) => !one.done).map((one) => ({ receiver: one.from.id, allow: allows(one, 'document.hand_over'), owner: '' }));
}

function undecided(doc: Doc): Candidate[] {
  return doc.extensions
    .filter((extension) => !extension.decided)
    .map((extension) => {
      const directive = doc.directives.find((other) => other.key === extension.directive);
      const owner = directive ? (directive.onBehalf ?? directive.by) : doc.submittedTo;
      return { directive: extension.directive || undefined, extension: extension.key, allow: allows(extension, 'document.decide_extension'), owner: owner?.id ?? '' };
    });
}
