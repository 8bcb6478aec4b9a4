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
export type WorkCopy = S['WorkCopy'];
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
export type MeetingFilter = Query<'listMeetings'>;
export type MeetingItem = S['MeetingItem'];
export type MeetingView = S['MeetingView'];
export type VoteList = S['VoteList'];
export type VoteItem = S['VoteItem'];
export type VoteView = S['VoteView'];
export type VoterView = S['VoterView'];
export type VoteResult = S['VoteResult'];
export type VoteChoice = VoteItem['choices'][number];
export type SlipItem = S['SlipItem'];
export type SlipFile = S['SlipFile'];
export type SlipView = S['SlipView'];
export type SlipPerson = S['SlipPerson'];
export type MaterialsView = S['MaterialsView'];
export type MaterialView = S['MaterialView'];
export type MaterialVersion = S['MaterialVersion'];
export type MaterialState = MaterialView['state'];
export type AgendaRef = S['AgendaRef'];
export type MeetingReadiness = S['MeetingReadiness'];
export type ReadinessRow = S['ReadinessRow'];
export type MeetingFields = S['MeetingFields'];
export type ParticipantView = S['ParticipantView'];
export type PlaceView = S['PlaceView'];
export type OutsiderView = S['OutsiderView'];
export type Invitee = S['Invitee'];
export type OutsiderInvite = S['OutsiderInvite'];
export type RoomRef = S['RoomRef'];
export type Agenda = S['AgendaView'];
export type AgendaItem = S['AgendaItemView'];
export type AgendaType = AgendaItem['type'];
export type MeetingStatus = MeetingItem['status'];
export type MeetingRole = ParticipantView['role'];
export type MeetingSessionView = S['MeetingSessionView'];
export type SessionItemView = S['SessionItemView'];
export type SpeechView = S['SpeechView'];
export type QuorumView = S['QuorumView'];
export type HelpView = S['HelpView'];
export type RollView = S['RollView'];
export type RollRow = S['RollRow'];
export type CodeView = S['CodeView'];
export type ClockView = S['ClockView'];
export type RoomView = S['RoomView'];
export type UnitRef = S['UnitRef'];
export type PointList = S['PointList'];
export type PointView = S['PointView'];
export type PointGroup = PointView['group'];
export type PointBoard = S['PointBoard'];
export type PointRow = S['PointRow'];
export type PointStatus = PointRow['status'];
export type PointFilter = Query<'listPoints'>;
export type WeekView = S['WeekView'];
export type WeekLine = S['WeekLine'];
export type ClashQuery = Query<'listClashes'>;
export type ClashesView = S['ClashesView'];
export type DuplicateQuery = Query<'findDuplicates'>;
export type SearchRow = S['SearchHit'];
export type SearchPage = S['SearchResult'];

/** The answers of EN 319 102-1; the schema calls them text. */
type Judged<T> = Omit<T, 'indication'> & { indication: 'TOTAL-PASSED' | 'INDETERMINATE' | 'TOTAL-FAILED' };
export type FileSignature = Judged<S['Signature']>;
export type SignatureReport = Omit<Judged<S['Report']>, 'signatures'> & { signatures: FileSignature[] };
export type ReportForm = NonNullable<S['NativeSave']['report']>;
export type Finding = S['Finding'];
export type FileChange = S['Change'];
export type Revocation = S['Revocation'];
export type CertifiedName = S['Person'];

export type PresignReport = S['PresignReport'];
export type PresignFinding = S['PresignFinding'];

export type SigningKeys = S['SigningKeys'];
export type SigningKey = S['SigningKey'];
export type SigningToken = S['SigningToken'];
export type CopyOrder = S['CopyOrder'];
export type CopyInfo = S['CopyInfo'];
export type SignKind = S['SignOrder']['kind'];
export type SignOrder = S['SignOrder'];
export type SignPlaces = S['SignPlaces'];
export type SignDocument = S['SignDocument'];
export type SignedDocument = S['SignedDocument'];
export type RemoteKey = S['RemoteKey'];
export type RemoteOrder = S['RemoteOrder'];
export type SigningRequest = Omit<S['SigningRequest'], 'documents'> & { documents: Array<S['RequestedEntry']> };
export type RequestState = SigningRequest['state'];
export type RemoteAsked = Omit<S['RemoteAsked'], 'request' | 'documents'> & { request?: SigningRequest; documents: SignedDocument[] };
export type SignatureInfo = S['SignatureInfo'];
export type InitialInfo = S['InitialInfo'];
export type Claim = S['Claim'];
export type Verdict = S['Verdict'];
export type PictureKind = 'person' | 'organ';

export type Upload = S['UploadResult'];
export type Scan = S['ScanItem'];
export type ScanState = Scan['state'];
export type ScanFolder = S['ScanFolder'];
export type NewScanFolder = S['NewScanFolder'];
export type SyncStatus = S['SyncStatus'];
export type Repair = S['Repair'];
export type SyncItem = S['WaitingItem'];
export type RefusedItem = S['RefusedItem'];
export type Transfer = S['TransferItem'];
export type CourierStatus = S['CourierStatus'];
export type Coming = S['Coming'];
export type Receipts = S['Receipts'];
export type QuarantineItem = S['QuarantineItem'];
export type DeviceInfo = S['DeviceRow'];
export type ForeignAlarm = S['ForeignAlarm'];
export type ForgottenDevice = S['ForgottenDevice'];
export type LostSpan = S['LostSpan'];
export type Enrolled = S['Enrolled'];
export type DeviceDetail = S['DeviceDetail'];
export type HeldScope = S['HeldScope'];
export type Root = S['Root'];
export type RootOffer = S['RootOffer'];
export type NewRoot = S['NewRoot'];
/** What people compare of a certificate. */
export type CertificateFacts = Omit<RootOffer, 'certificate' | 'problem'>;
export type RevocationList = S['RevocationList'];
export type EnrolmentCode = S['EnrolmentCode'];

export type AnnotationView = S['AnnotationView'];
export type OpenedMark = S['OpenedMark'];
export type MarkBody = S['MarkBody'];
export type MarkPut = S['MarkPut'];
export type MarkQuote = S['MarkQuote'];
export type ReadingKeyState = S['ReadingKeyState'];
export type ReaderView = S['ReaderView'];

/** Every command a person can give, with its arguments. */
type AnyCommand = S['Command'];
export type CommandName = AnyCommand['name'];
export type CommandArgs = { [C in AnyCommand as C['name']]: C['args'] };
export type KindName = CommandName extends `${infer Kind}.${string}` ? Kind : never;
export type ApplyResult = S['CommandResult'];

export type MinutesView = S['MinutesView'];
export type ConclusionView = S['ConclusionView'];
export type MinutesFacts = S['MinutesFacts'];
export type AssignmentItem = S['AssignmentItem'];
export type AssignmentView = S['AssignmentView'];
export type AssignmentState = AssignmentItem['state'];
export type AssignmentBox = 'mine' | 'given' | 'all';
export type MeetingDesk = S['MeetingDesk'];
export type DossierView = S['DossierView'];
export type DossierEntry = S['DossierEntry'];
export type MeetingStatistics = S['MeetingStatistics'];
export type MeetingStat = S['MeetingStat'];
export type StatisticsFilter = { from?: number; to?: number; unit?: string };
