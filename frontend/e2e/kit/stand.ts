/**
 * The province at work: the real server and real laptop processes, as
 * `khonggiayctl demo` puts them on, for the tests of whole stories.
 */
import { expect, type BrowserContext, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type {
  CommandName, DeskItem, Doc, DocRow, SearchPage, Session, SyncStatus, Upload,
} from '../../src/lib/api/model';
import { pathWithEditor } from './editor';
import { test as base } from './test';
import { tokenEnvironment } from './token';

export type Who = 'chairman' | 'commune-clerk' | 'department-clerk' | 'officer' | 'new';

interface ReportLaptop { key: Who; url: string; link: string; person: string; name: string; office: string; code?: string; pid?: number }
interface Report {
  server: string;
  data: string;
  laptops: ReportLaptop[];
  accounts: Array<{ key: string; person: string; name: string; account: string; password: string }>;
  offices: Array<{ id: string; name: string; short: string }>;
}

export const programs = process.env.KHONGGIAY_BIN ?? join(import.meta.dirname, '..', '..', '..', 'build', 'bin');

/** One laptop's API, asked the way its page asks. */
export class Laptop {
  readonly about: ReportLaptop;
  private cookie = '';
  private ca: Buffer | undefined;

  /** With a certificate it is the server, which speaks TLS. */
  constructor(about: ReportLaptop, ca?: Buffer) {
    this.about = about;
    this.ca = ca;
  }

  get url() { return this.about.url; }

  private async call(method: 'GET' | 'POST', path: string, body?: unknown, type = 'application/json'): Promise<{ status: number; cookie: string; text: string }> {
    const open = this.ca ? https : http;
    const headers = { Cookie: this.cookie, Origin: this.url, 'Content-Type': type };
    const asked = open.request(this.url + path, { method, headers, ca: this.ca });
    asked.end(body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    const [answer] = await once(asked, 'response') as [http.IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    return { status: answer.statusCode ?? 0, cookie: answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '', text: Buffer.concat(parts).toString('utf8') };
  }

  private async enter() {
    this.cookie = (await this.call('GET', this.about.link.slice(this.url.length))).cookie;
    expect(this.cookie, `the ticket of ${this.about.key}`).not.toBe('');
  }

  /** Lets a browser in beside us, where the ticket is good for one use only. */
  async admit(context: BrowserContext) {
    if (!this.cookie) await this.enter();
    const [name = '', value = ''] = this.cookie.split('=');
    await context.addCookies([{ name, value, url: this.url, httpOnly: true, sameSite: 'Strict' }]);
  }

  /** Goes on as a page that came in already: a ticket is good for once. */
  async joins(page: Page) {
    this.cookie = (await page.context().cookies(this.url)).map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** Signs in; for the server. */
  async login(account: string, password: string) {
    const { cookie, status } = await this.call('POST', '/api/login', { account, password });
    expect(cookie, `${account} signs in: ${status}`).not.toBe('');
    this.cookie = cookie;
  }

  async ask<T>(method: 'GET' | 'POST', path: string, body?: unknown, type?: string): Promise<T> {
    if (!this.cookie) await this.enter();
    const { status, text } = await this.call(method, path, body, type);
    if (status >= 400) throw new Error(`${this.about.key}: ${method} ${path}: ${status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  get<T>(path: string) { return this.ask<T>('GET', path); }

  /** Sends a file, and tells its hash, by which a command names it. */
  async upload(name: string, bytes: Buffer): Promise<string> {
    const edge = 'ranh-gioi-cua-cac-phan';
    const head = `--${edge}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/pdf\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${edge}--\r\n`)]);
    return (await this.ask<Upload>('POST', '/api/uploads', body, `multipart/form-data; boundary=${edge}`)).sha256;
  }

  session() { return this.get<Session>('/api/session'); }
  sync() { return this.get<SyncStatus>('/api/sync'); }
  document(id: string) { return this.get<Doc>(`/api/documents/${id}`); }
  async desk() { return (await this.get<{ items: DeskItem[] }>('/api/desk')).items; }
  cut(cut: boolean) { return this.ask('POST', '/api/demo/line', { cut }); }
  search(text: string) { return this.get<SearchPage>(`/api/search?q=${encodeURIComponent(text)}`); }

  async find(subject: string): Promise<DocRow> {
    const found = await this.documents(subject);
    expect(found, `one "${subject}" at ${this.about.key}`).toHaveLength(1);
    return found[0] as DocRow;
  }

  /** Every document here whose subject is the text. */
  async documents(subject: string): Promise<DocRow[]> {
    return (await this.search(`"${subject}"`)).items.filter((row) => row.subject === subject);
  }

  /** How many documents are here. */
  async total(): Promise<number> {
    const counts = await Promise.all((['incoming', 'outgoing'] as const).map((direction) =>
      this.get<{ total: number }>(`/api/documents?direction=${direction}&limit=1`)));
    return counts.reduce((sum, { total }) => sum + total, 0);
  }

  give(name: CommandName, id: string, args: unknown, version = 0) {
    return this.ask<{ id: number; status: string }>('POST', '/api/commands', { name, target: { kind: 1, id }, base: version, args });
  }

  /** Waits until nothing waits to go up and the line is there. */
  async settled() {
    await expect.poll(async () => {
      const { state, waitingCount, uploads } = await this.sync();
      return { state, waitingCount, uploads: uploads.length };
    }, { timeout: 30_000 }).toEqual({ state: 'online', waitingCount: 0, uploads: 0 });
  }

  /** Waits until the one document with the subject is here and ready says so. */
  async until(subject: string, ready: (doc: Doc) => boolean, what: string): Promise<Doc> {
    let doc: Doc | undefined;
    const last = () => doc && { state: doc.state, version: doc.version, files: doc.files, where: doc.where, symbol: doc.symbol, directives: doc.directives.length };
    try {
      await expect.poll(async () => {
        const [row] = await this.documents(subject);
        doc = row && await this.document(row.id);
        return doc ? ready(doc) : false;
      }, { message: `${this.about.key}: ${what}`, timeout: 30_000 }).toBe(true);
    } catch (error) {
      throw new Error(`${this.about.key}: ${what}: ${JSON.stringify(last() ?? 'not here')}; ${JSON.stringify(await this.sync())}`, { cause: error });
    }
    return doc as Doc;
  }
}

export class Stand {
  readonly report: Report;
  private laptops = new Map<Who, Laptop>();

  constructor(report: Report) {
    this.report = report;
    for (const about of report.laptops) this.laptops.set(about.key, new Laptop(about));
  }

  laptop(who: Who): Laptop {
    const laptop = this.laptops.get(who);
    if (!laptop) throw new Error(`no laptop ${who}`);
    return laptop;
  }

  account(key: string) {
    const account = this.report.accounts.find((one) => one.key === key);
    if (!account) throw new Error(`no account ${key}`);
    return account;
  }

  /** The server itself, signed in with somebody's account. */
  async server(key: string): Promise<Laptop> {
    const { account, password, person, name } = this.account(key);
    const server = new Laptop({ key: 'new', url: `https://${this.report.server}`, link: '', person, name, office: '' }, readFileSync(join(this.report.data, 'ca', 'authority.pem')));
    await server.login(account, password);
    return server;
  }

  /** Opens somebody's laptop in the page, at a path of the interface. */
  async open(page: Page, who: Who, path = '/') {
    const { about } = this.laptop(who);
    await page.goto(about.link);
    await expect(page).not.toHaveURL(/ticket=/);
    if (path !== '/') await page.goto(about.url + path);
  }
}

/** Below those that the system gives to connections going out, which would take it in between. */
const lowPort = () => 20_000 + Math.floor(Math.random() * 12_000);

/** Puts the province of the folder on, which is made when it is not there yet. */
export async function start(folder: string): Promise<{ stand: Stand; child: ChildProcess }> {
  const child = spawn(join(programs, 'khonggiayctl'), [
    'demo', '--small', '--json', '--no-open', '--documents', '90', '--dir', folder, '--port', String(lowPort()),
  ], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...tokenEnvironment(folder), PATH: pathWithEditor(folder) } }); // it ends when its input does, so it cannot outlive us
  child.stderr?.pipe(createWriteStream(join(folder, 'demo.log')));
  const first = await Promise.race([
    once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line').then(([line]) => line as string),
    once(child, 'close').then(() => ''),
  ]);
  if (!first) throw new Error(`khonggiayctl demo: ${readFileSync(join(folder, 'demo.log'), 'utf8')}`);
  return { stand: new Stand(JSON.parse(first) as Report), child };
}

/** Ends a province that is still on, cleanly. */
export async function stop(child: ChildProcess): Promise<void> {
  expect([child.exitCode, child.signalCode], 'the province is still on').toEqual([null, null]);
  const ended = once(child, 'close');
  child.stdin?.end();
  await ended;
  expect(child.exitCode).toBe(0);
}

/** One province for all tests of a worker. */
export const test = base.extend<object, { stand: Stand }>({
  // oxlint-disable-next-line no-empty-pattern
  stand: [async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'kg-'));
    const { stand, child } = await start(folder);
    await use(stand);
    await stop(child);
    rmSync(folder, { recursive: true });
  }, { scope: 'worker', timeout: 300_000 }],
});

export { checkAccess, expect, shot } from './test';
