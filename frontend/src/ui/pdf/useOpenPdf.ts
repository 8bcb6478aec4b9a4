import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { useCallback, useEffect, useState } from 'react';
import { fileProgress } from '@/lib/backend';
import { loadProblem, openPdf, type AskPassword, type PdfProblem } from './engine';
import type { PageSize } from './layout';
import { PdfText } from './search';

/** The file has a password, and the reader is asked for it. */
export interface LockedPdf {
  status: 'locked';
  /** The one before was wrong. */
  wrong: boolean;
  /** One is being tried. */
  trying: boolean;
  unlock: (password: string) => void;
  leave: () => void;
}

export type PdfState =
  | { status: 'loading' }
  /** The file is on its way to this machine. */
  | { status: 'coming'; done: number; total: number; estimateMs?: number }
  | LockedPdf
  | { status: 'failed'; problem: PdfProblem }
  /** The API refused; the error says why. */
  | { status: 'refused'; error: unknown }
  | { status: 'open'; document: PDFDocumentProxy; text: PdfText; first: PageSize };

const askAgain = 900;

/** Opens the document, waits for a file that is still coming, and closes it on leaving. */
export function useOpenPdf(url: string | undefined, file: Blob | undefined): [PdfState, () => void] {
  const [state, setState] = useState<PdfState>({ status: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt((n) => n + 1), []);

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (next: PdfState) => {
      if (!abort.signal.aborted) setState(next);
    };
    const leave = () => {
      tell({ status: 'failed', problem: 'password' });
      abort.abort();
    };
    const ask: AskPassword = (wrong, answer) => {
      const asked: LockedPdf = {
        status: 'locked', wrong, trying: false, leave,
        unlock: (password) => {
          tell({ ...asked, wrong: false, trying: true });
          answer(password);
        },
      };
      tell(asked);
    };
    const open = async () => {
      try {
        const document = await openPdf(file ? { file } : { url: url ?? '' }, abort.signal, ask);
        tell({ status: 'open', document, text: new PdfText(document), first: await firstSize(document) });
      } catch (error) {
        const problem = loadProblem(error);
        if (abort.signal.aborted) return;
        if (problem !== 'coming' && problem !== 'missing') tell({ status: 'failed', problem });
        else if (url) await wait();
        else tell({ status: 'failed', problem: 'failed' });
      }
    };
    // The API tells how far the file is, or refuses with a reason.
    const wait = async () => {
      try {
        const progress = await fileProgress(url ?? '', abort.signal);
        if (progress) tell({ status: 'coming', ...progress });
        timer = setTimeout(() => void (progress ? wait() : open()), progress ? askAgain : 0);
      } catch (error) {
        tell({ status: 'refused', error });
      }
    };
    setState({ status: 'loading' });
    void open();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [url, file, attempt]);

  return [state, retry];
}

const a4: PageSize = { width: 595, height: 842 };

/** The size that pages are taken to have until they were read; a first page that is damaged hides no others. */
async function firstSize(document: PDFDocumentProxy): Promise<PageSize> {
  try {
    const { width, height } = (await document.getPage(1)).getViewport({ scale: 1 });
    return { width, height };
  } catch {
    return a4;
  }
}
