/** A small province of its own: for the stories of a server that is lost and comes back from a backup, and of thin lines. */
import { expect } from '@playwright/test';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Laptop, programs } from './stand';

const run = promisify(execFile);

const directory = {
  units: [
    { id: 'xa-an', name: 'UBND xã An', notation: 'UBND', level: 'commune', office: true, organ: 'H99.02' },
    { id: 'xa-binh', name: 'UBND xã Bình', notation: 'UBND', level: 'commune', office: true, organ: 'H99.03' },
    { id: 'so-noi-vu', name: 'Sở Nội vụ', notation: 'SNV', level: 'department', office: true, organ: 'H99.01' },
  ],
  people: [
    { id: 'p-lan', name: 'Nguyễn Thị Lan', posts: [{ unit: 'xa-an', position: 'Văn thư', role: 'clerk', main: true }] },
    { id: 'p-mai', name: 'Phạm Thị Mai', posts: [{ unit: 'so-noi-vu', position: 'Văn thư', role: 'clerk', main: true }] },
    { id: 'p-quan', name: 'Trần Văn Quản', posts: [{ unit: 'xa-an', position: 'Quản trị', role: 'admin', main: true }] },
  ],
  books: [
    { id: 'so-den', unit: 'xa-an', direction: 1, name: 'Sổ văn bản đến' },
    { id: 'so-di', unit: 'so-noi-vu', direction: 2, name: 'Sổ văn bản đi' },
  ],
};

export class Restorable {
  private readonly folder = mkdtempSync(join(tmpdir(), 'kg-restore-'));
  readonly port = 20_000 + Math.floor(Math.random() * 8000);
  private data = join(this.folder, 'server');
  private server: ChildProcess | undefined;
  private readonly laptops: ChildProcess[] = [];

  /** What laptops dial; the server itself when nothing stands between. */
  private readonly dialled: string;

  constructor(dialled = '') {
    this.dialled = dialled;
  }

  get address() { return `127.0.0.1:${this.port}`; }
  private get ca() { return readFileSync(join(this.data, 'ca', 'authority.pem')); }

  /** One operation of the operator's tool. */
  async ctl<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.say(...args, '--json')) as T;
  }

  private async say(...args: string[]): Promise<string> {
    return (await run(join(programs, 'khonggiayctl'), [...args, '--data', this.data])).stdout;
  }

  /** Makes the province, and starts its server. */
  async begin() {
    mkdirSync(this.data, { mode: 0o700 });
    await this.serve();
    const file = join(this.folder, 'province.json');
    writeFileSync(file, JSON.stringify(directory));
    await this.say('import', file);
  }

  private async serve() {
    const child = spawn(join(programs, 'khonggiay-server'), [
      '--data', this.data, '--listen', this.address, '--names', '127.0.0.1', '--addresses', this.dialled, '--ops-listen', '', '--min-free-mib', '0',
    ], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.pipe(createWriteStream(join(this.folder, 'server.log'), { flags: 'a' }));
    this.server = child;
    await expect.poll(() => this.healthy(), { message: 'the server answers', timeout: 60_000 }).toBe(200);
  }

  private async healthy(): Promise<number> {
    try {
      const asked = https.get(`https://${this.address}/healthz`, { ca: this.ca });
      const [answer] = await once(asked, 'response') as [import('node:http').IncomingMessage];
      answer.resume();
      return answer.statusCode ?? 0;
    } catch {
      return 0; // not yet
    }
  }

  /** Makes a backup; the answer loses the server and has it come back from there, at the same address. */
  async backup(): Promise<() => Promise<void>> {
    const [key, file] = [join(this.folder, 'key'), join(this.folder, 'backup.age')];
    await this.say('backup', 'key', key);
    await this.say('backup', file, '--key', `${key}.pub`);
    return async () => {
      await end(this.server);
      this.data = join(this.folder, 'restored');
      await this.say('restore', file, '--key', key);
      await this.serve();
    };
  }

  /** A laptop that nobody has enrolled yet. */
  async laptop(name: string): Promise<Laptop> {
    const child = spawn(join(programs, 'khonggiay'), ['--browser', '--quiet', '--data', join(this.folder, name), '--listen', '127.0.0.1:0', '--courier', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.laptops.push(child);
    const [line] = await once(createInterface({ input: child.stdout }), 'line') as [string];
    const link = line.slice(line.indexOf('http'));
    return new Laptop({ key: 'new', url: new URL(link).origin, link, person: '', name, office: '' });
  }

  /** The server itself, signed in. */
  async signedIn(account: string, password: string): Promise<Laptop> {
    const server = new Laptop({ key: 'new', url: `https://${this.address}`, link: '', person: '', name: account, office: '' }, this.ca);
    await server.login(account, password);
    return server;
  }

  /** Ends everything, cleanly. */
  async end() {
    for (const child of [...this.laptops, this.server]) await end(child);
    rmSync(this.folder, { recursive: true });
  }
}

async function end(child: ChildProcess | undefined) {
  if (!child) return;
  expect([child.exitCode, child.signalCode], 'it still runs').toEqual([null, null]);
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  await ended;
  expect(child.exitCode).toBe(0);
}
