/**
 * The lines of a page, letter by letter, from the pieces of text that a PDF
 * holds. Word processors cut a line where they like and stretch its spaces, so
 * a gap of any width is one space here, and every letter knows where it stands.
 */
import type { TextRun } from '@/ui';

/** One line as seen; points from the upper left corner of the page. */
export interface Line {
  /** NFC, one space for each gap. */
  text: string;
  /** Of each code unit of the text. */
  lefts: readonly number[];
  rights: readonly number[];
  base: number;
  size: number;
}

interface Letter {
  char: string;
  left: number;
  right: number;
}

/** Lines from the top of the page to its end. */
export function linesOf(runs: readonly TextRun[]): Line[] {
  const rows: TextRun[][] = [];
  for (const run of runs.toSorted((a, b) => a.base - b.base)) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row && first && run.base - first.base < 0.3 * Math.max(first.size, run.size)) row.push(run);
    else rows.push([run]);
  }
  return rows.map(lineOf);
}

function lineOf(row: readonly TextRun[]): Line {
  const letters: Letter[] = [];
  let space = false;
  for (const run of row.toSorted((a, b) => a.left - b.left)) {
    for (const letter of lettersOf(run)) {
      const last = letters.at(-1);
      if (/\s/u.test(letter.char)) {
        space = true;
      } else if (last && /\p{M}/u.test(letter.char)) {
        last.char = (last.char + letter.char).normalize('NFC'); // a mark that came by itself
        last.right = Math.max(last.right, letter.right);
      } else {
        if (last && (space || letter.left - last.right > 0.18 * run.size)) letters.push({ char: ' ', left: last.right, right: letter.left });
        letters.push(letter);
        space = false;
      }
    }
  }
  const each = <T,>(of: (letter: Letter) => T) => letters.flatMap((letter) => Array.from({ length: letter.char.length }, () => of(letter)));
  const main = row.reduce((a, b) => (b.text.length > a.text.length ? b : a));
  return { text: letters.map((letter) => letter.char).join(''), lefts: each((letter) => letter.left), rights: each((letter) => letter.right), base: main.base, size: main.size };
}

/** Letters take the width of their run by what they usually are wide. */
function lettersOf(run: TextRun): Letter[] {
  const chars = [...run.text.normalize('NFC')];
  const whole = chars.reduce((sum, char) => sum + weight(char), 0) || 1;
  let at = run.left;
  return chars.map((char) => {
    const left = at;
    at += (run.width * weight(char)) / whole;
    return { char, left, right: at };
  });
}

function weight(char: string): number {
  if (/\p{M}/u.test(char)) return 0;
  if (/[\s.,:;'ijltfr/()[\]|-]/u.test(char)) return 0.28;
  if (/[MWmw]/u.test(char)) return 0.82;
  return /\p{Lu}/u.test(char) ? 0.7 : 0.48;
}

/** Width of the gap at a place in the text; 0 where there is none. */
export function gapAt(line: Line, at: number): number {
  return line.text[at] === ' ' ? (line.rights[at] ?? 0) - (line.lefts[at] ?? 0) : 0;
}
