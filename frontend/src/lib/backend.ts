/**
 * The only door to the API. Everything else in the UI calls `api` and the
 * hooks here; nothing else knows of HTTP. Failures are ApiError, always.
 */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { underDelegation } from './acting';
import { client, take } from './api/client';
import type {
  ApplyResult, AssignmentBox, ClashQuery, Coming, CommandArgs, CommandName, Direction, DocPage, DocumentFilter, DuplicateQuery, KindName, MarkPut,
  MeetingFilter, MeetingSessionView, NewRoot, NewScanFolder, PictureKind, PointFilter, RemoteAsked, RemoteOrder, ReportForm, ScanState, SearchFilter, SearchPage,
  Session, SignOrder, SignatureReport, SigningRequest, StatisticsFilter, Upload,
} from './api/model';
import { ApiError, asApiError, toApiError } from './errors';
import { keys } from './queries';

export { ApiError } from './errors';
export type * from './api/model';

/** Kinds of records as the API numbers them. */
const kinds: Record<KindName, number> & Record<string, number> = {
  document: 1, delegation: 4, book: 6, group: 7, template: 9, readmark: 10,
  meeting: 20, session: 21, agenda: 22, attendance: 23, material: 24, ballot: 25, slip: 26, slipanswer: 27, annotation: 28, minutes: 29,
  room: 30, week: 31, assignment: 32, readingkey: 33, point: 35, point_session: 36,
};

export interface Give<N extends CommandName> {
  name: N;
  id: string;
  /** The version of the record that the person saw; 0 for a new record. */
  base: number;
  args: CommandArgs[N];
  /** The delegation to act under, when the person chose to. */
  delegation?: string;
}

/** Any command with its own arguments. */
export type AnyGive = { [N in CommandName]: Give<N> }[CommandName];

