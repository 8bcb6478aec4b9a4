import { getDocument, PDFWorker, type PDFDocumentLoadingTask, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';

interface TrustedTypes {
  createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => { createScriptURL: (url: string) => string };
}

/** The one script address that this page may start a worker from (CSP: trusted-types pdfworker). */
function trustedWorkerUrl(): string {
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

/** One worker for all documents; it starts with the first. */
function startWorker() {
  if (shared) return shared;
  const port = new Worker(trustedWorkerUrl(), { type: 'module' });
  const failed = new Promise<never>((_resolve, reject) => {
    port.addEventListener('error', () => reject(new Error('the worker of pdf.js did not start')), { once: true });
  });
  failed.catch(() => {});
  shared = { worker: PDFWorker.create({ port }), failed };
  return shared;
}

export interface OpenPdf {
  document: PDFDocumentProxy;
  close: () => void;
}

/**
 * Opens a PDF by ranges from an address, or from bytes. Scripts in the file
 * never run: no eval, no XFA, no scripting engine is shipped.
 */
export async function openPdf(source: { url: string } | { data: ArrayBuffer }, signal: AbortSignal): Promise<OpenPdf> {
  const { worker, failed } = startWorker();
  const task: PDFDocumentLoadingTask = getDocument({
    ...('url' in source ? { url: source.url } : { data: new Uint8Array(source.data.slice(0)) }),
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
  const close = () => void task.destroy();
  signal.addEventListener('abort', close, { once: true });
  const document = await Promise.race([task.promise, failed]);
  return { document, close };
}

/** What a failed load means; the words are i18n keys under "pdf.error". */
export function loadProblem(error: unknown): 'damaged' | 'password' | 'missing' | 'coming' | 'failed' {
  const name = error instanceof Error ? error.name : '';
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 0;
  if (status === 202) return 'coming';
  if (name === 'InvalidPDFException') return 'damaged';
  if (name === 'PasswordException') return 'password';
  if (name === 'ResponseException' || status) return 'missing';
  return 'failed';
}
