/**
 * The shapes of the API under the names the UI uses, from the generated schema.
 * Times are Unix milliseconds, days "yyyy-MM-dd" ("" or absent: not set), keys of
 * directives, files and remarks are command ids (numbers).
 */
import type { components, operations } from './schema';

type S = components['schemas'];

export type Direction = 'incoming' | 'outgoing';
/** 0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc. */
export type Urgency = number;
export type Role = 'leader' | 'deputy' | 'clerk' | 'head' | 'officer' | 'admin' | 'auditor';

export type PersonRef = S['PersonRef'];
export type Session = S['Session'];
export type DelegationRecord = S['DelegationRecord'];
export type Demo = S['DemoInfo'];

export type DirectoryData = S['DirectoryView'];
export type UnitInfo = S['UnitView'];
export type PersonInfo = S['PersonView'];
export type Catalog = S['Catalog'];
export type DocType = S['TypeView'];
export type Book = S['BookView'];
export type BookState = S['BookState'];
export type BookAlarm = S['BookAlarm'];
export type TemplateInfo = S['TemplateView'];

export type DocRow = S['DocRow'];
export type DocPage = S['DocumentList'];
export type Doc = S['Doc'];
export type Desk = S['DeskView'];
export type DeskItem = S['DeskItem'];
export type FileInfo = S['FileInfo'];
export type DirectiveInfo = S['DirectiveInfo'];
export type TaskInfo = S['TaskInfo'];
export type RemarkInfo = S['RemarkInfo'];
export type RecipientInfo = S['RecipientInfo'];
export type ExtensionInfo = S['ExtensionInfo'];
export type HistoryStep = S['StepInfo'];
export type ActionInfo = S['ActionInfo'];
export type Where = S['Where'];
export type Fields = S['Fields'];
export type NewFile = S['NewFile'];
export type Receiver = S['Receiver'];
export type DirectiveRole = TaskInfo['role'];
export type TaskState = TaskInfo['state'];
export type Counts = Record<string, number>;

type Query<O extends keyof operations> = NonNullable<operations[O]['parameters']['query']>;
export type DocumentFilter = Omit<Query<'listDocuments'>, 'after' | 'limit'>;
export type SearchFilter = Omit<Query<'search'>, 'after' | 'limit'>;
export type DuplicateQuery = Query<'findDuplicates'>;
export type SearchRow = S['SearchHit'];
export type SearchPage = S['SearchResult'];

export type Upload = S['UploadResult'];
export type SyncStatus = S['SyncStatus'];
export type Repair = S['Repair'];
export type SyncItem = S['WaitingItem'];
export type RefusedItem = S['RefusedItem'];
export type Transfer = S['TransferItem'];
export type QuarantineItem = S['QuarantineItem'];
export type DeviceInfo = S['DeviceRow'];
export type ForgottenDevice = S['ForgottenDevice'];
export type LostSpan = S['LostSpan'];
export type Enrolled = S['Enrolled'];
export type DeviceDetail = S['DeviceDetail'];
export type HeldScope = S['HeldScope'];
export type EnrolmentCode = S['EnrolmentCode'];

/** Every command a person can give, with its arguments. */
type AnyCommand = S['Command'];
export type CommandName = AnyCommand['name'];
export type CommandArgs = { [C in AnyCommand as C['name']]: C['args'] };
export type KindName = CommandName extends `${infer Kind}.${string}` ? Kind : never;
export type ApplyResult = S['CommandResult'];
