import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Serves and bundles the data files pdf.js loads by itself: character maps,
 * the standard fonts, colour profiles and the decoders for scanned pages
 * (JBIG2, JPEG 2000). They end up under /pdfjs/ of the built site, so that no
 * page ever asks another host for them.
 */
export function pdfjsAssets(): Plugin {
  const folders = ['cmaps', 'standard_fonts', 'wasm', 'iccs'];
  const root = join(import.meta.dirname, 'node_modules', 'pdfjs-dist');
  return {
    name: 'khonggiay-pdfjs-assets',
    async generateBundle() {
      for (const folder of folders) {
        for (const name of await readdir(join(root, folder))) {
          if (name.endsWith('.js')) continue; // fallbacks for engines without WebAssembly
          this.emitFile({
            type: 'asset',
            fileName: `pdfjs/${folder}/${name}`,
            source: await readFile(join(root, folder, name)),
          });
        }
      }
    },
    configureServer(server) {
      server.middlewares.use('/pdfjs/', (req, res, next) => {
        const path = normalize((req.url ?? '').split('?')[0] ?? '').replace(/^[/\\]+/, '');
        if (path.startsWith('..') || !folders.includes(path.split('/')[0] ?? '')) return next();
        createReadStream(join(root, path)).on('error', () => next()).pipe(res);
      });
    },
  };
}
