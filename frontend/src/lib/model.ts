/**
 * The shapes of the API as the UI uses them. Times are Unix milliseconds, days
 * "yyyy-MM-dd", command ids (keys of directives, files, remarks) numbers.
 */
import type { Day, Millis } from './time';

export type Direction = 'incoming' | 'outgoing';
/** 0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc. */
export type Urgency = 0 | 1 | 2 | 3;
export type CommandKey = number;

export interface PersonRef { id: string; name: string; position?: string; unit?: string }
export interface UnitRef { id: string; name: string; short?: string; notation?: string }
export type Role = 'leader' | 'deputy' | 'clerk' | 'head' | 'officer' | 'admin' | 'auditor';
export interface Post { unit: string; position?: string; role: Role; main?: boolean }

export interface Demo {
  roles: Array<{ label: string; person: string; unit: string; url: string; current: boolean }>;
  line?: { cut: boolean };
}
export interface Book { id: string; unit: string; direction: Direction; name: string; types?: string[]; holder?: string }
export interface SessionPost { unit: UnitRef; office: string; position: string; role: Role; main?: boolean }
export interface Session {
  person?: PersonRef;
  /** The office of the person's main post. */
  unit?: UnitRef;
  posts: SessionPost[];
  offices: UnitRef[];
  delegations: Array<{ id: string; from: PersonRef; unit: string; actions?: string[]; end: Millis }>;
  host: 'laptop' | 'server';
  device?: { id: string; name: string; server: string; expires?: Millis };
  demo?: Demo;
  /** Native dialogs are at hand. */
  window?: boolean;
  serverTime: Millis;
  version: string;
  needsEnrolment?: boolean;
  needsLogin?: boolean;
  /** Reason key of what stops all work here: device.revoked, store.corrupt, store.full. */
  problem?: string;
}

export interface UnitInfo extends UnitRef { parent?: string; level?: string; office?: boolean; organ?: string; place?: string }
export interface PersonInfo { id: string; name: string; email?: string; phone?: string; posts?: Post[] }
export interface DirectoryData { units: UnitInfo[]; people: PersonInfo[]; version?: number | string }
export interface DocType { code: string; abbr?: string; name: string }
export interface Catalog {
  types: DocType[];
  books: Book[];
  groups: Array<{ id: string; unit: string; name: string; members: string[]; public?: boolean }>;
  holidays: Array<{ day: Day; name: string }>;
  /** Weekend days worked in place of others. */
  workdays: Day[];
  authorities: Array<{ unit: string; person: string; form: string; title: string; types?: string[] }>;
}
export interface TemplateInfo { id: string; text: string; days?: number; order?: number; mine?: boolean; unit?: string }

export interface DocRow {
  id: string;
  direction: Direction;
  state: string;
  type?: string;
  symbol?: string;
  numberPending?: boolean;
  issuedDate?: Day;
  arrived?: Millis;
  organName?: string;
  subject: string;
  urgency: Urgency;
  due?: Day;
  overdue?: boolean;
  daysLeft?: number;
  finished?: Millis;
  bookNumber?: number;
  book?: string;
  lead?: { id: string; name: string };
  signer?: string;
  recipients?: { total: number; received: number; processing: number; done: number; refused: number };
  replyTo?: string;
  files?: number;
  unread?: boolean;
  pending?: boolean;
  version: number;
}
export interface DocPage { items: DocRow[]; next?: string; total: number; totalCapped?: boolean }
export type Counts = Record<string, number>;
export interface DocumentFilter {
  direction?: Direction; group?: string; state?: string[]; type?: string; urgency?: Urgency; unit?: string;
  from?: Day; to?: Day; overdue?: boolean; unread?: boolean; q?: string;
  sort?: 'arrived' | 'issued' | 'due' | 'number'; desc?: boolean;
}
export type DuplicateHit = DocRow & { why?: string };

export interface DeskItem {
  queue: string; doc: DocRow; directive?: CommandKey; receiver?: string; taskRole?: DirectiveRole; taskState?: TaskState;
  due?: Day; overdue?: boolean; daysLeft?: number; from?: PersonRef; text?: string;
}
export interface Desk { queues: Array<{ key: string; count: number }>; items: DeskItem[] }

