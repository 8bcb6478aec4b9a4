/** Who must act next, and by when: the first question about any document. */
import { lastSignature } from '@/features/signing';
import type { Doc } from '@/lib/backend';
import { leadsDone } from './actions';

type NextKey =
  | 'accept' | 'register' | 'submit' | 'direct' | 'task' | 'assist' | 'result' | 'finish' | 'extension' | 'draft' | 'returned' | 'approve'
  | 'check_content' | 'check_form' | 'sign' | 'number' | 'wait_number' | 'seal' | 'issue'
  | 'judge' | 'bad_signature';

interface Next {
  /** i18n key behind "doc.next.". */
  key: NextKey;
  /** A person or a unit by name; absent when it is a role. */
  who?: string;
  role?: 'clerk' | 'leader' | 'head' | 'book' | 'server';
  state?: string;
  due?: string;
  daysLeft?: number;
  overdue?: boolean;
}

/** Everybody for whom the document waits, the most important first; none when it is finished. */
export function nextOf(doc: Doc): Next[] {
  const list = doc.direction === 'incoming' ? incoming(doc) : outgoing(doc);
  if (doc.finished) return [];
  const asked = doc.extensions
    .filter((extension) => !extension.decided)
    .map((extension): Next => {
      const directive = doc.directives.find((other) => other.key === extension.directive);
      return { key: 'extension', who: directive ? (directive.onBehalf ?? directive.by).name : doc.submittedTo?.name };
    });
  return [...list, ...asked];
}

function incoming(doc: Doc): Next[] {
  const due = { due: doc.dueDate || doc.due, daysLeft: doc.daysLeft, overdue: doc.overdue };
  switch (doc.state) {
    case 'CHO_TIEP_NHAN':
      return [{ key: 'accept', role: 'clerk', ...due }];
    case 'DA_TIEP_NHAN':
      return [{ key: 'register', role: 'clerk', ...due }];
    case 'DA_DANG_KY':
      return [{ key: 'submit', role: 'clerk', ...due }];
    case 'CHO_PHAN_PHOI':
      return [{ key: 'direct', who: doc.submittedTo?.name, role: doc.submittedTo ? undefined : 'leader', ...due }];
    case 'DA_CHUYEN_XU_LY':
    case 'DANG_XU_LY':
      return working(doc);
    default:
      return [];
  }
}

function working(doc: Doc): Next[] {
  const live = doc.directives.filter((directive) => !directive.withdrawn);
  const open = live.flatMap((directive) =>
    directive.tasks.flatMap((task): Next[] => {
      if (task.role === 'NHAN_DE_BIET' || task.state === 'HOAN_THANH' || task.state === 'TRA_LAI') return [];
      if (task.state === 'CHO_DUYET_KET_QUA') return [{ key: 'result', who: (directive.onBehalf ?? directive.by).name }];
      return [{
        key: task.role === 'CHU_TRI' ? 'task' : 'assist', who: task.receiver.name, state: task.state,
        due: task.due, daysLeft: task.daysLeft, overdue: task.overdue,
      }];
    }),
  );
  if (leadsDone(doc)) {
    const first = live.find((directive) => !directive.parent);
    return [{ key: 'finish', who: first && (first.onBehalf ?? first.by).name }];
  }
  return open.toSorted((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
}

/** A result first: somebody waits for the answer to his answer. */
const order: readonly NextKey[] = ['result', 'task', 'assist'];

function outgoing(doc: Doc): Next[] {
  const due = { due: doc.dueDate || doc.due, daysLeft: doc.daysLeft, overdue: doc.overdue };
  const to = doc.submittedTo?.name;
  const sealed = doc.signatures.some((signature) => signature.kind === 2);
  switch (doc.state) {
    case 'DU_THAO':
      return [{ key: 'draft', who: doc.drafter?.name, ...due }];
    case 'TRA_LAI':
      return [{ key: 'returned', who: doc.drafter?.name, ...due }];
    case 'KIEM_TRA_NOI_DUNG':
      return [{ key: 'check_content', who: to, role: to ? undefined : 'head', ...due }];
    case 'CHO_DUYET':
      return [{ key: 'approve', who: to, role: to ? undefined : 'leader', ...due }];
    case 'KIEM_TRA_THE_THUC':
      return [{ key: 'check_form', role: 'clerk', ...due }];
    case 'CHO_KY':
      return [{ key: 'sign', who: to, role: to ? undefined : 'leader', ...due }];
    case 'DA_KY':
      return [{ key: 'number', role: 'clerk', ...due }];
    case 'CHO_CAP_SO':
    case 'CHO_PHAT_HANH':
      return [
        ...(doc.numberPending ? [{ key: 'wait_number' as const, role: 'book' as const }] : []),
        ...(sealed ? [] : judgement(doc, 1)),
        ...(sealed ? [] : [{ key: 'seal' as const, role: 'clerk' as const, ...due }]),
      ];
    case 'DA_CAP_SO':
    case 'CHO_KY_CQ':
      return [...judgement(doc, sealed ? 2 : 1), { key: sealed ? 'issue' : 'seal', role: 'clerk', ...due }];
    case 'DA_KY_CQ':
      return [...judgement(doc, 2), { key: 'issue', role: 'clerk', ...due }];
    default:
      return [];
  }
}

/** What the next step must wait for: the server's word on a digital signature, or a new signature where it is not good. */
function judgement(doc: Doc, kind: 1 | 2): Next[] {
  const signature = lastSignature(doc, kind);
  if (!signature?.digital || signature.verdict?.indication === 'TOTAL-PASSED') return [];
  return [signature.verdict ? { key: 'bad_signature', who: kind === 2 ? doc.unit.name : signature.by.name } : { key: 'judge', role: 'server' }];
}
