/**
 * Finds where signature, seal, number and date stand on a document, from its
 * text (NĐ 30/2020, appendix I: ô 3, 4, 7a to 7c and 8). The signature stands
 * between the position of the signer and his name, the seal over the left third
 * of it, number and date in what the header leaves open for them.
 */
import { fileRect, onPage, type PageFrame, type PageRect, type PdfPages, type SeenBox, type TextPage } from '@/ui';
import { gapAt, linesOf, type Line } from './lines';

export const placeKinds = ['signature', 'seal', 'number', 'date'] as const;
export type PlaceKind = (typeof placeKinds)[number];

/** A box in the coordinates of the file; `page` from 0. */
export interface Place {
  page: number;
  rect: PageRect;
}

export type Places = Partial<Record<PlaceKind, Place>>;

/** What a person should look at; keys under "signing.warning". */
export type Warning = 'name_missing' | 'no_text' | 'tight' | 'number_missing' | 'number_tight' | 'number_written' | 'date_missing' | 'date_written';

export interface Found {
  places: Places;
  warnings: Warning[];
  /** Pages that were read, by index: where they lie and how they are turned. */
  frames: Record<number, PageFrame>;
}

export interface SignerText {
  name: string;
  /** "CHỦ TỊCH", as it is printed over the name. */
  title?: string;
}

/** A seal is 36 mm wide. */
export const sealSize = (36 / 25.4) * 72;
const signatureHeight = 78;
/** Text that is farther away than this many heights of a letter belongs to another column. */
const column = 3;

/** Reads as few pages as it takes: the first for number and date, then from the last backwards for the name. */
export async function findPlaces(pages: PdfPages, signer: SignerText): Promise<Found> {
  const frames: Record<number, PageFrame> = {};
  const read = async (index: number) => {
    const page = await pages.page(index);
    const { runs: _runs, ...frame } = page;
    frames[index] = frame;
    return page;
  };
  const places: Places = {};
  const warnings: Warning[] = [];
  if (pages.count === 0) return { places, warnings: ['no_text'], frames };
  const first = await read(0);
  let words = first.runs.length > 0;
  let best: Block | undefined;
  for (let index = pages.count - 1; index >= 0 && best?.rank !== 3; index--) {
    const page = index === 0 ? first : await read(index);
    words ||= page.runs.length > 0;
    const block = findBlock(page, signer);
    if (block && block.rank > (best?.rank ?? 0)) best = block;
  }
  if (best) {
    const frame = frames[best.page];
    if (frame) Object.assign(places, placesAround(frame, best.box));
    if (best.tight) warnings.push('tight');
  } else {
    warnings.push(words ? 'name_missing' : 'no_text');
  }
  if (!words) return { places, warnings, frames };
  const header = findHeader(first);
  for (const kind of ['number', 'date'] as const) {
    const { box, written, tight } = header[kind] ?? {};
    if (box) places[kind] = placeOf(first, box);
    if (written) warnings.push(`${kind}_written`);
    else if (!box) warnings.push(`${kind}_missing`);
    else if (tight) warnings.push('number_tight');
  }
  return { places, warnings, frames };
}

const placeOf = (frame: PageFrame, box: SeenBox): Place => ({ page: frame.index, rect: fileRect(frame, onPage(frame, box)) });

/** A signature with the seal that belongs to it. */
export function placesAround(frame: PageFrame, signature: SeenBox): Places {
  return { signature: placeOf(frame, signature), seal: placeOf(frame, sealOver(signature)) };
}

/** The seal covers the left third of the signature. */
export function sealOver(signature: SeenBox): SeenBox {
  return {
    left: signature.left + signature.width / 3 - sealSize, top: signature.top + signature.height / 2 - sealSize / 2, width: sealSize, height: sealSize,
  };
}

interface Block {
  page: number;
  box: SeenBox;
  tight: boolean;
  /** 3: under a position, with room between; 2: by itself; 1: in a sentence. */
  rank: 1 | 2 | 3;
}

/** The last place of a page where the signer's name stands, the best kind of place first. */
export function findBlock(page: TextPage, signer: SignerText): Block | undefined {
  const words = signer.name.normalize('NFC').trim().split(/\s+/u);
  if (words[0] === '' || words.length === 0) return undefined;
  const lines = linesOf(page.runs);
  const name = new RegExp(`(?<![\\p{L}\\p{N}])${words.map(escape).join(' ')}(?![\\p{L}\\p{N}])`, 'giu');
  const blocks = lines.flatMap((line, at) => [...line.text.matchAll(name)].map((match) => blockAt(page, lines, at, match.index, match[0].length, signer)));
  return blocks.reduce<Block | undefined>((best, block) => (best && best.rank > block.rank ? best : block), undefined);
}