export interface SearchFilter {
  q?: string; direction?: Direction; type?: string; urgency?: Urgency; from?: Day; to?: Day; unit?: string;
}
export type SearchRow = DocRow & { snippet?: Array<{ text: string; hit?: boolean }> };
export interface SearchPage { items: SearchRow[]; next?: string; total: number; totalCapped?: boolean; ms?: number }

export type DirectiveRole = 'CHU_TRI' | 'PHOI_HOP' | 'NHAN_DE_BIET';
export type TaskState = 'CHUA_XEM' | 'DA_XEM' | 'DANG_XU_LY' | 'CHO_DUYET_KET_QUA' | 'HOAN_THANH' | 'TRA_LAI';
export interface FileInfo {
  key: CommandKey; name: string; media?: string; role?: number; size: number; sha256: string; by?: PersonRef; at?: Millis;
  replaces?: CommandKey; here?: boolean; atServer?: boolean; progress?: { done: number; total: number };
}
export interface TaskInfo {
  receiver: { id: string; name: string; unit?: boolean }; role: DirectiveRole; state: TaskState; seen?: Millis; since?: Millis;
  answer?: string; draft?: string; due?: Day; overdue?: boolean; reason?: string;
}
export interface DirectiveInfo {
  key: CommandKey; by: PersonRef; onBehalf?: PersonRef; at: Millis; text: string; due?: Day; parent?: CommandKey;
  withdrawn?: Millis; tasks: TaskInfo[]; reminders?: Array<{ by: PersonRef; at: Millis; text?: string }>; pending?: boolean;
}
export interface Fields {
  type?: string; codeNumber?: string; notation?: string; issuedDate?: Day; organName?: string; subject?: string; summary?: string;
  language?: string; pages?: number; signerName?: string; signerTitle?: string; toPlaces?: string; urgency?: Urgency; copies?: number;
  dueDate?: Day; field?: string; paper?: boolean; secrecy?: '' | 'MAT' | 'TOI_MAT' | 'TUYET_MAT';
}
export interface RecipientInfo {
  unit: string; name: string; status: string; at?: Millis; number?: number; reason?: string; reply?: string;
}
export interface HistoryStep {
  key: CommandKey; name: string; by: PersonRef; onBehalf?: PersonRef; at: Millis; state?: string; text?: string;
  to?: { id: string; name: string }; pending?: boolean;
}
export interface Where {
  machine: boolean; office?: { have: number; total: number; at?: Millis }; server: boolean; pendingUp: number;
}
export type Doc = Omit<DocRow, 'files' | 'recipients' | 'signer'> & Omit<Fields, 'type' | 'urgency' | 'subject' | 'organName' | 'issuedDate'> & {
  unit: UnitRef; drafter?: PersonRef; draftUnit?: UnitRef; submittedTo?: PersonRef;
  files: FileInfo[]; directives: DirectiveInfo[];
  remarks?: Array<{ key: CommandKey; by: PersonRef; onBehalf?: PersonRef; at: Millis; text: string; pending?: boolean }>;
  recipients?: RecipientInfo[];
  signatures?: Array<{ key?: CommandKey; kind: 1 | 2; by: PersonRef; at: Millis; form?: string; digital?: boolean }>;
  originalValue?: 'none' | 'one_of_two' | 'full' | 'paper';
  relations?: Array<{ key: CommandKey; kind: string; doc?: string; text?: string }>;
  extensions?: Array<{
    key: CommandKey; by: PersonRef; at: Millis; old?: Day; new: Day; reason?: string; decided?: PersonRef; granted?: boolean; directive?: CommandKey;
  }>;
  history?: HistoryStep[];
  actions?: Array<{ action: string; allow: boolean; reason?: string }>;
  where?: Where;
  source?: string; replies?: DocRow[]; revision?: number; mainSHA256?: string; secrecyNotice?: string;
};

export interface Upload { sha256: string; name: string; size: number; media: string; pages?: number }
export interface NewFile { name: string; media?: string; role?: number; sha256: string; replaces?: CommandKey }

export type KindName = 'document' | 'delegation' | 'group' | 'template' | 'readmark';
interface TaskRef { directive: CommandKey; receiver: string }
interface Note { text?: string }
interface Reason { text: string }
export interface Receiver { id: string; unit?: boolean; role: DirectiveRole }

