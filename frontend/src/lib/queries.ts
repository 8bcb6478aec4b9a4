/** TanStack Query: the keys of everything cached, and what an event makes stale. */
import { QueryCache, QueryClient, type QueryKey } from '@tanstack/react-query';
import { ApiError } from './errors';
import type { ChangeEvent, EventStream } from './events';

/** Every query key. The first word is what events are mapped to. */
export const keys = {
  session: () => ['session'] as const,
  directory: () => ['directory'] as const,
  catalog: () => ['catalog'] as const,
  templates: () => ['template'] as const,
  books: () => ['books'] as const,
  desk: () => ['desk'] as const,
  documents: (filter: unknown) => ['documents', filter] as const,
  counts: (direction: string) => ['documents', 'counts', direction] as const,
  document: (id: string) => ['document', id] as const,
  signatures: (document: string, file: number) => ['signatures', document, file] as const,
  signingKeys: () => ['signing', 'keys'] as const,
  signingRequests: () => ['signing', 'requests'] as const,
  picture: (kind: string) => ['signing', 'picture', kind] as const,
  search: (query: unknown) => ['search', query] as const,
  sync: () => ['sync'] as const,
  work: () => ['work'] as const,
  quarantine: () => ['quarantine'] as const,
  devices: () => ['devices'] as const,
  forgottenDevices: () => ['devices', 'forgotten'] as const,
  roots: () => ['roots'] as const,
  scans: (states: readonly string[]) => ['scan', 'list', states] as const,
  scan: (id: string) => ['scan', id] as const,
  scanFolders: () => ['scan', 'folders'] as const,
  meetings: (query: unknown) => ['meetings', query] as const,
  /** A meeting, or a part of it by name. */
  meeting: (id: string, part?: string, more?: unknown) => (part ? (['meeting', id, part, more] as const) : (['meeting', id] as const)),
  calendarFeed: () => ['calendar-feed'] as const,
  rooms: (closed: boolean) => ['room', closed] as const,
  points: (query: unknown) => ['point', query] as const,
  week: (unit: string, monday: string) => ['week', unit, monday] as const,
  /** Tasks out of meetings: a list, or one by its id. */
  assignments: (query: unknown) => ['assignments', query] as const,
  meetingDesk: () => ['desk', 'meetings'] as const,
  device: (id: string) => ['devices', id] as const,
  readingKey: () => ['readingkey'] as const,
};

/** The keys an event makes stale; null means all. */
export function keysOf(event: ChangeEvent): QueryKey[] | null {
  const of = (name: string) => (event.ids?.length ? event.ids.map((id) => [name, id]) : [[name]]);
  switch (event.entity) {
    case 'document':
      return [...of('document'), ['documents'], ['desk'], ['search'], ['books'], ['scan']];
    case 'content':
      return [...of('document'), ...of('signatures'), ['sync'], ['meeting']];
    case 'signatures':
      return of('signatures');
    case 'work':
      return [['work']];
    case 'readmark':
      return [['documents'], ['desk'], ['document']];
    case 'desk':
      return [['desk']];
    case 'directory':
      return [['directory'], ['catalog'], ['session'], ['books'], ['room'], ['point']];
    case 'book':
      return [['books']];
    case 'template':
      return [['template']];
    case 'sync':
      return [['sync'], ['quarantine']];
    case 'session':
      return [['session'], ['sync']];
    case 'devices':
      return [['devices']];
    case 'roots':
      return [['roots']];
    case 'meeting':
      return [['meetings'], ['meeting'], ['assignments'], ['desk'], ['week']];
    case 'readingkey':
      return [['readingkey'], ['meeting']];
    case 'enrol':
      return [['session']];
    case 'scan':
      return [['scan']];
    case 'signing':
      return [['signing']];
    case 'notice':
      return [];
    default:
      return null;
  }
}

/** Data is fresh until an event says otherwise; a refused request is not repeated. */
export function newQueryClient(onUnauthorized: () => void = () => {}): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiError && error.code === 'unauthorized') onUnauthorized();
      },
    }),
    defaultOptions: {
      queries: { staleTime: Infinity, retry: false, refetchOnWindowFocus: false, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  });
}

const gather = 60;
/** A request that takes longer than this no longer holds up the next round. */
const patience = 10_000;

/**
 * Applies events to the cache, gathering bursts (a pulled page) into one round.
 * A key is asked for anew only once its last round is done: while changes keep
 * coming, a list would else be begun over and over and never be there.
 */
export function followEvents(stream: EventStream, client: QueryClient): () => void {
  const waiting = new Map<string, QueryKey>();
  const running = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const [name, queryKey] of waiting) {
      if (running.has(name)) continue;
      waiting.delete(name);
      running.add(name);
      void within(client.invalidateQueries({ queryKey }), patience).then(() => {
        running.delete(name);
        if (waiting.has(name)) soon();
      });
    }
  };
  const soon = () => {
    timer ??= setTimeout(flush, gather);
  };
  const leave = stream.onChange((event) => {
    for (const key of keysOf(event) ?? [[]]) waiting.set(JSON.stringify(key), key);
    soon();
  });
  return () => {
    leave();
    waiting.clear();
    clearTimeout(timer);
  };
}

/** Resolves with the work, or when it has taken too long. */
function within(work: Promise<unknown>, ms: number): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]).finally(() => clearTimeout(timer));
}
