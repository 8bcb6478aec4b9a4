import { join } from 'node:path';
import { build } from 'vite';

/** Where the gallery of the kit is built for the tests. */
export const galleryFolder = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'khonggiay-gallery');

/** Builds the gallery once, with the same settings as the product. */
export default async function buildGallery(): Promise<void> {
  await build({
    configFile: join(import.meta.dirname, '..', '..', 'vite.config.ts'),
    root: join(import.meta.dirname, '..', 'gallery'),
    logLevel: 'error',
    build: { outDir: galleryFolder, emptyOutDir: true },
  });
}
