/** A server on a disk of a few megabytes that really runs full, with a laptop beside it whose disk does not. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createWriteStream, mkdirSync, mkdtempSync, openSync, rmSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, type Page } from '@playwright/test';
import { Laptop, programs } from './stand';

const run = promisify(execFile);
const unit = 'xa-an';
const clerks = [{ id: 'p-van-thu-1', name: 'Phạm Thị Hoa' }, { id: 'p-van-thu-2', name: 'Nguyễn Thị Lan' }] as const;
const directory = {
  units: [
    { ID: 'tinh', Name: 'UBND tỉnh Thử', Level: 'province', Office: true, Organ: 'H99' },
    { ID: unit, Name: 'UBND xã An', Notation: 'UBND', Level: 'commune', Office: true, Organ: 'H99.02', Parents: [{ Unit: 'tinh' }] },
  ],
  people: clerks.map(({ id, name }) => ({ ID: id, Name: name, Posts: [{ Unit: unit, Position: 'Văn thư', Role: 'clerk', Main: true }] })),
  books: [{ ID: 'xa.den', Unit: unit, Direction: 1, Name: 'Sổ văn bản đến' }],
};

export class SmallServer {
  readonly url: string;
  readonly unit = unit;
  private readonly folder: string;
  private readonly children: ChildProcess[] = [];
  /** The server's folder, as its processes see it and as we do. */
  private readonly inside: string;
  private there = '';
  private filling: NodeJS.Timeout | undefined;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.inside = join(folder, 'server');
    this.url = `https://127.0.0.1:${port}`;
  }

  /** Starts it in a name space of its own; null where nobody may have one. */
  static async start(mib: number): Promise<SmallServer | null> {
    const server = new SmallServer(mkdtempSync(join(tmpdir(), 'kg-small-')), await freePort());
    if (await server.mount(mib)) return server;
    await server.stop();
    return null;
  }

  private async mount(mib: number): Promise<boolean> {
    const settings = join(this.folder, 'khonggiay.conf');
    mkdirSync(this.inside);
    writeFileSync(settings, `province = Tỉnh Thử\nlisten = ${new URL(this.url).host}\nnames = 127.0.0.1\nops_listen =\nmin_free_mib = 0\n`);
    const child = this.spawn('unshare', [
      '--user', '--map-root-user', '--mount', 'sh', '-c', 'mount -t tmpfs -o "$1" tmpfs "$2" && cp "$3" "$2/" && exec "$4" --data "$2"',
      'sh', `size=${mib}m`, this.inside, settings, join(programs, 'khonggiay-server'),
    ], 'server');
    this.there = `/proc/${child.pid}/root${this.inside}`;
    const up = async () => child.exitCode ?? (await this.operate('status').then(() => 'up', () => 'not yet'));
    await expect.poll(up, { timeout: 30_000 }).not.toBe('not yet');
    if (child.exitCode !== null) return false;
    const people = join(this.folder, 'people.json');
    writeFileSync(people, JSON.stringify(directory));
    await this.operate('import', people);
    return true;
  }

  /** Does one thing with the operator's tool, and reads what it answers. */
  private async operate<T>(...words: string[]): Promise<T> {
    const { stdout } = await run(join(programs, 'khonggiayctl'), [...words, '--data', this.there, '--json']);
    return JSON.parse(stdout) as T;
  }

  account() { return this.operate<{ account: string; password: string }>('account', 'add', 'vanthu', clerks[1].id); }

  /** The first clerk's laptop, open in the page, with what there is so far. */
  async laptop(page: Page): Promise<Laptop> {
    const child = this.spawn(join(programs, 'khonggiay'), ['--data', join(this.folder, 'laptop'), '--listen', '127.0.0.1:0', '--browser', '--quiet'], 'laptop');
    const link = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => /http:\S+/.exec(line)?.forEach(resolve));
      child.once('exit', () => reject(new Error('the laptop ended')));
    });
    const { id, name } = clerks[0];
    const laptop = new Laptop({ key: 'commune-clerk', url: new URL(link).origin, link, person: id, name, office: unit });
    await page.goto(link);
    await expect(page).not.toHaveURL(/ticket=/);
    await laptop.joins(page);
    const { code } = await this.operate<{ code: string }>('code', id);
    await laptop.ask('POST', '/api/enrol', { server: new URL(this.url).host, code });
    await expect.poll(async () => (await laptop.sync()).firstLoadComplete, { timeout: 30_000 }).toBe(true);
    return laptop;
  }

  private get ballast() { return join(this.there, 'ballast'); }

  /** Takes what is left of the disk, and whatever its programs leave free, until there is room again. */
  fill() {
    this.takeRest();
    this.filling = setInterval(() => this.takeRest(), 50);
  }

  private takeRest() {
    const file = openSync(this.ballast, 'a');
    try {
      for (const block = Buffer.alloc(4096); ;) writeSync(file, block);
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    } finally {
      closeSync(file);
    }
  }

  /** Gives the space back. */
  makeRoom() {
    clearInterval(this.filling);
    unlinkSync(this.ballast);
  }

  async stop() {
    clearInterval(this.filling);
    for (const child of this.children.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true });
  }

  private spawn(program: string, words: string[], name: string): ChildProcess {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr?.pipe(createWriteStream(join(this.folder, `${name}.log`)));
    this.children.push(child);
    return child;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
