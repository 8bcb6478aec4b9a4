/**
 * Finds a mark's place in another version of its paper: by the words it was made
 * on and what stood around them, near the page where it was. Pure.
 */
import type { MarkBody } from '@/lib/backend';
import { foldWithMap } from '@/lib/fold';
import { fileRect, filePoint, type TextPage, type TextRun } from '@/ui';
import { joinBoxes } from './marks';

/** How well the surroundings of a second candidate may fit, of the first's, for neither to be taken. */
const doubt = 0.15;
/** Of the words that must be there again, in order, when the text was changed. */
const enough = 0.7;

interface Line {
  folded: string;
  /** map[i] is the position of folded character i in the joined text. */
  map: number[];
  /** Where each run begins in the joined text. */
  starts: number[];
}

interface Found {
  page: number;
  /** In the joined text of the page. */
  start: number;
  end: number;
  score: number;
}

/** The mark as it stands in the new version; null when it cannot be said where. */
export function reanchor(mark: MarkBody, pages: readonly TextPage[]): MarkBody | null {
  if (!mark.quote) return null;
  const lines = pages.map(lineOf);
  const found = choose(exact(mark, lines)) ?? choose(similar(mark, lines));
  const page = found && pages[found.page];
  const line = found && lines[found.page];
  if (!found || !page || !line) return null;
  const boxes = boxesOf(page, line, found.start, found.end);
  const first = boxes[0];
  if (!first) return null;
  const moved: MarkBody = { ...mark, page: found.page + 1 };
  if (mark.kind === 'highlight') return { ...moved, rects: joinBoxes(boxes).map((box) => fileRect(page, box)) };
  if (mark.kind === 'note') return { ...moved, at: [...filePoint(page.transform, first.left, first.top)] };
  return null;
}

function lineOf(page: TextPage): Line {
  const starts: number[] = [];
  let text = '';
  for (const run of page.runs) {
    starts.push(text.length);
    text += `${run.text} `;
  }
  const { text: folded, map } = foldWithMap(text);
  return { folded, map, starts };
}

const folded = (text: string | undefined) => foldWithMap(text ?? '').text.trim();

/** Every place with the same words, scored by surroundings and nearness. */
function exact(mark: MarkBody, lines: readonly Line[]): Found[] {
  const needle = folded(mark.quote?.exact);
  const found: Found[] = [];
  if (!needle) return found;
  for (const [page, line] of lines.entries()) {
    for (let at = line.folded.indexOf(needle); at >= 0; at = line.folded.indexOf(needle, at + 1)) {
      found.push({ page, ...range(line, at, at + needle.length), score: 1 + around(mark, line, at, at + needle.length) + near(mark, page) });
    }
  }
  return found;
}

/** The stretch of each page in which most of the words stand again, in their order. */
function similar(mark: MarkBody, lines: readonly Line[]): Found[] {
  const words = wordsOf(folded(mark.quote?.exact)).map(({ text }) => text);
  if (words.length < 4) return []; // too few to tell
  return lines.flatMap((line, page) => {
    const best = stretch(words, line.folded);
    if (!best || best.part < enough) return [];
    return [{ page, ...range(line, best.start, best.end), score: best.part + around(mark, line, best.start, best.end) + near(mark, page) }];
  });
}

interface Word {
  text: string;
  at: number;
}

/** Words and numbers, without the marks between them. */
const wordsOf = (text: string): Word[] => [...text.matchAll(/[\p{L}\p{N}]+(?:[.,/]\p{N}+)*/gu)].map((match) => ({ text: match[0], at: match.index }));

/** The window of about as many words that has the longest common subsequence with them. */
function stretch(words: readonly string[], text: string): { start: number; end: number; part: number } | null {
  const there = wordsOf(text);
  const wanted = new Set(words);
  let best: { start: number; end: number; part: number } | null = null;
  const size = Math.ceil(words.length * 1.3);
  for (const [i, word] of there.entries()) {
    if (!wanted.has(word.text)) continue;
    const window = there.slice(i, i + size);
    const { length, last } = common(words, window);
    const part = length / words.length;
    const end = window[last];
    if (end && (!best || part > best.part)) best = { start: word.at, end: end.at + end.text.length, part };
  }
  return best;
}

/** Length of the longest common subsequence, and the word of the window where it first is so long. */
function common(words: readonly string[], window: readonly Word[]): { length: number; last: number } {
  let row = Array.from({ length: words.length + 1 }, () => 0);
  let length = 0;
  let last = 0;
  for (const [i, { text }] of window.entries()) {
    const next = [0];
    for (const [j, word] of words.entries()) {
      next.push(word === text ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0));
    }
    row = next;
    if ((row[words.length] ?? 0) > length) {
      length = row[words.length] ?? 0;
      last = i;
    }
  }
  return { length, last };
}

/** How much of what stood before and after stands there now, 0 to 1. */
function around(mark: MarkBody, line: Line, start: number, end: number): number {
  const prefix = folded(mark.quote?.prefix);
  const suffix = folded(mark.quote?.suffix);
  if (!prefix && !suffix) return 0;
  const before = line.folded.slice(0, start).trimEnd();
  const after = line.folded.slice(end).trimStart();
  let same = 0;
  while (same < prefix.length && prefix.at(-1 - same) === before.at(-1 - same)) same++;
  let more = 0;
  while (more < suffix.length && suffix[more] === after[more]) more++;
  return (same + more) / (prefix.length + suffix.length);
}

/** Up to a half for the page itself, less for each page away. */
const near = (mark: MarkBody, page: number) => 0.5 / (1 + Math.abs(page + 1 - mark.page));

/** The best, unless another is as good. */
function choose(found: readonly Found[]): Found | null {
  const [first, second] = found.toSorted((a, b) => b.score - a.score);
  if (!first || (second && first.score - second.score < doubt)) return null;
  return first;
}

function range(line: Line, start: number, end: number): { start: number; end: number } {
  return { start: line.map[start] ?? 0, end: (line.map[end - 1] ?? 0) + 1 };
}

/** Boxes of the part of each run that is in the range; letters are taken to be equally wide. */
function boxesOf(page: TextPage, line: Line, start: number, end: number) {
  return page.runs.flatMap((run: TextRun, i) => {
    const begin = line.starts[i] ?? 0;
    const from = Math.max(0, start - begin);
    const to = Math.min(run.text.length, end - begin);
    if (to <= from) return [];
    const letter = run.width / run.text.length;
    return [{ left: run.left + from * letter, top: run.base - run.size, width: (to - from) * letter, height: run.size * 1.25 }];
  });
}