/** Every command a person can give, with its arguments. */
export interface CommandArgs {
  'document.receive.1': { unit: string; fields: Fields; files?: NewFile[] };
  'document.accept.1': Note;
  'document.return_incoming.1': Reason;
  'document.register.1': { book: string; fields?: Fields };
  'document.submit.1': { to: string; text?: string };
  'document.direct.1': { text: string; due?: Day; receivers: Receiver[]; parent?: CommandKey };
  'document.seen.1': TaskRef;
  'document.start_task.1': TaskRef;
  'document.answer.1': TaskRef & { text?: string; draft?: string };
  'document.accept_answer.1': TaskRef & { text?: string };
  'document.reject_answer.1': TaskRef & { text: string };
  'document.return_task.1': TaskRef & { text: string };
  'document.remind.1': { directive: CommandKey; text?: string };
  'document.withdraw_directive.1': { directive: CommandKey; text: string };
  'document.ask_extension.1': { directive?: CommandKey; new: Day; text: string };
  'document.decide_extension.1': { extension: CommandKey; grant?: boolean; text?: string };
  'document.remark.1': Reason;
  'document.complete.1': Note;
  'document.draft.1': { unit: string; division?: string; fields: Fields; files?: NewFile[]; replyTo?: string; to?: string[] };
  'document.edit.1': { set: Partial<Fields>; old?: Partial<Fields>; to?: string[]; setTo?: boolean };
  'document.add_file.1': { file: NewFile };
  'document.remove_file.1': { file: CommandKey };
  'document.submit_draft.1': { to: string; text?: string };
  'document.send_back.1': Reason;
  'document.check_content.1': Note;
  'document.check_form.1': Note;
  'document.approve_draft.1': { revision: number; content?: string; to?: string; text?: string };
  'document.record_signature.1': { kind: 1 | 2; revision: number; content?: string; signer?: string; form?: string };
  'document.number.1': { book: string };
  'document.issue.1': { to?: string[]; text?: string };
  'document.register_send.1': {
    unit: string; fields: Fields; files: NewFile[]; book: string; to: string[]; signer?: string; form?: string; replyTo?: string;
  };
  'document.recall.1': Reason;
  'document.cancel.1': Reason;
  'document.archive.1': Note;
  'document.withdraw.1': Note;
  'readmark.set.1': { doc: string };
  'template.save.1': { unit?: string; text: string; days?: number; order?: number; closed?: boolean };
  'group.save.1': { unit: string; name: string; members: string[]; closed?: boolean };
  'delegation.give.1': { to: string; unit: string; actions?: string[]; start: Millis; end: Millis; basis?: string };
  'delegation.revoke.1': Record<string, never>;
}
export type CommandName = keyof CommandArgs;
export interface ApplyResult {
  id: CommandKey; status: 'pending' | 'applied' | 'deferred'; version?: number; numberPending?: boolean; created?: string[];
}

export interface SyncItem { id: CommandKey; name: string; target?: { kind: number; id: string }; at: Millis; status: 'waiting' | 'sent' | 'deferred' | 'doubtful'; subject?: string }
export interface RefusedItem {
  id: CommandKey; name: string; target?: { kind: number; id: string }; at: Millis; subject?: string;
  code: string; reason: string; data?: Record<string, unknown>; text?: string; args?: unknown;
}
export interface Transfer { sha256: string; name?: string; done: number; total: number }
export interface SyncStatus {
  state: 'online' | 'offline' | 'connecting' | 'cut' | 'revoked' | 'server';
  lastContact?: Millis;
  serverTimeOffset?: number;
  waiting?: SyncItem[];
  waitingCount: number;
  refused?: RefusedItem[];
  refusedCount: number;
  doubtful?: number;
  uploads?: Transfer[];
  downloads?: Transfer[];
  coming?: { records: number; bytes: number; estimateMs?: number } | null;
  firstLoadComplete?: boolean;
  epoch?: number | string;
  checks?: { ok: boolean; at?: Millis };
}
export interface QuarantineItem { id: string; kind: number | string; subject?: string; text?: string; at: Millis; reason?: string }
export interface DeviceInfo { id: string; name?: string; person?: PersonRef; lastSeen?: Millis; created?: Millis; revoked?: Millis; current?: boolean }
export interface EnrolmentCode { code: string; invitation?: unknown; expires: Millis }