export const api = {
  session: (signal?: AbortSignal) => take(client.GET('/api/session', { signal })),
  login: (account: string, password: string) => take(client.POST('/api/login', { body: { account, password } })),
  logout: () => take(client.POST('/api/logout')),
  changePassword: (old: string, next: string) => take(client.POST('/api/password', { body: { old, new: next } })),
  readLost: (until: number) => take(client.POST('/api/lost/read', { body: { until } })),
  enrol: (body: { server?: string; code: string } | { invitation: Record<string, unknown> }) => take(client.POST('/api/enrol', { body })),
  /** With a form it is the report on the file's signatures. */
  saveFile: (document: string, file: number, report?: ReportForm) => take(client.POST('/api/native/save', { body: { document, file, report } })),
  saveSlipFile: (slip: string, file: number) => take(client.POST('/api/native/slip-file', { body: { slip, file } })),
  saveDossier: (meeting: string) => take(client.POST('/api/native/dossier', { body: { meeting } })),
  /** The room of a conference in the system's browser: a window may have no pictures. */
  openRoom: (meeting: string) => take(client.POST('/api/native/room', { body: { meeting } })),
  restoreFile: (id: string, key: number) => take(client.POST('/api/documents/{id}/files/{key}/restore', { params: { path: { id, key } } })),
  signatures: (id: string, key: number, signal?: AbortSignal) => take(client.GET('/api/documents/{id}/files/{key}/signatures', { params: { path: { id, key } }, signal })) as Promise<SignatureReport>,
  makePDF: (id: string, key: number) => take(client.POST('/api/documents/{id}/files/{key}/pdf', { params: { path: { id, key } } })),
  work: (signal?: AbortSignal) => take(client.GET('/api/work', { signal })),
  openWork: (document: string, file: number) => take(client.POST('/api/work', { body: { document, file } })),
  keepWork: (id: string) => take(client.POST('/api/work/{id}/version', { params: { path: { id } } })),
  saveWork: (id: string) => take(client.POST('/api/work/{id}/save', { params: { path: { id } } })),
  dropWork: (id: string) => take(client.POST('/api/work/{id}/drop', { params: { path: { id } } })),
  demoLine: (cut: boolean) => take(client.POST('/api/demo/line', { body: { cut } })),

  directory: (signal?: AbortSignal) => take(client.GET('/api/directory', { signal })),
  catalog: (signal?: AbortSignal) => take(client.GET('/api/catalog', { signal })),
  templates: (signal?: AbortSignal) => take(client.GET('/api/templates', { signal })),
  meetings: (query: MeetingFilter, signal?: AbortSignal) => take(client.GET('/api/meetings', { params: { query }, signal })),
  materials: (id: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/materials', { params: { path: { id } }, signal })),
  readiness: (id: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/readiness', { params: { path: { id } }, signal })),
  meeting: (id: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}', { params: { path: { id } }, signal })),
  place: (id: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/place', { params: { path: { id } }, signal })),
  carryMeeting: (id: string, carry: boolean) => take(client.POST('/api/meetings/{id}/place', { params: { path: { id } }, body: { carry } })),
  /** A way into the conference of a meeting, good once. */
  conferenceTicket: (id: string, seat: { as: 'person' } | { as: 'point'; point: string }) => take(client.POST('/api/meetings/{id}/conference/ticket', { params: { path: { id } }, body: seat })),
  conferenceGuests: (id: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/conference/guests', { params: { path: { id } }, signal })),
  inviteGuest: (id: string, name: string, until: number) => take(client.POST('/api/meetings/{id}/conference/guests', { params: { path: { id } }, body: { name, until } })),
  endGuest: (id: string, guest: string) => take(client.POST('/api/meetings/{id}/conference/guests/{guest}/end', { params: { path: { id, guest } } })),
  /** The same for whoever has a guest's link. */
  guestTicket: (link: string) => take(client.POST('/api/guest/ticket', { body: { link } })),
  meetingSession: (id: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/session', { params: { path: { id } }, signal })),
  rollCall: (id: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/rollcall', { params: { path: { id } }, signal })),
  rollCode: (id: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/code', { params: { path: { id } }, signal })),
  votes: (id: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/votes', { params: { path: { id } }, signal })),
  vote: (id: string, key: number, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/votes/{key}', { params: { path: { id, key } }, signal })),
  slips: (signal?: AbortSignal) => take(client.GET('/api/slips', { signal })),
  slip: (id: string, signal?: AbortSignal) => take(client.GET('/api/slips/{id}', { params: { path: { id } }, signal })),
  agenda: (id: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/agenda', { params: { path: { id } }, signal })),
  clashes: (query: ClashQuery, signal?: AbortSignal) => take(client.GET('/api/meetings/clashes', { params: { query }, signal })),
  calendarFeed: (signal?: AbortSignal) => take(client.GET('/api/calendar-feed', { signal })),
  makeCalendarFeed: () => take(client.POST('/api/calendar-feed')),
  revokeCalendarFeed: () => take(client.DELETE('/api/calendar-feed')),
  rooms: (closed: boolean, signal?: AbortSignal) => take(client.GET('/api/rooms', { params: { query: { closed } }, signal })),
  points: (query: PointFilter, signal?: AbortSignal) => take(client.GET('/api/points', { params: { query }, signal })),
  meetingPoints: (id: string, materials: boolean, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/points', { params: { path: { id }, query: { materials } }, signal })),
  savePoints: (meeting: string, form: 'pdf' | 'csv') => take(client.POST('/api/native/points', { body: { meeting, form } })),
  week: (unit: string, monday: string, signal?: AbortSignal) => take(client.GET('/api/weeks/{unit}/{monday}', { params: { path: { unit, monday } }, signal })),
  books: (signal?: AbortSignal) => take(client.GET('/api/books', { signal })),
  minutes: (id: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/minutes', { params: { path: { id } }, signal })),
  /** What the records of a meeting know, in the words of minutes. */
  minutesFacts: (id: string) => take(client.GET('/api/meetings/{id}/minutes/facts', { params: { path: { id } } })),
  draftPaper: (id: string, kind: 'minutes' | 'notice') => take(client.POST('/api/meetings/{id}/papers', { params: { path: { id } }, body: { kind } })),
  dossier: (id: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/dossier', { params: { path: { id } }, signal })),
  assignments: (query: { box: AssignmentBox; open?: boolean; meeting?: string; text?: string }, signal?: AbortSignal) =>
    take(client.GET('/api/assignments', { params: { query }, signal })),
  assignment: (id: string, signal?: AbortSignal) => take(client.GET('/api/assignments/{id}', { params: { path: { id } }, signal })),
  meetingDesk: (signal?: AbortSignal) => take(client.GET('/api/desk/meetings', { signal })),
  statistics: (query: StatisticsFilter, signal?: AbortSignal) => take(client.GET('/api/meetings/statistics', { params: { query }, signal })),

  desk: (signal?: AbortSignal) => take(client.GET('/api/desk', { signal })),
  documents: (query: DocumentFilter & { after?: string; limit?: number }, signal?: AbortSignal) =>
    take(client.GET('/api/documents', { params: { query }, signal })),
  counts: (direction: Direction, signal?: AbortSignal) =>
    take(client.GET('/api/documents/counts', { params: { query: { direction } }, signal })),
  document: (id: string, signal?: AbortSignal) => take(client.GET('/api/documents/{id}', { params: { path: { id } }, signal })),
  duplicates: (query: DuplicateQuery, signal?: AbortSignal) => take(client.GET('/api/documents/duplicates', { params: { query }, signal })),
  search: (query: SearchFilter & { after?: string; limit?: number }, signal?: AbortSignal) =>
    take(client.GET('/api/search', { params: { query }, signal })),

  newId: async () => (await take(client.POST('/api/ids'))).id,
  give: ({ name, id, base, args, delegation }: AnyGive): Promise<ApplyResult> => {
    const command = { name, target: { kind: kinds[kindOf(name)], id }, base, delegation, args };
    // The schema types the body as raw JSON; AnyGive is the typed union of it.
    return take(client.POST('/api/commands', { body: command as unknown as string, bodySerializer: JSON.stringify }));
  },

  sync: (signal?: AbortSignal) => take(client.GET('/api/sync', { signal })),
  syncNow: () => take(client.POST('/api/sync/now')),
  readRepair: () => take(client.POST('/api/sync/repair/read')),
  retryRefused: (id: number) => take(client.POST('/api/sync/refused/{id}/retry', { params: { path: { id } } })),
  discardRefused: (id: number) => take(client.DELETE('/api/sync/refused/{id}', { params: { path: { id } } })),
  quarantine: (signal?: AbortSignal) => take(client.GET('/api/quarantine', { signal })),

  devices: (signal?: AbortSignal) => take(client.GET('/api/devices', { signal })),
  device: (id: string, signal?: AbortSignal) => take(client.GET('/api/devices/{id}', { params: { path: { id } }, signal })),
  forgottenDevices: (signal?: AbortSignal) => take(client.GET('/api/forgotten-devices', { signal })),
  readmitCourier: (id: string) => take(client.POST('/api/devices/{id}/courier', { params: { path: { id } } })),
  revokeDevice: (id: string) => take(client.POST('/api/devices/{id}/revoke', { params: { path: { id } } })),
  enrolmentCode: (person: string) => take(client.POST('/api/enrolment-codes', { body: { person } })),

  roots: (signal?: AbortSignal) => take(client.GET('/api/roots', { signal })),
  /** What is in a file of certificates, in base64. */
  readRoots: (file: string) => take(client.POST('/api/roots/read', { body: { file } })),
  addRoot: (body: NewRoot) => take(client.POST('/api/roots', { body })),
  endRoot: (sha256: string, until: string) => take(client.POST('/api/roots/{sha256}/end', { params: { path: { sha256 } }, body: { until } })),

  scans: (state: ScanState[], signal?: AbortSignal) => take(client.GET('/api/scans', { params: { query: { state } }, signal })),
  scan: (id: string, signal?: AbortSignal) => take(client.GET('/api/scans/{id}', { params: { path: { id } }, signal })),
  ignoreScan: (id: string) => take(client.POST('/api/scans/{id}/ignore', { params: { path: { id } } })),
  readScanAgain: (id: string) => take(client.POST('/api/scans/{id}/again', { params: { path: { id } } })),
  scanFolders: (signal?: AbortSignal) => take(client.GET('/api/scan-folders', { signal })),
  addScanFolder: (body: NewScanFolder) => take(client.POST('/api/scan-folders', { body })),
  removeScanFolder: (id: string) => take(client.DELETE('/api/scan-folders/{id}', { params: { path: { id } } })),
  chooseFolder: async () => (await take(client.POST('/api/native/folder'))).path,

  /** What could deceive whoever signs the file. */
  presign: (id: string, key: number, signal?: AbortSignal) => take(client.GET('/api/documents/{id}/files/{key}/presign', { params: { path: { id, key } }, signal })),
  signingKeys: (anew: boolean, signal?: AbortSignal) => take(client.GET('/api/signing/keys', { params: { query: { anew } }, signal })),
  /** Has a person's telephone ask. */
  askRemoteSigning: (order: RemoteOrder) => take(client.POST('/api/signing/requests', { body: order })) as Promise<RemoteAsked>,
  signingRequests: (signal?: AbortSignal) => take(client.GET('/api/signing/requests', { signal })) as Promise<SigningRequest[]>,
  cancelSigningRequest: (id: string) => take(client.POST('/api/signing/requests/{id}/cancel', { params: { path: { id } } })),
  dismissSigningRequest: (id: string) => take(client.POST('/api/signing/requests/{id}/dismiss', { params: { path: { id } } })),
  sendSigningOTP: (key: string) => take(client.POST('/api/signing/otp', { body: { key } })),
  sign: (order: SignOrder) => take(client.POST('/api/signing/sign', { body: order })),
  annotations: (id: string, material: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/materials/{material}/annotations', { params: { path: { id, material } }, signal })),
  putMark: (id: string, material: string, body: MarkPut) => take(client.POST('/api/meetings/{id}/materials/{material}/annotations', { params: { path: { id, material } }, body })),
  readers: (id: string, material: string, signal?: AbortSignal) => take(client.GET('/api/meetings/{id}/materials/{material}/readers', { params: { path: { id, material } }, signal })),
  shareMarks: (id: string, material: string, person: string) => take(client.POST('/api/meetings/{id}/materials/{material}/share', { params: { path: { id, material } }, body: { person } })),
  readingKey: (signal?: AbortSignal) => take(client.GET('/api/reading/key', { signal })),
  makeReadingKey: (anew: boolean) => take(client.POST('/api/reading/key', { body: { anew } })),
  grantReadingKey: (device: string) => take(client.POST('/api/reading/key/grant', { body: { device } })),
  /** The PNG that is drawn for signatures of the kind; null when there is none. */
  picture,
  /** Keeps a PNG; null removes the one that is there. */
  savePicture,

  /** Sends a file; progress runs from 0 to 1. */
  upload,
};

/** What else a command on a part of a meeting makes stale. */
function meetingKeys(name: CommandName): string[][] {
  return (kinds[kindOf(name)] ?? 0) >= 20 ? [['meetings'], ['meeting'], ['assignments'], ['desk']] : [];
}

function kindOf(name: CommandName): KindName {
  return name.split('.')[0] as KindName;
}

/** How far a file is that is still on its way to this machine; null when it is here or that cannot be known. */
export async function fileProgress(url: string, signal?: AbortSignal): Promise<Coming | null> {
  const response = await fetch(url, { headers: { Range: 'bytes=0-0' }, signal }).catch((error: unknown) => {
    throw signal?.aborted ? error : asApiError(error);
  });
  if (response.status === 202) return (await response.json()) as Coming;
  if (!response.ok) throw toApiError(await response.json().catch(() => null), response.status);
  await response.body?.cancel();
  return null;
}

/** The address of a file's bytes, for PdfView and for links. */
export function fileUrl(doc: string, file: number | string, download = false): string {
  return `/api/documents/${encodeURIComponent(doc)}/files/${file}${download ? '?download=1' : ''}`;
}

/** The address of an unsent save's bytes. */
export function workUrl(id: string): string {
  return `/api/work/${encodeURIComponent(id)}/content`;
}

/** The address of the report on the signatures of a file, which is saved, not shown. */
export function reportUrl(document: string, key: number, form: ReportForm): string {
  return `/api/documents/${encodeURIComponent(document)}/files/${key}/signatures/report?form=${form}`;
}

/** The address of a file that a refused command brought. */
export function refusedFileUrl(command: number, n: number): string {
  return `/api/sync/refused/${command}/files/${n}`;
}

/** The address of the copy of a scan that waits. */
export function scanUrl(id: string): string {
  return `/api/scans/${encodeURIComponent(id)}/file`;
}

const pictureUrl = (kind: PictureKind) => `/api/signing/pictures/${kind}`;

async function picture(kind: PictureKind, signal?: AbortSignal): Promise<Blob | null> {
  const response = await fetch(pictureUrl(kind), { signal }).catch((error: unknown) => {
    throw signal?.aborted ? error : asApiError(error);
  });
  if (response.status === 404) return null;
  if (!response.ok) throw toApiError(await response.json().catch(() => null), response.status);
  return response.blob();
}

async function savePicture(kind: PictureKind, png: Blob | null): Promise<void> {
  const response = await fetch(pictureUrl(kind), { method: 'PUT', headers: { 'Content-Type': 'image/png' }, body: png ?? '' }).catch((error: unknown) => {
    throw asApiError(error);
  });
  if (!response.ok) throw toApiError(await response.json().catch(() => null), response.status);
}

// fetch() cannot tell how much it has sent, so uploads use XMLHttpRequest.
function upload(file: Blob & { name?: string }, onProgress?: (part: number) => void, signal?: AbortSignal): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append('file', file, (file.name ?? 'tep').normalize('NFC'));
    request.open('POST', '/api/uploads');
    request.responseType = 'json';
    request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
    request.onload = () =>
      request.status < 300 ? resolve(request.response as Upload) : reject(toApiError(request.response, request.status));
    request.onerror = () => reject(new ApiError('offline', 'app.unreachable'));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

// ---- Query hooks. Keys come from queries.ts, so events keep them true. ----

export function useSession() {
  return useQuery({ queryKey: keys.session(), queryFn: ({ signal }) => api.session(signal) });
}

export function useDirectory() {
  return useQuery({ queryKey: keys.directory(), queryFn: ({ signal }) => api.directory(signal) });
}

export function useCatalog() {
  return useQuery({ queryKey: keys.catalog(), queryFn: ({ signal }) => api.catalog(signal) });
}

export function useTemplates() {
  return useQuery({ queryKey: keys.templates(), queryFn: ({ signal }) => api.templates(signal) });
}

export function useBooks() {
  return useQuery({ queryKey: keys.books(), queryFn: ({ signal }) => api.books(signal) });
}

export function useMeetings(query: MeetingFilter) {
  return useQuery({ queryKey: keys.meetings(query), queryFn: ({ signal }) => api.meetings(query, signal), placeholderData: (before) => before });
}

/** What else takes up the room or the people; not asked while the time is not known. */
export function useClashes(query: ClashQuery | null) {
  return useQuery({
    queryKey: keys.meetings({ clashes: query }), queryFn: ({ signal }) => api.clashes(query ?? { from: 0, to: 0 }, signal), enabled: query !== null,
    placeholderData: (before) => before,
  });
}

/** The private address at which other programs read the person's meetings; asked of the server each time. */
export function useCalendarFeed() {
  return useQuery({ queryKey: keys.calendarFeed(), queryFn: ({ signal }) => api.calendarFeed(signal), staleTime: 0 });
}

/** Meeting rooms; with those that are closed for whoever keeps the list. */
export function useRooms(closed = false) {
  return useQuery({ queryKey: keys.rooms(closed), queryFn: ({ signal }) => api.rooms(closed, signal) });
}

/** An office's work calendar of the week that begins on the day. */
export function useWeek(unit: string, monday: string) {
  return useQuery({ queryKey: keys.week(unit, monday), queryFn: ({ signal }) => api.week(unit, monday, signal), enabled: unit !== '' });
}

export function useMeeting(id: string) {
  return useQuery({ queryKey: keys.meeting(id), queryFn: ({ signal }) => api.meeting(id, signal), enabled: id !== '' });
}

/** Who carries the meeting just now: the server, this laptop, or another at its place. */
export function usePlace(id: string) {
  return useQuery({ queryKey: keys.meeting(id, 'place'), queryFn: ({ signal }) => api.place(id, signal) });
}

/** A meeting while people sit together. When the clock alone changes its warnings, it is asked for again. */
export function useMeetingSession(id: string) {
  return useQuery<LiveSession>({
    queryKey: keys.meeting(id, 'session'),
    queryFn: async ({ signal }) => {
      const view = await api.meetingSession(id, signal);
      return { ...view, ahead: view.now - Date.now() };
    },
    refetchInterval: ({ state }) => (state.data?.changesAt ? Math.max(1000, state.data.changesAt - state.data.now + 200) : false),
  });
}

/** A session with how far the clock that it goes by is ahead of this machine's. */
export type LiveSession = MeetingSessionView & { ahead: number };

export function useRollCall(id: string) {
  return useQuery({ queryKey: keys.meeting(id, 'rollcall'), queryFn: ({ signal }) => api.rollCall(id, signal), placeholderData: (before) => before });
}

/** The code of the roll-call, for those who run the meeting; asked for anew when it changes. */
export function useRollCode(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.meeting(id, 'code'), queryFn: ({ signal }) => api.rollCode(id, signal), enabled,
    refetchInterval: ({ state }) => (state.data ? Math.max(1000, state.data.until - state.data.now + 200) : false),
  });
}

export function useVotes(meeting: string) {
  return useQuery({ queryKey: keys.meeting(meeting, 'votes'), queryFn: ({ signal }) => api.votes(meeting, signal) });
}

export function useVote(meeting: string, key: number) {
  return useQuery({ queryKey: keys.meeting(meeting, 'vote', key), queryFn: ({ signal }) => api.vote(meeting, key, signal) });
}

/** The address of a named vote's protocol, which is saved. */
export function protocolUrl(meeting: string, key: number): string {
  return `/api/meetings/${encodeURIComponent(meeting)}/votes/${key}/protocol`;
}

export function useSlips() {
  return useQuery({ queryKey: keys.meetings('slips'), queryFn: ({ signal }) => api.slips(signal) });
}

export function useSlip(id: string) {
  return useQuery({ queryKey: keys.meetings({ slip: id }), queryFn: ({ signal }) => api.slip(id, signal), enabled: id !== '' });
}

export function useAgenda(id: string) {
  return useQuery({ queryKey: keys.meeting(id, 'agenda'), queryFn: ({ signal }) => api.agenda(id, signal) });
}

export function useMinutes(id: string) {
  return useQuery({ queryKey: keys.meeting(id, 'minutes'), queryFn: ({ signal }) => api.minutes(id, signal) });
}

export function useDossier(id: string) {
  return useQuery({ queryKey: keys.meeting(id, 'dossier'), queryFn: ({ signal }) => api.dossier(id, signal) });
}

export function useAssignments(query: { box: AssignmentBox; open?: boolean }) {
  return useQuery({ queryKey: keys.assignments(query), queryFn: ({ signal }) => api.assignments(query, signal), placeholderData: (before) => before });
}

/** One task; nothing is asked for the empty id. */
export function useAssignment(id: string) {
  return useQuery({ queryKey: keys.assignments(id), queryFn: ({ signal }) => api.assignment(id, signal), enabled: id !== '' });
}

/** What waits for the person in meetings and their tasks. */
export function useMeetingDesk() {
  return useQuery({ queryKey: keys.meetingDesk(), queryFn: ({ signal }) => api.meetingDesk(signal) });
}

export function useStatistics(query: StatisticsFilter) {
  return useQuery({ queryKey: keys.meetings({ statistics: query }), queryFn: ({ signal }) => api.statistics(query, signal), placeholderData: (before) => before });
}

/** The minutes as they would be printed now. */
export async function minutesPdf(meeting: string): Promise<Blob> {
  const response = await fetch(`/api/meetings/${encodeURIComponent(meeting)}/minutes.pdf`).catch((error: unknown) => {
    throw asApiError(error);
  });
  if (!response.ok) throw toApiError(await response.json().catch(() => null), response.status);
  return response.blob();
}

/** The address of the statistics for a spreadsheet. */
export function statisticsUrl({ from, to, unit }: StatisticsFilter): string {
  const query = new URLSearchParams({ ...(from ? { from: String(from) } : {}), ...(to ? { to: String(to) } : {}), ...(unit ? { unit } : {}) });
  return `/api/meetings/statistics.csv?${query}`;
}

export function useDesk() {
  return useQuery({ queryKey: keys.desk(), queryFn: ({ signal }) => api.desk(signal) });
}

export function useCounts(direction: Direction) {
  return useQuery({ queryKey: keys.counts(direction), queryFn: ({ signal }) => api.counts(direction, signal) });
}

/** One document; nothing is asked for the empty id. Receipts come without an event, so they are asked for while some lack. */
export function useDocument(id: string) {
  return useQuery({
    queryKey: keys.document(id), queryFn: ({ signal }) => api.document(id, signal), enabled: id !== '',
    refetchInterval: ({ state }) => (state.data?.where.office?.receipts?.lacking.length ? 30_000 : false),
  });
}

/**
 * The signatures of a PDF. A file never changes, but what is known about its
 * certificates does, without an event: after a while it is asked for anew.
 */
export function useSignatures(document: string, file: number) {
  return useQuery({ queryKey: keys.signatures(document, file), queryFn: ({ signal }) => api.signatures(document, file, signal), staleTime: 600_000 });
}

/** Keys that can sign on this machine. Tokens are looked for each time, since one may have been pulled out. */
export function useSigningKeys() {
  return useQuery({ queryKey: keys.signingKeys(), queryFn: ({ signal }) => api.signingKeys(false, signal), staleTime: 0 });
}

/** Looks for tokens with the makers' libraries started again: some see a token that was set up since only then. */
export function useLookForTokens() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => api.signingKeys(true),
    onSuccess: (found) => cache.setQueryData(keys.signingKeys(), found),
  });
}

/** What waits for a confirmation on the telephone, and when that was asked, for the time that is left. */
export function useSigningRequests() {
  const { data: session } = useSession();
  return useQuery({
    queryKey: keys.signingRequests(), enabled: session?.host === 'laptop' && session.person !== undefined,
    queryFn: async ({ signal }) => ({ list: await api.signingRequests(signal), at: Date.now() }),
  });
}

/** The picture of the signature or seal as PNG; null when there is none. */
export function usePicture(kind: PictureKind, enabled = true) {
  return useQuery({ queryKey: keys.picture(kind), queryFn: ({ signal }) => api.picture(kind, signal), enabled });
}

/** The state of the line. Whoever looks at transfers watches: one that has come to a halt sends no event. */
export function useSync({ watch = false } = {}) {
  return useQuery({
    queryKey: keys.sync(), queryFn: ({ signal }) => api.sync(signal),
    refetchInterval: ({ state }) => (watch && state.data && state.data.downloads.length + state.data.uploads.length > 0 ? 3000 : false),
  });
}

export function useQuarantine() {
  return useQuery({ queryKey: keys.quarantine(), queryFn: ({ signal }) => api.quarantine(signal) });
}

/** Working copies. No event tells that an editor has opened or closed one: while there are some, it is looked for. */
export function useWork() {
  return useQuery({
    queryKey: keys.work(), queryFn: ({ signal }) => api.work(signal),
    refetchInterval: ({ state }) => (state.data && state.data.length > 0 ? 5_000 : false),
  });
}

/** Machines of the office. On a laptop no event tells of them: whoever should hear of an alarm watches. */
export function useDevices({ enabled = true, watch = false }: { enabled?: boolean; watch?: boolean } = {}) {
  return useQuery({ queryKey: keys.devices(), queryFn: ({ signal }) => api.devices(signal), enabled, refetchInterval: watch && 300_000 });
}

/**
 * Laptops that a restored server does not know. They ask again and again, and
 * no event tells of each: whoever looks at their times watches.
 */
export function useForgottenDevices({ enabled = true, watch = false }: { enabled?: boolean; watch?: boolean }) {
  return useQuery({
    queryKey: keys.forgottenDevices(), queryFn: ({ signal }) => api.forgottenDevices(signal), enabled, refetchInterval: watch && 30_000,
  });
}

export function useDevice(id: string) {
  return useQuery({ queryKey: keys.device(id), queryFn: ({ signal }) => api.device(id, signal) });
}

/** Whom the province trusts; asked of the server each time it is shown. */
export function useRoots() {
  return useQuery({ queryKey: keys.roots(), queryFn: ({ signal }) => api.roots(signal), staleTime: 0 });
}

/** Scans in the states, on a laptop. */
export function useScans(states: ScanState[], enabled = true) {
  return useQuery({ queryKey: keys.scans(states), queryFn: ({ signal }) => api.scans(states, signal), enabled, placeholderData: (previous) => previous });
}

export function useScan(id: string) {
  return useQuery({ queryKey: keys.scan(id), queryFn: ({ signal }) => api.scan(id, signal) });
}

export function useScanFolders(enabled = true) {
  return useQuery({ queryKey: keys.scanFolders(), queryFn: ({ signal }) => api.scanFolders(signal), enabled });
}

/** A list of documents, page after page: flatten `data.pages` into DataTable's rows, and give it fetchNextPage as loadMore. */
export function useDocuments(filter: DocumentFilter, limit = 200) {
  return useInfiniteQuery({
    queryKey: keys.documents(filter),
    queryFn: ({ signal, pageParam }) => api.documents({ ...filter, after: pageParam || undefined, limit }, signal),
    initialPageParam: '',
    getNextPageParam: (last: DocPage) => last.next || undefined,
  });
}

export function useDocumentSearch(filter: SearchFilter, limit = 50) {
  return useInfiniteQuery({
    queryKey: keys.search(filter),
    queryFn: ({ signal, pageParam }) => api.search({ ...filter, after: pageParam || undefined, limit }, signal),
    initialPageParam: '',
    getNextPageParam: (last: SearchPage) => last.next || undefined,
    placeholderData: (previous) => previous,
    enabled: Object.values(filter).some((value) => (Array.isArray(value) ? value.length > 0 : Boolean(value))),
  });
}

/**
 * Gives a command and makes the document, the lists and the desk stale at once,
 * without waiting for the event. Under a chosen delegation it is given for another.
 */
export function useGive() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (give: AnyGive) => api.give(underDelegation(give, queryClient.getQueryData<Session>(keys.session()))),
    onSettled: (_result, _error, give) => {
      const related = give.name.startsWith('document.')
        ? [['document', give.id], ['documents'], ['desk'], ['sync']]
        : [[kindOf(give.name)], ...meetingKeys(give.name), ['books'], ['sync'], ...(give.name.startsWith('delegation.') ? [['session']] : [])];
      return Promise.all(related.map((queryKey) => queryClient.invalidateQueries({ queryKey }))).then(() => undefined);
    },
  });
}

/** The materials of a meeting. */
export function useMaterials(meeting: string) {
  return useQuery({ queryKey: keys.meeting(meeting, 'materials'), queryFn: ({ signal }) => api.materials(meeting, signal) });
}

/** Who has which material on which machine; the server is asked again every half minute while it is shown. */
export function useReadiness(meeting: string) {
  return useQuery({ queryKey: keys.meeting(meeting, 'readiness'), queryFn: ({ signal }) => api.readiness(meeting, signal), refetchInterval: 30_000, staleTime: 0 });
}

/** Where the browser gets a version of a material. */
export function materialUrl(meeting: string, material: string, version: number, download = false): string {
  return `/api/meetings/${encodeURIComponent(meeting)}/materials/${encodeURIComponent(material)}/files/${version}${download ? '?download=true' : ''}`;
}

/** The address of a file that an opinion slip carries. */
export function slipFileUrl(slip: string, file: number, download = false): string {
  return `/api/slips/${encodeURIComponent(slip)}/files/${file}${download ? '?download=true' : ''}`;
}

/** The address of the whole dossier of a meeting, which is saved. */
export function dossierUrl(meeting: string): string {
  return `/api/meetings/${encodeURIComponent(meeting)}/dossier.zip`;
}
