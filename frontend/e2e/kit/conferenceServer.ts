/** A province of three with a browser each, and a crowd of guests that are no browsers: for conferences. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, type Page } from '@playwright/test';
import { programs as all } from './stand';

const run = promisify(execFile);
/** Built without the race detector, where there are such: it would slow the media down. */
const programs = process.env.CONFERENCE_BIN ?? all;
const unit = 'xa-an';
export const people = {
  chair: { id: 'p-chu-tich', name: 'Lê Văn Chủ', position: 'Chủ tịch', role: 'leader' },
  clerk: { id: 'p-van-thu', name: 'Phạm Thị Hoa', position: 'Văn thư', role: 'clerk' },
  member: { id: 'p-can-bo', name: 'Nguyễn Văn Bình', position: 'Chuyên viên', role: 'officer' },
} as const;
export type Person = keyof typeof people;
const directory = {
  units: [
    { ID: 'tinh', Name: 'UBND tỉnh Thử', Level: 'province', Office: true, Organ: 'H99' },
    { ID: unit, Name: 'UBND xã An', Notation: 'UBND', Level: 'commune', Office: true, Organ: 'H99.02', Parents: [{ Unit: 'tinh' }] },
  ],
  people: Object.values(people).map(({ id, name, position, role }) => ({ ID: id, Name: name, Posts: [{ Unit: unit, Position: position, Role: role, Main: true }] })),
};
const meetingKind = 20;
const materialKind = 24;

export class ConferenceServer {
  readonly url: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'kg-conf-'));
  private readonly data = join(this.folder, 'server');
  private server: ChildProcess | undefined;
  private readonly others: ChildProcess[] = [];

  private constructor(port: number) {
    this.url = `https://127.0.0.1:${port}`;
  }

  /** Settings beside those that it needs are lines of its file, made for its port. */
  static async start(settings: (port: number) => string[] | Promise<string[]> = () => []): Promise<ConferenceServer> {
    const stand = new ConferenceServer(await freePort());
    mkdirSync(stand.data);
    stand.set(...await settings(Number(new URL(stand.url).port)));
    await stand.begin();
    const list = join(stand.folder, 'people.json');
    writeFileSync(list, JSON.stringify(directory));
    await stand.operate('import', list);
    return stand;
  }

  private set(...settings: string[]) {
    writeFileSync(join(this.data, 'khonggiay.conf'), ['province = Tỉnh Thử', `listen = ${new URL(this.url).host}`, 'names = 127.0.0.1', 'ops_listen =', 'min_free_mib = 0', ...settings, ''].join('\n'));
  }

  /** Starts the server's program, or starts it again. */
  async begin() {
    const child = spawn(join(programs, 'khonggiay-server'), ['--data', this.data], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.pipe(createWriteStream(join(this.folder, 'server.log'), { flags: 'a' }));
    this.server = child;
    await expect.poll(() => this.operate('status').then(() => 'up', () => 'not yet'), { timeout: 60_000 }).toBe('up');
  }

  /** Ends it without a word, as a power cut does. */
  async kill() {
    const child = this.server!;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  private async operate<T>(...words: string[]): Promise<T> {
    const { stdout } = await run(join(programs, 'khonggiayctl'), [...words, '--data', this.data, '--json']);
    return JSON.parse(stdout) as T;
  }

  account(person: Person) {
    return this.operate<{ account: string; password: string }>('account', 'add', person, people[person].id);
  }

  /** A meeting of all three that has been published, begun by the clerk's and the chair's pages. */
  async meeting(clerk: Page, chair: Page, title: string): Promise<string> {
    const id = '019ab000-0000-7000-8000-0000000000c0';
    const start = Date.now() + 30 * 60_000;
    const roles = { chair: 'CHU_TRI', clerk: 'THU_KY', member: 'THANH_VIEN' } as const;
    await give(clerk, 'meeting.create.1', id, {
      unit, fields: { title, place: 'Trực tuyến', form: 'TRUC_TUYEN', start, end: start + 3 * 3_600_000 },
      people: Object.entries(people).map(([key, { id: person }]) => ({ id: person, role: roles[key as Person], voting: true })),
    });
    await give(clerk, 'meeting.submit.1', id, {});
    await give(chair, 'meeting.publish.1', id, {});
    return id;
  }

  /** A paper of the meeting, which its page's person adds and approves. */
  async paper(page: Page, meeting: string, title: string, file: Buffer): Promise<string> {
    const id = '019ab000-0000-7000-8000-0000000000c1';
    const sha256 = await page.evaluate(async ([name, body]) => {
      const form = new FormData();
      form.append('file', new File([Uint8Array.from(atob(body), (char) => char.charCodeAt(0))], name, { type: 'application/pdf' }));
      const answer = await fetch('/api/uploads', { method: 'POST', body: form });
      return ((await answer.json()) as { sha256: string }).sha256;
    }, [`${title}.pdf`, file.toString('base64')] as const);
    await give(page, 'material.add.1', id, { meeting, approved: true, fields: { title }, file: { name: '', sha256 } }, materialKind);
    return id;
  }

  /** A guest's link that the page's person makes. */
  guest(page: Page, meeting: string, name: string): Promise<string> {
    return page.evaluate(async ([id, guest]) => {
      const answer = await fetch(`/api/meetings/${id}/conference/guests`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: guest, until: Date.now() + 3_600_000 }) });
      return ((await answer.json()) as { link: string }).link;
    }, [meeting, name] as const);
  }

  /** Guests with links that the page's person makes; they wait in the lobby. */
  async crowd(page: Page, meeting: string, count: number): Promise<Crowd> {
    const links: string[] = [];
    for (let i = 1; i <= count; i++) links.push(await this.guest(page, meeting, `Điểm cầu ${i}`));
    const child = spawn(join(programs, 'bench'), ['crowd', '--server', this.url], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stderr.pipe(createWriteStream(join(this.folder, 'crowd.log')));
    this.others.push(child);
    child.stdin.write(`${links.join('\n')}\n\n`);
    const crowd = new Crowd(child);
    await crowd.next();
    return crowd;
  }

  async stop() {
    for (const child of [...this.others, ...(this.server ? [this.server] : [])]) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true });
  }
}

/** A process of many guests, which is asked how they are. */
export class Crowd {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(child: ChildProcess) {
    this.child = child;
    this.lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  async next(): Promise<number> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('the crowd has ended');
    const { items, error } = JSON.parse(value as string) as { items: number; error?: string };
    if (error) throw new Error(error);
    return items;
  }

  ask(order: 'in' | 'pictures' | 'sounds' | `speak ${number}`): Promise<number> {
    this.child.stdin!.write(`${order}\n`);
    return this.next();
  }
}

/** Gives a command as the page's person. */
export async function give(page: Page, name: string, id: string, args: object, kind = meetingKind) {
  const status = await page.evaluate(async (body) => {
    const answer = await fetch('/api/commands', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    return `${answer.status} ${await answer.text()}`;
  }, JSON.stringify({ name, target: { kind, id }, args }));
  expect(status).toMatch(/^20\d/);
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}
