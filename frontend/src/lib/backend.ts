/**
 * The only door to the API. Everything else in the UI calls `api` and the
 * hooks here; nothing else knows of HTTP. Failures are ApiError, always.
 */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import createClient from 'openapi-fetch';
import { ApiError, asApiError, toApiError } from './errors';
import type {
  ApplyResult, Catalog, CommandArgs, CommandName, Counts, Desk, DeviceInfo, DirectoryData, Direction, DocPage, Doc,
  DocumentFilter, DuplicateHit, EnrolmentCode, KindName, QuarantineItem, SearchFilter, SearchPage, Session,
  SyncStatus, TemplateInfo, Upload,
} from './model';
import { keys } from './queries';

export { ApiError } from './errors';
export type * from './model';

const client = createClient<Record<string, never>>({ baseUrl: '', querySerializer: { array: { style: 'form', explode: true } } });

type Method = 'GET' | 'POST' | 'DELETE';
interface Ask {
  query?: object;
  body?: unknown;
  signal?: AbortSignal;
}
/** The untyped face of the client: paths are checked by the API's own tests. */
type Untyped = (method: string, path: string, init: object) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

async function ask<T>(method: Method, path: string, { query, body, signal }: Ask = {}): Promise<T> {
  try {
    const { data, error, response } = await (client.request as unknown as Untyped)(method.toLowerCase(), path, {
      params: { query },
      body,
      signal,
    });
    if (!response.ok) throw toApiError(error, response.status);
    return data as T;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw asApiError(error);
  }
}

/** Kinds of records as the API numbers them. */
const kinds: Record<KindName, number> = { document: 1, delegation: 4, group: 7, template: 9, readmark: 10 };

export interface Give<N extends CommandName> {
  name: N;
  id: string;
  /** The version of the record that the person saw; 0 for a new record. */
  base: number;
  args: CommandArgs[N];
  delegation?: string;
}

/** Any command with its own arguments. */
export type AnyGive = { [N in CommandName]: Give<N> }[CommandName];

export const api = {
  session: (signal?: AbortSignal) => ask<Session>('GET', '/api/session', { signal }),
  login: (account: string, password: string) => ask<void>('POST', '/api/login', { body: { account, password } }),
  logout: () => ask<void>('POST', '/api/logout', { body: {} }),
  changePassword: (old: string, next: string) => ask<void>('POST', '/api/password', { body: { old, new: next } }),
  enrol: (body: { server: string; code: string } | { invitation: unknown }) =>
    ask<{ person: string; name: string; office: string }>('POST', '/api/enrol', { body }),
  demoLine: (cut: boolean) => ask<void>('POST', '/api/demo/line', { body: { cut } }),

  directory: (signal?: AbortSignal) => ask<DirectoryData>('GET', '/api/directory', { signal }),
  catalog: (signal?: AbortSignal) => ask<Catalog>('GET', '/api/catalog', { signal }),
  templates: (signal?: AbortSignal) => ask<TemplateInfo[]>('GET', '/api/templates', { signal }),

  desk: (signal?: AbortSignal) => ask<Desk>('GET', '/api/desk', { signal }),
  documents: (filter: DocumentFilter & { after?: string; limit?: number }, signal?: AbortSignal) =>
    ask<DocPage>('GET', '/api/documents', { query: filter, signal }),
  counts: (direction: Direction, signal?: AbortSignal) =>
    ask<Counts>('GET', '/api/documents/counts', { query: { direction }, signal }),
  document: (id: string, signal?: AbortSignal) => ask<Doc>('GET', `/api/documents/${encodeURIComponent(id)}`, { signal }),
  duplicates: (query: { symbol?: string; organ?: string; date?: string; subject?: string; sha256?: string }, signal?: AbortSignal) =>
    ask<DuplicateHit[]>('GET', '/api/documents/duplicates', { query, signal }),
  search: (query: SearchFilter & { after?: string; limit?: number }, signal?: AbortSignal) =>
    ask<SearchPage>('GET', '/api/search', { query, signal }),

  newId: async () => (await ask<{ id: string }>('POST', '/api/ids', { body: {} })).id,
  give: <N extends CommandName>({ name, id, base, args, delegation }: Give<N>) =>
    ask<ApplyResult>('POST', '/api/commands', {
      body: { name, target: { kind: kinds[kindOf(name)], id }, base, delegation, args },
    }),

  sync: (signal?: AbortSignal) => ask<SyncStatus>('GET', '/api/sync', { signal }),
  syncNow: () => ask<void>('POST', '/api/sync/now', { body: {} }),
  retryRefused: (id: number) => ask<void>('POST', `/api/sync/refused/${id}/retry`, { body: {} }),
  discardRefused: (id: number) => ask<void>('DELETE', `/api/sync/refused/${id}`),
  quarantine: (signal?: AbortSignal) => ask<QuarantineItem[]>('GET', '/api/quarantine', { signal }),

  devices: (signal?: AbortSignal) => ask<DeviceInfo[]>('GET', '/api/devices', { signal }),
  revokeDevice: (id: string) => ask<void>('POST', `/api/devices/${encodeURIComponent(id)}/revoke`, { body: {} }),
  enrolmentCode: (person: string) => ask<EnrolmentCode>('POST', '/api/enrolment-codes', { body: { person } }),

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

export function useDesk() {
  return useQuery({ queryKey: keys.desk(), queryFn: ({ signal }) => api.desk(signal) });
}

export function useCounts(direction: Direction) {
  return useQuery({ queryKey: keys.counts(direction), queryFn: ({ signal }) => api.counts(direction, signal) });
}

export function useDocument(id: string) {
  return useQuery({ queryKey: keys.document(id), queryFn: ({ signal }) => api.document(id, signal) });
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

/** A list of documents, page after page; feed it to DataTable with `pagedRows`. */
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
 * without waiting for the event.
 */
export function useGive() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (give: AnyGive) => api.give(give as Give<CommandName>),
    onSettled: (_result, _error, give) => {
      const related = give.name.startsWith('document.')
        ? [['document', give.id], ['documents'], ['desk'], ['sync']]
        : [[kindOf(give.name)], ['sync']];
      return Promise.all(related.map((queryKey) => queryClient.invalidateQueries({ queryKey }))).then(() => undefined);
    },
  });
}
