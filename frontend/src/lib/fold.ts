/**
 * Accent-insensitive comparison, the same rule as the search index in Go:
 * decompose, drop the marks, đ becomes d, lower case.
 */
const marks = /\p{M}+/gu;

export function fold(text: string): string {
  return text.normalize('NFD').replace(marks, '').replace(/[đĐðÐ]/g, 'd').toLowerCase();
}

/** Folded text in which every character remembers where it came from. */
export interface FoldedText {
  text: string;
  /** map[i] is the index in the original of folded character i; the last entry is the original's length. */
  map: number[];
}

/** Folds and turns each run of white space into one space, keeping positions. */
export function foldWithMap(original: string): FoldedText {
  let text = '';
  const map: number[] = [];
  let index = 0;
  let spaced = true;
  for (const char of original) {
    const at = index;
    index += char.length;
    if (/\s/u.test(char)) {
      if (!spaced) {
        text += ' ';
        map.push(at);
      }
      spaced = true;
      continue;
    }
    const folded = fold(char);
    for (let i = 0; i < folded.length; i++) map.push(at);
    text += folded;
    if (folded) spaced = false;
  }
  map.push(original.length);
  return { text, map };
}

/** Ranges [start, end) of the original in which the query occurs, accents ignored. */
export function findAll(original: FoldedText, query: string, limit = 10_000): Array<[number, number]> {
  const needle = foldWithMap(query).text.trim();
  const found: Array<[number, number]> = [];
  if (!needle) return found;
  for (let at = original.text.indexOf(needle); at >= 0 && found.length < limit; ) {
    const last = original.map[at + needle.length - 1] ?? 0;
    const next = original.map.find((position, i) => i >= at + needle.length && position > last);
    found.push([original.map[at] ?? 0, next ?? last + 1]);
    at = original.text.indexOf(needle, at + needle.length);
  }
  return found;
}

/**
 * How well a query fits a label, higher is better, 0 is no match. All words of
 * the query must occur; starts of words and whole phrases count more. Letters
 * in order (a fuzzy match) count least.
 */
export function score(query: string, label: string): number {
  const q = fold(query).trim().replace(/\s+/g, ' ');
  if (!q) return 1;
  const text = fold(label);
  if (text === q) return 1000;
  if (text.startsWith(q)) return 800 - Math.min(200, text.length - q.length);
  const phrase = text.indexOf(q);
  if (phrase >= 0 && isWordStart(text, phrase)) return 600 - Math.min(200, phrase);
  if (phrase >= 0 && q.length > 2) return 400 - Math.min(200, phrase);
  if (q.length <= 2) return initials(text).includes(q) ? 150 : 0; // two letters occur nearly everywhere
  let total = 0;
  for (const word of q.split(' ')) {
    const at = text.indexOf(word);
    if (at < 0) return initials(text).includes(q.replaceAll(' ', '')) ? 150 : fuzzy(q.replaceAll(' ', ''), text);
    total += isWordStart(text, at) ? 60 : 30;
  }
  return 200 + Math.min(100, total);
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '');
}

function initials(text: string): string {
  return text.split(/[^\p{L}\p{N}]+/u).map((word) => word[0] ?? '').join('');
}

function fuzzy(q: string, text: string): number {
  let at = -1;
  let gaps = 0;
  for (const char of q) {
    const next = text.indexOf(char, at + 1);
    if (next < 0) return 0;
    if (at >= 0) gaps += next - at - 1;
    at = next;
  }
  return gaps > q.length * 2 ? 0 : Math.max(1, 80 - gaps * 4);
}
