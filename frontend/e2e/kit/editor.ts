/** An editor that the system opens files with: it locks the file, and saves when a test says so. */
import { expect } from '@playwright/test';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const opens = '#!/bin/sh\ncase "$1" in\n/*) echo ",may," >"$(dirname "$1")/.~lock.$(basename "$1")#" ;;\nesac\n';

/** The search path of a machine on which this editor opens everything. */
export function pathWithEditor(folder: string): string {
  const programs = join(folder, 'programs');
  mkdirSync(programs, { recursive: true });
  writeFileSync(join(programs, 'xdg-open'), opens, { mode: 0o700 });
  return `${programs}:${process.env.PATH ?? ''}`;
}

/** The one file that is open in the editor of a laptop. */
export class OpenFile {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Waits until a working copy below the laptop's folder is open. */
  static async at(data: string): Promise<OpenFile> {
    let path = '';
    await expect.poll(() => {
      path = locked(join(data, 'work')) ?? '';
      return path;
    }, { message: 'an editor has a working copy open' }).not.toBe('');
    return new OpenFile(path);
  }

  read(): Buffer { return readFileSync(this.path); }

  /** Saves by way of another file, as Word and LibreOffice do. */
  save(bytes: Buffer): void {
    const aside = join(dirname(this.path), '~WRL0001.tmp');
    writeFileSync(aside, bytes);
    renameSync(aside, this.path);
  }

  close(): void { rmSync(lockOf(this.path)); }
}

const lockOf = (path: string) => join(dirname(path), `.~lock.${basename(path)}#`);

function locked(work: string): string | undefined {
  if (!existsSync(work)) return undefined;
  return readdirSync(work, { recursive: true, encoding: 'utf8' }).map((name) => join(work, name)).find((path) => path.endsWith('.docx') && existsSync(lockOf(path)));
}
