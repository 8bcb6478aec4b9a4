/**
 * Serves a built site the way the Go process does: the strict content security
 * policy on every answer, ranges for PDFs, index.html for deep links. /api is
 * answered by the test itself.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

export const policy = [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "img-src 'self' blob: data:", "font-src 'self'",
  "worker-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  "require-trusted-types-for 'script'", 'trusted-types pdfworker',
].join('; ');

const media: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2', '.wasm': 'application/wasm', '.pdf': 'application/pdf', '.json': 'application/json',
};

export interface Site {
  url: string;
  /** Paths asked for with a Range, and how many bytes went out for them. */
  ranges: Map<string, number>;
  close: () => Promise<void>;
}

/** Files by path, besides those of the folder. */
export type Extra = Record<string, Buffer>;

export async function serve(folder: string, extra: Extra = {}): Promise<Site> {
  if (!existsSync(join(folder, 'index.html'))) throw new Error(`${folder} is not built yet: run npm run build`);
  const ranges = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://127.0.0.1').pathname);
    response.setHeader('Content-Security-Policy', policy);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (path.startsWith('/api/')) return refuse(response);
    const made = extra[path];
    if (made) return sendRange(request, response, made, extname(path), (bytes) => ranges.set(path, (ranges.get(path) ?? 0) + bytes));
    sendFile(response, folder, path);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ranges,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function refuse(response: ServerResponse) {
  response.writeHead(503, { 'Content-Type': 'application/problem+json' });
  response.end(JSON.stringify({ code: 'offline', reason: 'test.unanswered' }));
}

function sendFile(response: ServerResponse, folder: string, path: string) {
  const wanted = join(folder, normalize(path).replace(/^(\.\.[/\\])+/, ''));
  const file = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(folder, 'index.html');
  response.setHeader('Content-Type', media[extname(file)] ?? 'application/octet-stream');
  createReadStream(file).pipe(response);
}

function sendRange(request: IncomingMessage, response: ServerResponse, body: Buffer, ext: string, sent: (bytes: number) => void) {
  response.setHeader('Content-Type', media[ext] ?? 'application/octet-stream');
  response.setHeader('Accept-Ranges', 'bytes');
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const from = Number(range?.[1] ?? 0);
  const to = Math.min(body.length - 1, range?.[2] ? Number(range[2]) : body.length - 1);
  if (range) response.setHeader('Content-Range', `bytes ${from}-${to}/${body.length}`);
  response.setHeader('Content-Length', to - from + 1);
  response.writeHead(range ? 206 : 200);
  if (range) sent(to - from + 1);
  response.end(request.method === 'HEAD' ? undefined : body.subarray(from, to + 1));
}
