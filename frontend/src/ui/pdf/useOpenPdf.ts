import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { useCallback, useEffect, useState } from 'react';
import { fileProgress } from '@/lib/backend';
import { loadProblem, openPdf } from './engine';
import type { PageSize } from './layout';
import { PdfText } from './search';

export type PdfState =
  | { status: 'loading' }
  /** The file is on its way to this machine. */
  | { status: 'coming'; done: number; total: number }
  | { status: 'failed'; problem: 'damaged' | 'password' | 'failed' }
  /** The API refused; the error says why. */
  | { status: 'refused'; error: unknown }
  | { status: 'open'; document: PDFDocumentProxy; text: PdfText; first: PageSize };

const askAgain = 900;

/** Opens the document, waits for a file that is still coming, and closes it on leaving. */
export function useOpenPdf(url: string | undefined, data: ArrayBuffer | undefined): [PdfState, () => void] {
  const [state, setState] = useState<PdfState>({ status: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt((n) => n + 1), []);

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (next: PdfState) => {
      if (!abort.signal.aborted) setState(next);
    };
    const open = async () => {
      const source = data ? { data } : { url: url ?? '' };
      try {
        const { document } = await openPdf(source, abort.signal);
        const page = await document.getPage(1);
        const { width, height } = page.getViewport({ scale: 1 });
        tell({ status: 'open', document, text: new PdfText(document), first: { width, height } });
      } catch (error) {
        const problem = loadProblem(error);
        if (abort.signal.aborted) return;
        if (url && (problem === 'coming' || problem === 'missing')) await wait();
        else tell({ status: 'failed', problem: problem === 'coming' || problem === 'missing' ? 'failed' : problem });
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
  }, [url, data, attempt]);

  return [state, retry];
}
