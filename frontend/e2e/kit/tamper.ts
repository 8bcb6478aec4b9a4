/** Files that are signed for real, and then spoiled with the tools that anybody has. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programs } from './stand';

/** The password of every key file of the demonstration. */
const password = 'khonggiay';

/** A folder for the files of a story, which goes with it. */
export class Workshop {
  private readonly folder = mkdtempSync(join(tmpdir(), 'kg-'));
  private files = 0;

  path(name: string) { return join(this.folder, name); }
  close() { rmSync(this.folder, { recursive: true }); }

  /** Runs a program that makes a file out of another. */
  private made(bytes: Buffer, program: string, args: (from: string, to: string) => string[], input?: string): Buffer {
    const [from, to] = [this.path(`${++this.files}-from.pdf`), this.path(`${this.files}-to.pdf`)];
    writeFileSync(from, bytes);
    execFileSync(program, args(from, to), { input, stdio: ['pipe', 'pipe', 'pipe'] });
    return readFileSync(to);
  }

  /** Signs with a key in a file, and has the authority stamp the time. */
  sign(bytes: Buffer, key: string, tsa: string, ...more: string[]): Buffer {
    return this.made(bytes, join(programs, 'khonggiayctl'), (from, to) => ['sign', '--key', key, '--password-stdin', '--tsa', tsa, '--out', to, ...more, from], password);
  }

  /** Has mutool do something with the open document and save it as an update, as an editor would. */
  edit(bytes: Buffer, script: string): Buffer {
    const js = this.path(`${++this.files}.js`);
    writeFileSync(js, `var doc = new PDFDocument(scriptArgs[0]); ${script}; doc.save(scriptArgs[1], "incremental");`);
    return this.made(bytes, 'mutool', (from, to) => ['run', js, from, to]);
  }

  /** Writes the whole file anew, as a converter or an optimiser does. */
  rewrite(bytes: Buffer): Buffer {
    return this.made(bytes, 'qpdf', (from, to) => ['--object-streams=generate', from, to]);
  }

  /** What another program reads in a PDF, on one line. */
  text(bytes: Buffer): string {
    const path = this.path(`${++this.files}.pdf`);
    writeFileSync(path, bytes);
    return execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).replace(/\s+/gu, ' ');
  }

  /** What the program of the command line says of a file. */
  verify(bytes: Buffer, roots: string): { indication: string } {
    const path = this.path(`${++this.files}.pdf`);
    writeFileSync(path, bytes);
    try {
      return JSON.parse(execFileSync(join(programs, 'khonggiayctl'), ['verify', '--json', '--trust', roots, path], { encoding: 'utf8' })) as { indication: string };
    } catch (error) { // its exit code is the answer, too
      return JSON.parse((error as { stdout: string }).stdout) as { indication: string };
    }
  }
}

/** Another number in the place of one that is signed: one byte, nothing moves. */
export function flip(bytes: Buffer, text: string): Buffer {
  const at = bytes.indexOf(text, 0, 'latin1');
  if (at < 0) throw new Error(`${text} is not in the file`);
  const spoiled = Buffer.from(bytes);
  spoiled[at + text.length - 1] = (spoiled[at + text.length - 1] ?? 0) ^ 1;
  return spoiled;
}
