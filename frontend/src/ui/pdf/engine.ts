import { getDocument, PasswordResponses, PDFWorker, type PDFDocumentLoadingTask, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';
import { FileRanges } from './fileRanges';

interface TrustedTypes {
  createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => { createScriptURL: (url: string) => string };
}

let trusted: string | null = null;

/** The one script address that this page may start a worker from (CSP: trusted-types pdfworker, made once). */
function trustedWorkerUrl(): string {
  return (trusted ??= trust());
}

function trust(): string {
  const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return workerUrl;
  const policy = types.createPolicy('pdfworker', {
    createScriptURL: (url) => {
      if (url !== workerUrl) throw new TypeError('only the worker of pdf.js may run');
      return url;
    },
  });
  return policy.createScriptURL(workerUrl);
}

let shared: { worker: PDFWorker; failed: Promise<never> } | null = null;

/** One worker for all documents; it starts with the first. One that fails, for want of a line say, is followed by another. */
function startWorker() {
  if (shared) return shared;
  const port = new Worker(trustedWorkerUrl(), { type: 'module' });
  const failed = new Promise<never>((_resolve, reject) => {
    port.addEventListener('error', () => {
      shared = null;
      reject(new Error('the worker of pdf.js did not start'));
    }, { once: true });
  });
  failed.catch(() => {});
  shared = { worker: PDFWorker.create({ port }), failed };
  return shared;
}

/** Is told that the file has a password, and whether the one before was wrong. */
export type AskPassword = (wrong: boolean, answer: (password: string) => void) => void;

/**
 * Opens a PDF by ranges, from an address or from a chosen file. Scripts in the
 * file never run: no eval, no XFA, no scripting engine is shipped. It closes
 * when the signal says so.
 */
export async function openPdf(source: { url: string } | { file: Blob }, signal: AbortSignal, ask: AskPassword): Promise<PDFDocumentProxy> {
  const { worker, failed } = startWorker();
  const ranges = 'file' in source ? new FileRanges(source.file) : undefined;
  if (ranges?.length === 0) throw new EmptyFile();
  const task: PDFDocumentLoadingTask = getDocument({
    ...('url' in source ? { url: source.url } : { range: ranges }),
    worker,
    rangeChunkSize: 64 * 1024,
    disableStream: true,
    disableAutoFetch: true,
    isEvalSupported: false,
    enableXfa: false,
    cMapUrl: '/pdfjs/cmaps/',
    cMapPacked: true,
    standardFontDataUrl: '/pdfjs/standard_fonts/',
    wasmUrl: '/pdfjs/wasm/',
    iccUrl: '/pdfjs/iccs/',
    verbosity: 0,
  });
  task.onPassword = (answer: (password: string) => void, reason: number) => ask(reason === PasswordResponses.INCORRECT_PASSWORD, answer);
  signal.addEventListener('abort', () => void task.destroy(), { once: true });
  return Promise.race([task.promise, failed, ...(ranges ? [ranges.failed] : [])]);
}

/** Opens a PDF that is not shown, so that nobody can be asked: a file with a password is refused. */
export async function openUnlocked(url: string, signal: AbortSignal): Promise<PDFDocumentProxy> {
  const locked = new AbortController();
  signal.addEventListener('abort', () => locked.abort(), { once: true });
  let refuse: (error: Error) => void = () => {};
  const refused = new Promise<never>((_resolve, reject) => {
    refuse = reject;
  });
  const ask = () => {
    refuse(Object.assign(new Error('the file has a password'), { name: 'PasswordException' }));
    locked.abort();
  };
  return Promise.race([openPdf({ url }, locked.signal, ask), refused]);
}

class EmptyFile extends Error {
  override name = 'EmptyFile';
}

/** Why there is nothing to read; the words are i18n keys under "pdf.error". */
export type PdfProblem = 'damaged' | 'empty' | 'password' | 'unreadable' | 'failed';

const problems: Record<string, PdfProblem> = {
  InvalidPDFException: 'damaged', EmptyFile: 'empty', PasswordException: 'password', NotReadableError: 'unreadable', NotFoundError: 'unreadable',
};

/** What a failed load means; a file that is missing or still coming is asked for again. */
export function loadProblem(error: unknown): PdfProblem | 'missing' | 'coming' {
  const name = error instanceof Error ? error.name : '';
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 0;
  if (status === 202) return 'coming';
  if (name === 'ResponseException' || status) return 'missing';
  return problems[name] ?? 'failed';
}
