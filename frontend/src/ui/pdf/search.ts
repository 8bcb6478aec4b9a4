import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { useEffect, useMemo, useState } from 'react';
import { findAll, foldWithMap, type FoldedText } from '@/lib/fold';

/** The text of a page as the text layer shows it: strings in order, and where each begins. */
export interface PageText {
  folded: FoldedText;
  /** starts[i] is the position of text item i in the joined text. */
  starts: number[];
  /** Distance of each item from the top of the page, points. */
  tops: number[];
}

export interface Hit {
  /** Page index, from 0. */
  page: number;
  /** Range in the joined text of the page. */
  start: number;
  end: number;
}

interface TextItemLike {
  str?: string;
  hasEOL?: boolean;
  transform?: number[];
}

export function joinItems(items: readonly TextItemLike[], topOf: (transform: number[]) => number): PageText {
  const starts: number[] = [];
  const tops: number[] = [];
  let text = '';
  for (const item of items) {
    if (item.str === undefined) continue;
    starts.push(text.length);
    tops.push(item.transform ? topOf(item.transform) : 0);
    text += item.str;
    if (item.hasEOL) text += '\n';
  }
  starts.push(text.length);
  return { folded: foldWithMap(text), starts, tops };
}

/** The item that holds a position of the joined text, and the offset in it. */
export function locate(text: PageText, position: number): { item: number; offset: number } {
  let low = 0;
  let high = text.starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((text.starts[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return { item: low, offset: position - (text.starts[low] ?? 0) };
}

/** Reads pages' text once each. */
export class PdfText {
  private readonly pages = new Map<number, Promise<PageText>>();
  private readonly document: PDFDocumentProxy;

  constructor(document: PDFDocumentProxy) {
    this.document = document;
  }

  page(index: number): Promise<PageText> {
    let text = this.pages.get(index);
    if (!text) {
      text = this.read(index);
      this.pages.set(index, text);
    }
    return text;
  }

  private async read(index: number): Promise<PageText> {
    const page = await this.document.getPage(index + 1);
    const viewport = page.getViewport({ scale: 1 });
    const content = await page.getTextContent();
    return joinItems(content.items as TextItemLike[], ([, , , , x = 0, y = 0]) => viewport.convertToViewportPoint(x, y)[1] ?? 0);
  }
}

export interface SearchState {
  hits: readonly Hit[];
  /** Index into hits, -1 when there is none. */
  current: number;
  /** Still reading pages. */
  searching: boolean;
  step: (by: 1 | -1) => void;
}

const none: readonly Hit[] = [];

/** Searches all pages, from the one in view on, and keeps the current hit. */
export function usePdfSearch(text: PdfText | null, pageCount: number, query: string, startPage: () => number): SearchState {
  const [found, setFound] = useState<{ hits: readonly Hit[]; searching: boolean }>({ hits: none, searching: false });
  const [current, setCurrent] = useState(-1);

  useEffect(() => {
    setFound({ hits: none, searching: false });
    setCurrent(-1);
    if (!text || query.trim() === '') return;
    let stopped = false;
    const run = async () => {
      const from = startPage();
      let hits: Hit[] = [];
      let chosen = false;
      for (let page = 0; page < pageCount && !stopped; page++) {
        const more = findAll((await text.page(page)).folded, query).map(([start, end]) => ({ page, start, end }));
        if (stopped) return;
        if (more.length === 0) continue;
        hits = [...hits, ...more];
        setFound({ hits, searching: true });
        if (!chosen && page >= from) {
          chosen = true;
          setCurrent(hits.length - more.length);
        }
      }
      if (stopped) return;
      if (!chosen && hits.length > 0) setCurrent(0);
      setFound({ hits, searching: false });
    };
    const timer = setTimeout(() => void run(), 180);
    setFound({ hits: none, searching: true });
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [text, pageCount, query, startPage]);

  return useMemo(() => {
    const step = (by: 1 | -1) =>
      setCurrent((at) => (found.hits.length === 0 ? -1 : (at + by + found.hits.length) % found.hits.length));
    return { ...found, current, step };
  }, [found, current]);
}
