/**
 * The only door to the API. Everything else in the UI calls `api` and the
 * hooks here; nothing else knows of HTTP. Failures are ApiError, always.
 */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import createClient from 'openapi-fetch';
import { underDelegation } from './acting';
import type {
  ApplyResult, CommandArgs, CommandName, Direction, DocPage, DocumentFilter, DuplicateQuery, KindName, SearchFilter, SearchPage, Session, Upload,
} from './api/model';
import type { paths } from './api/schema';
import { ApiError, asApiError, toApiError } from './errors';
import { keys } from './queries';

export { ApiError } from './errors';
export type * from './api/model';

const client = createClient<paths>({ baseUrl: '' });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; anything else becomes an ApiError. */
async function take<T>(call: Promise<Answer<T>>): Promise<T> {
  try {
    const { data, error, response } = await call;
    if (!response.ok) throw toApiError(error, response.status);
    return data as T;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw asApiError(error);
  }
}

/** Kinds of records as the API numbers them. */
const kinds: Record<KindName, number> = { document: 1, delegation: 4, book: 6, group: 7, template: 9, readmark: 10 };

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
  saveFile: (document: string, file: number) => take(client.POST('/api/native/save', { body: { document, file } })),
  demoLine: (cut: boolean) => take(client.POST('/api/demo/line', { body: { cut } })),

  directory: (signal?: AbortSignal) => take(client.GET('/api/directory', { signal })),
  catalog: (signal?: AbortSignal) => take(client.GET('/api/catalog', { signal })),
  templates: (signal?: AbortSignal) => take(client.GET('/api/templates', { signal })),
  books: (signal?: AbortSignal) => take(client.GET('/api/books', { signal })),

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
  revokeDevice: (id: string) => take(client.POST('/api/devices/{id}/revoke', { params: { path: { id } } })),
  enrolmentCode: (person: string) => take(client.POST('/api/enrolment-codes', { body: { person } })),

  /** Sends a file; progress runs from 0 to 1. */
  upload,
};

function kindOf(name: CommandName): KindName {
  return name.split('.')[0] as KindName;
}

/** How far a file is that is still on its way to this machine; null when it is here or that cannot be known. */
export async function fileProgress(url: string, signal?: AbortSignal): Promise<{ done: number; total: number } | null> {
  const response = await fetch(url, { headers: { Range: 'bytes=0-0' }, signal }).catch((error: unknown) => {
    throw signal?.aborted ? error : asApiError(error);
  });
  if (response.status === 202) return (await response.json()) as { done: number; total: number };
  if (!response.ok) throw toApiError(await response.json().catch(() => null), response.status);
  await response.body?.cancel();
  return null;
}

/** The address of a file's bytes, for PdfView and for links. */
export function fileUrl(doc: string, file: number | string, download = false): string {
  return `/api/documents/${encodeURIComponent(doc)}/files/${file}${download ? '?download=1' : ''}`;
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

export function useDesk() {
  return useQuery({ queryKey: keys.desk(), queryFn: ({ signal }) => api.desk(signal) });
}

export function useCounts(direction: Direction) {
  return useQuery({ queryKey: keys.counts(direction), queryFn: ({ signal }) => api.counts(direction, signal) });
}

/** One document; nothing is asked for the empty id. */
export function useDocument(id: string) {
  return useQuery({ queryKey: keys.document(id), queryFn: ({ signal }) => api.document(id, signal), enabled: id !== '' });
}

export function useSync() {
  return useQuery({ queryKey: keys.sync(), queryFn: ({ signal }) => api.sync(signal) });
}

export function useQuarantine() {
  return useQuery({ queryKey: keys.quarantine(), queryFn: ({ signal }) => api.quarantine(signal) });
}

export function useDevices(enabled: boolean) {
  return useQuery({ queryKey: keys.devices(), queryFn: ({ signal }) => api.devices(signal), enabled });
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
        : [[kindOf(give.name)], ['books'], ['sync'], ...(give.name.startsWith('delegation.') ? [['session']] : [])];
      return Promise.all(related.map((queryKey) => queryClient.invalidateQueries({ queryKey }))).then(() => undefined);
    },
  });
}