function blockAt(page: TextPage, lines: readonly Line[], at: number, start: number, length: number, signer: SignerText): Block {
  const line = lines[at] as Line;
  const left = line.lefts[start] ?? 0;
  const right = line.rights[start + length - 1] ?? left;
  const top = line.base - line.size;
  const wide = column * line.size;
  // "TS. Nguyễn Văn A" is a name as well.
  const before = /(?:^|\s)(?:\p{L}{1,4}\.\s?)+$/u.exec(line.text.slice(0, start))?.[0].length ?? 0;
  const alone = stands(line, start - before - 1, wide) && stands(line, start + length, wide);
  const above = lines.slice(0, at).findLast((other) => other.base < top && over(other, left, right) !== '');
  const room = above ? top - (above.base + 0.3 * above.size) : top;
  const titled = above !== undefined && isTitle(over(above, left, right), signer.title);
  const rank = !alone ? 1 : titled && room > 1.6 * line.size && room < 260 ? 3 : 2;
  const height = Math.max(line.size * 1.5, Math.min(signatureHeight, room - 2));
  const width = Math.min(170, Math.max(120, right - left + 24));
  const middle = (left + right) / 2;
  // Close over the name where the next text above is far off, else in the middle of the room.
  const slack = Math.min(Math.max(0, room - height), signatureHeight) / 2;
  return { page: page.index, rank, tight: room < 2 * line.size, box: onPage(page, { left: middle - width / 2, top: top - height - slack, width, height }) };
}

/** Nothing of the same column stands at that place of a line. */
function stands(line: Line, at: number, wide: number): boolean {
  return at < 0 || at >= line.text.length || gapAt(line, at) > wide;
}

/** The words of a line that stand over a stretch, wholly or in part. */
function over(line: Line, left: number, right: number): string {
  return [...line.text].filter((_char, i) => (line.rights[i] ?? 0) > left - 6 && (line.lefts[i] ?? 0) < right + 6).join('').trim();
}

/** Positions are printed in capitals; one that is known may be written otherwise. */
function isTitle(text: string, title = ''): boolean {
  const letters = text.replace(/[^\p{L}]/gu, '');
  if (letters.length < 2) return false;
  return letters === letters.toUpperCase() || (title !== '' && title.normalize('NFC').toLowerCase().includes(text.toLowerCase()));
}

const escape = (word: string) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

interface Open {
  box?: SeenBox;
  /** Somebody has written it already. */
  written?: boolean;
  tight?: boolean;
}

/** Dots, dashes and spaces that are left to be filled in. */
const blank = String.raw`[\s.…_\-]*`;
const numberLine = new RegExp(String.raw`(?<=^|\s)(Số\s?:?)(${blank})(\d*)(${blank})/`, 'iu');
const dateLine = new RegExp(String.raw`ngày(${blank})(\d*)(${blank})tháng(${blank})(\d*)(${blank})năm(?:${blank}(\d{4})|${blank})`, 'iu');

/** What the header leaves open: the number before the notation, on the left, and the date, on the right. */
export function findHeader(page: TextPage): { number?: Open; date?: Open } {
  const lines = linesOf(page.runs).filter((line) => line.base < page.height * 0.45);
  const out: { number?: Open; date?: Open } = {};
  for (const line of lines) {
    out.number ??= numberIn(line);
    out.date ??= dateIn(line, page.width);
  }
  return out;
}

function numberIn(line: Line): Open | undefined {
  const match = numberLine.exec(line.text);
  if (!match) return undefined;
  const [whole, label = '', , digits = ''] = match;
  // "Công văn số …/…" in a sentence is another document's.
  if (match.index > 0 && gapAt(line, match.index - 1) < column * line.size) return undefined;
  if (digits) return { written: true };
  const left = (line.rights[match.index + label.length - 1] ?? 0) + 1;
  const right = (line.lefts[match.index + whole.length - 1] ?? 0) - 1;
  return { box: onLine(line, left, Math.max(right, left + 8)), tight: right - left < 1.5 * line.size };
}

function dateIn(line: Line, pageWidth: number): Open | undefined {
  const match = dateLine.exec(line.text);
  if (!match) return undefined;
  const left = line.lefts[match.index] ?? 0;
  const text = match[0].trimEnd();
  const right = line.rights[match.index + text.length - 1] ?? left;
  if ((left + right) / 2 < pageWidth * 0.45 || !begins(line, match.index) || !stands(line, match.index + text.length, column * line.size)) return undefined;
  if (match[2] && match[5] && match[7]) return { written: true };
  return { box: onLine(line, left - 2, right + 2) };
}

/** Nothing stands before it in its column, or only a place name: "Đồng Tâm, ngày …". */
function begins(line: Line, at: number): boolean {
  const gap = line.lefts.slice(0, at).findLastIndex((_left, i) => gapAt(line, i) > column * line.size);
  return /^\s*(?:[^,]{1,40},\s*)?$/u.test(line.text.slice(gap + 1, at));
}

/** A box around letters of the line's size that stand on it. */
function onLine(line: Line, left: number, right: number): SeenBox {
  return { left, top: line.base - line.size, width: right - left, height: 1.325 * line.size };
}
