import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { compressed } from './build-compress.ts';
import { pdfjsAssets } from './build-pdfjs.ts';

// The Go process the development server talks to: `khonggiay --browser` or
// `khonggiay-server` on this machine.
const backend = process.env.KHONGGIAY_BACKEND ?? 'http://127.0.0.1:47800';

export default defineConfig({
  plugins: [react(), pdfjsAssets(), compressed()],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  server: { port: 5173, strictPort: true, proxy: { '/api': { target: backend, ws: true } } },
  build: {
    target: ['chrome110', 'safari16.4'],
    // The content security policy allows no inline script, style or font.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      output: {
        // .mjs is not known to every web server's list of media types.
        assetFileNames: (asset) =>
          asset.names[0]?.endsWith('.mjs') ? 'assets/[name]-[hash].js' : 'assets/[name]-[hash][extname]',
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    css: false,
    restoreMocks: true,
  },
});
