import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Plugin } from 'vite';

const compress = promisify(brotliCompress);
const worth = new Set(['.js', '.css', '.html', '.svg', '.wasm', '.ttf', '.pfb', '.bcmap', '.icc']);

/** Writes a .br beside every file that gains by it: over a commune's line the reader alone would cost a minute. */
export function compressed(): Plugin {
  let folder = '';
  return {
    name: 'khonggiay-compressed',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir.startsWith('/') ? config.build.outDir : join(config.root, config.build.outDir);
    },
    async closeBundle() {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !worth.has(extname(entry.name))) continue;
        const path = join(entry.parentPath, entry.name);
        const body = await readFile(path);
        const small = await compress(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } });
        if (small.length < body.length * 0.9) await writeFile(`${path}.br`, small);
      }
    },
  };
}
