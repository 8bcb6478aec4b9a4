import type { Page, Route, WebSocketRoute } from '@playwright/test';
import type { PresignReport, Session, SignatureReport, SyncStatus } from '../../src/lib/api/model';
import { calm, directory, makeHits, makeRows, session } from './fixtures';

export interface FakeApi {
  session: Session;
  sync: SyncStatus;
  /** Requests other than GET, in order. */
  given: Array<{ method: string; path: string; body: unknown }>;
  /** Answers by "METHOD /path", before the usual ones. */
  answers: Map<string, { status?: number; body?: unknown }>;
  tell: (entity: string, data?: unknown) => void;
}

const signatures = /^\/api\/documents\/[^/]+\/files\/\d+\/signatures$/;
const presign = /^\/api\/documents\/[^/]+\/files\/\d+\/presign$/;
const clean: PresignReport = { pages: 1, findings: [] };
const unsigned: SignatureReport = {
  indication: 'INDETERMINATE', sub_indication: 'SIGNED_DATA_NOT_FOUND', revisions: 1, signatures: [], findings: [{ code: 'unsigned', text: 'the file carries no signature' }],
};

/** Answers /api in the browser itself, so that the screens can be seen without a backend. */
export async function fakeApi(page: Page, start: Partial<Pick<FakeApi, 'session' | 'sync'>> = {}): Promise<FakeApi> {
  const sockets: WebSocketRoute[] = [];
  const api: FakeApi = {
    session, sync: calm, ...start, given: [], answers: new Map(),
    tell: (entity, data) => sockets.forEach((socket) => socket.send(JSON.stringify({ entity, data }))),
  };
  await page.routeWebSocket(/\/api\/events$/, (socket) => void sockets.push(socket));
  await page.route(/\/api\//, (route) => answer(route, api));
  return api;
}

async function answer(route: Route, api: FakeApi) {
  const request = route.request();
  const url = new URL(request.url());
  const method = request.method();
  if (method !== 'GET') api.given.push({ method, path: url.pathname, body: request.postDataJSON() });
  const special = api.answers.get(`${method} ${url.pathname}`);
  if (special) return route.fulfill({ status: special.status ?? 200, json: special.body ?? {} });
  if (method !== 'GET') return route.fulfill({ status: 204 });
  const q = url.searchParams.get('q') ?? '';
  const rows = makeRows(60);
  const bodies: Record<string, () => unknown> = {
    '/api/session': () => api.session,
    '/api/sync': () => api.sync,
    '/api/directory': () => directory,
    '/api/catalog': () => ({
      types: [{ code: 'CV', name: 'Công văn', nameEn: 'Official letter' }, { code: 'KH', abbr: 'KH', name: 'Kế hoạch', nameEn: 'Plan' }],
      books: [], groups: [], holidays: [], workdays: [], authorities: [], urgencies: '',
    }),
    '/api/templates': () => [],
    '/api/books': () => [],
    '/api/quarantine': () => [],
    '/api/work': () => [],
    '/api/forgotten-devices': () => [],
    '/api/signing/keys': () => ({ keys: [], libraries: [], empty: [] }),
    '/api/signing/requests': () => [],
    '/api/desk': () => ({ queues: [], items: [], overdue: 0, today: 0, unread: 0 }),
    '/api/desk/meetings': () => ({ invitations: [], today: [], tasks: [], confirm: [] }),
    '/api/documents': () => ({ items: rows, total: rows.length }),
    '/api/documents/counts': () => ({}),
    '/api/search': () => ({ items: q === 'zzz' ? [] : makeHits(q), total: q === 'zzz' ? 0 : 40, ms: 3 }),
    '/api/devices': () => [
      { id: 'd1', name: 'ubnd-dongtam-01', personId: 'p35', person: { id: 'p35', name: 'Nguyễn Thị Hà' }, enrolled: 1, lastSeen: Date.now() - 300_000 },
      { id: 'd2', name: 'ubnd-dongtam-02', personId: 'p36', person: { id: 'p36', name: 'Trần Văn Dũng' }, enrolled: 1, revoked: Date.now() - 86_400_000 },
    ],
  };
  const body = bodies[url.pathname] ?? (signatures.test(url.pathname) ? () => unsigned : presign.test(url.pathname) ? () => clean : undefined);
  return body ? route.fulfill({ json: body() }) : route.fulfill({ status: 404, json: { code: 'not_found', reason: 'record.not_found' } });
}
