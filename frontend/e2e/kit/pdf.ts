import { randomBytes } from 'node:crypto';

/**
 * Writes small PDFs by hand. Text is drawn in Helvetica, one byte a letter;
 * an encoding and a ToUnicode map give each byte its Vietnamese character, so
 * that the page shows, and the text layer and search see, real Vietnamese.
 */
export function makePdf(pages: readonly string[][], padding = 0): Buffer {
  return makePaper(pages.map((lines) => lines.map((line, n): Piece => [line, 60, 760 - n * 28])), { size: 16, padding });
}

const firstCode = 0x21;

/** How wide Helvetica draws a letter, thousandths of its size: the letter decides, not its marks. */
function widthOf(letter: string): number {
  const base = letter.normalize('NFD').charAt(0).replace('đ', 'd').replace('Đ', 'D');
  const known = widths.find(([, letters]) => letters.includes(base));
  return known ? known[0] : 556;
}

const widths: ReadonlyArray<readonly [width: number, letters: string]> = [
  [222, 'ijl'], [278, ' !,./:;I[]ft'], [333, '()-r'], [500, 'Jckszvxy'], [584, '+<=>~'],
  [611, 'FTZ'], [667, 'ABEKPSVXY&'], [722, 'CDHNRUw'], [778, 'GOQ'], [833, 'Mm'], [889, '%'], [944, 'W'], [1000, '–—…'],
];

/** Text with its left edge and its base from the lower edge of the page, points. */
export type Piece = readonly [text: string, left: number, base: number, ...more: unknown[]];

/** Pages on which each piece of text stands where it is told to. */
export function makePaper(pages: ReadonlyArray<readonly Piece[]>, { size = 10.5, padding = 0 } = {}): Buffer {
  const letters = [...new Set(pages.flat().map(([text]) => text).join(''))];
  const code = new Map(letters.map((letter, i) => [letter, firstCode + i]));
  const hex = (text: string) => [...text].map((letter) => (code.get(letter) ?? 0).toString(16).padStart(2, '0')).join('');
  const objects: string[] = [];
  const add = (body: string) => objects.push(body);
  // Page dictionaries first, then each page's text and padding: a reader that asks by ranges needs only some of it.
  const first = 4;
  const contents = first + pages.length;
  const kids = pages.map((_, i) => `${first + i} 0 R`).join(' ');
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  const names = letters.map((letter) => `/uni${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`).join(' ');
  const encoding = `/Encoding << /Type /Encoding /Differences [${firstCode} ${names}] >> /FirstChar ${firstCode} /LastChar ${firstCode + letters.length - 1} /Widths [${letters.map(widthOf).join(' ')}]`;
  add(`<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica ${encoding} /ToUnicode ${contents + pages.length * 2} 0 R >>`);
  for (const i of pages.keys()) {
    add(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents [${contents + i * 2} 0 R ${contents + 1 + i * 2} 0 R] >>`);
  }
  for (const pieces of pages) {
    add(stream(pieces.map(([text, left, base]) => `BT /F1 ${size} Tf ${left} ${base} Td <${hex(text)}> Tj ET`).join('\n')));
    add(stream(`% ${'x'.repeat(padding)}`));
  }
  const map = letters.map((letter) => `<${hex(letter)}> <${letter.charCodeAt(0).toString(16).padStart(4, '0')}>`).join('\n');
  add(stream(`/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def 1 begincodespacerange <00> <ff> endcodespacerange ${letters.length} beginbfchar\n${map}\nendbfchar endcmap end end`));
  return assemble(objects);
}

/** One page of plain words, and so many bytes that no page shows: what a scan weighs. */
export function makeHeavyPdf(words: string, bytes: number): Buffer {
  return assemble([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> /Contents 4 0 R >>',
    stream(`BT /F1 24 Tf 60 760 Td (${words}) Tj ET`),
    stream(randomBytes(bytes).toString('latin1')),
  ]);
}

export function stream(body: string): string {
  return `<< /Length ${Buffer.byteLength(body, 'latin1')} >>\nstream\n${body}\nendstream`;
}

/** Objects numbered from 1, the first of them the catalog; more goes into the trailer. */
export function assemble(objects: readonly string[], more = ''): Buffer {
  let text = '%PDF-1.7\n';
  const places = objects.map((body, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const start = text.length;
  const table = places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${more}>>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}
