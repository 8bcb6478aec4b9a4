import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { openUnlocked } from './engine';
import classes from './print.module.css';

/** What is put on paper. */
export interface PrintOrder {
  url: string;
  /** Which pages, from 1, of so many. */
  pages: (count: number) => readonly number[];
  /** Draws over each page; sizes are in pixels of the canvas. */
  over?: (context: CanvasRenderingContext2D, width: number, height: number) => void;
  onPage?: (done: number, total: number) => void;
}

/** Sharp enough for small print, and some 200 kB a page. */
const dotsPerInch = 150;
const quality = 0.9;

/**
 * Draws pages of a PDF and gives them to the system's print dialog, each on one
 * sheet, lying pages turned. Done when the dialog is closed.
 */
export async function printPdf({ url, pages, over, onPage }: PrintOrder, signal: AbortSignal): Promise<void> {
  const open = new AbortController();
  const stop = () => open.abort();
  signal.addEventListener('abort', stop, { once: true });
  const pictures: string[] = [];
  try {
    const document = await openUnlocked(url, open.signal);
    const wanted = pages(document.numPages);
    for (const number of wanted) {
      signal.throwIfAborted();
      pictures.push(URL.createObjectURL(await picture(document, number, over)));
      onPage?.(pictures.length, wanted.length);
    }
    signal.throwIfAborted();
    await toPaper(pictures);
  } finally {
    stop();
    for (const address of pictures) URL.revokeObjectURL(address);
  }
}

async function picture(document: PDFDocumentProxy, number: number, over: PrintOrder['over']): Promise<Blob> {
  const page = await document.getPage(number);
  const upright = page.getViewport({ scale: dotsPerInch / 72 });
  const viewport = upright.width <= upright.height ? upright : page.getViewport({ scale: dotsPerInch / 72, rotation: (page.rotate + 90) % 360 });
  const canvas = window.document.createElement('canvas');
  canvas.width = Math.ceil(viewport.width);
  canvas.height = Math.ceil(viewport.height);
  await page.render({ canvas, viewport, intent: 'print' }).promise;
  page.cleanup();
  const context = canvas.getContext('2d');
  if (context) over?.(context, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the page could not be drawn'))), 'image/jpeg', quality));
}

/** The sheets stand beside the program, which is left out on paper. */
async function toPaper(pictures: readonly string[]): Promise<void> {
  const sheets = window.document.createElement('div');
  sheets.className = classes.sheets ?? '';
  sheets.dataset.print = '';
  sheets.append(...pictures.map((address) => {
    const image = new Image();
    image.src = address;
    image.alt = '';
    return image;
  }));
  window.document.body.append(sheets);
  try {
    await Promise.all(Array.from(sheets.children, (image) => (image as HTMLImageElement).decode()));
    await new Promise<void>((resolve) => {
      window.addEventListener('afterprint', () => resolve(), { once: true });
      window.print();
    });
  } finally {
    sheets.remove();
  }
}
