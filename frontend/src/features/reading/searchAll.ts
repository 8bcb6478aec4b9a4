/**
 * Search in all papers of a meeting at once. The text of a page is read once, in
 * pdf.js's worker; between pages the screen has its turn, so that a paper of
 * 400 pages blocks nothing.
 */
import { findAll, fold, foldWithMap } from '@/lib/fold';
import type { PdfPages } from '@/ui';

/** A paper to search in. */
export interface Source {
  id: string;
  url: string;
}

export interface PageResult {
  /** From 1. */
  page: number;
  count: number;
  before: string;
  hit: string;
  after: string;
}

export interface PaperResult {
  id: string;
  pages: PageResult[];
  /** Could not be read. */
  failed?: boolean;
}

export interface Progress {
  results: PaperResult[];
  /** Pages that were looked at, of how many that are known by now. */
  done: number;
  total: number;
  searching: boolean;
}

type Open = (url: string, signal: AbortSignal) => Promise<PdfPages>;

interface Kept {
  text: string;
  folded: string;
}

const excerpt = 48;
/** How long to go on before the screen has its turn. */
const slice = 12;
/** Papers whose text is kept. */
const keep = 40;

/** Keeps the text of papers by their address. */
export class PaperTexts {
  private readonly papers = new Map<string, { pages: Kept[]; count: number }>();
  private readonly open: Open;

  constructor(open: Open) {
    this.open = open;
  }

  /** Searches one paper after the other and tells how far it is after each page that has something, and now and then. */
  async search(sources: readonly Source[], query: string, tell: (progress: Progress) => void, signal: AbortSignal): Promise<void> {
    const progress: Progress = { results: [], done: 0, total: 0, searching: true };
    const needle = foldWithMap(query).text.trim();
    let pause = performance.now() + slice;
    for (const source of needle ? sources : []) {
      const paper: PaperResult = { id: source.id, pages: [] };
      try {
        for await (const [index, page, total] of this.pages(source.url, signal)) {
          if (index === 0) progress.total += total;
          progress.done++;
          const result = look(page, index, needle, query);
          if (result) paper.pages.push(result);
          if (performance.now() < pause) continue;
          tell({ ...progress, results: withPaper(progress.results, paper) });
          await turn();
          pause = performance.now() + slice;
          if (signal.aborted) return;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Error)) throw error;
        paper.failed = true;
      }
      progress.results = withPaper(progress.results, paper);
    }
    if (!signal.aborted) tell({ ...progress, searching: false });
  }

  private async *pages(url: string, signal: AbortSignal): AsyncGenerator<[index: number, page: Kept, total: number]> {
    let paper = this.papers.get(url);
    if (paper && paper.pages.length === paper.count) {
      for (const [index, page] of paper.pages.entries()) yield [index, page, paper.count];
      return;
    }
    const closing = new AbortController();
    const close = () => closing.abort();
    signal.addEventListener('abort', close, { once: true });
    try {
      const file = await this.open(url, closing.signal);
      paper ??= { pages: [], count: file.count };
      this.put(url, paper);
      for (let index = 0; index < file.count; index++) {
        const page = paper.pages[index] ?? kept((await file.page(index)).runs.map((run) => run.text).join(' '));
        paper.pages[index] = page;
        yield [index, page, file.count];
      }
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
  }

  private put(url: string, paper: { pages: Kept[]; count: number }) {
    this.papers.delete(url);
    this.papers.set(url, paper);
    for (const oldest of [...this.papers.keys()].slice(0, -keep)) this.papers.delete(oldest);
  }
}

const kept = (raw: string): Kept => {
  const text = raw.normalize('NFC').replaceAll(/\s+/gu, ' ');
  return { text, folded: fold(text) };
};

function look({ text, folded }: Kept, index: number, needle: string, query: string): PageResult | null {
  if (!folded.includes(needle)) return null;
  const found = findAll(foldWithMap(text), query);
  const [start, end] = found[0] ?? [0, 0];
  if (found.length === 0) return null;
  return {
    page: index + 1, count: found.length, hit: text.slice(start, end),
    before: `${start > excerpt ? '…' : ''}${text.slice(Math.max(0, start - excerpt), start)}`,
    after: `${text.slice(end, end + excerpt)}${end + excerpt < text.length ? '…' : ''}`,
  };
}

function withPaper(results: readonly PaperResult[], paper: PaperResult): PaperResult[] {
  const others = results.filter(({ id }) => id !== paper.id);
  return paper.pages.length > 0 || paper.failed ? [...others, { ...paper, pages: [...paper.pages] }] : others;
}

/** Lets the screen draw and answer keys. */
const turn = () => new Promise<void>((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(null);
});
