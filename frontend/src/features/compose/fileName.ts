/** What a file's name says of the document: offices name scans "308-KH-UBND.pdf" or "12_QĐ-UBND ngày 05.8.2026". */
import type { DocType } from '@/lib/backend';
import { fold } from '@/lib/fold';
import { parseDay } from '@/lib/time';

export interface FromName {
  codeNumber?: string;
  notation?: string;
  type?: string;
  issuedDate?: string;
  subject?: string;
}

/** Reads number, notation, type, date and a possible subject; what is not there is absent. */
export function readFileName(fileName: string, types: readonly DocType[]): FromName {
  let rest = fileName.normalize('NFC').replace(/\.[A-Za-z0-9]{2,5}$/, '').replace(/[_\s]+/g, ' ').trim();
  const found: FromName = {};
  const day = /(?:ng[àa]y\s*)?\b(\d{1,2}[.\-/]\d{1,2}[.\-/]\d{4})\b/i.exec(rest);
  if (day?.[1]) {
    const parsed = parseDay(day[1]);
    if (parsed) {
      found.issuedDate = parsed;
      rest = rest.replace(day[0], ' ').trim();
    }
  }
  const symbol = /(?:^|\s)(?:s[ốo]\s*)?(\d{1,6}[a-z]?)\s*[-/. ]\s*([\p{Lu}][\p{L}]{0,6}(?:[-–][\p{L}\d.]+)+|[\p{Lu}]{2,12}(?:-[\p{L}\d.]+)*)(?=\s|$)/u.exec(rest);
  if (symbol?.[1] && symbol[2]) {
    found.codeNumber = symbol[1];
    found.notation = symbol[2].replaceAll('–', '-');
    found.type = typeOfNotation(found.notation, types);
    rest = rest.replace(symbol[0], ' ').trim();
  }
  const words = rest.replace(/^[\s\-–.,:()]+|[\s\-–.,:(]+$/g, '');
  if (/\p{L}{2,}.*\s.*\p{L}{2,}/u.test(words)) found.subject = words;
  return found;
}

/**
 * The type that a notation names: "KH-UBND" is a plan. File names often lack
 * accents, so a folded match counts when it is the only one; "UBND-VX" starts
 * with no type and is a công văn.
 */
export function typeOfNotation(notation: string, types: readonly DocType[]): string | undefined {
  const head = notation.split('-')[0] ?? '';
  const exact = types.find((type) => type.abbr === head);
  if (exact) return exact.code;
  const same = types.filter((type) => type.abbr && fold(type.abbr) === fold(head));
  if (same.length === 1) return same[0]?.code;
  if (same.length > 1) return undefined;
  return notation.includes('-') || /^[A-Z]{3,}$/.test(head) ? types.find((type) => type.code === 'CV')?.code : undefined;
}

interface Office { notation?: string }

/** The notation (ký hiệu) that the law gives: "QĐ-UBND", and for a công văn "UBND-VX". */
export function makeNotation(type: DocType | undefined, office: Office | undefined, division?: Office): string {
  const own = office?.notation ?? '';
  if (type?.abbr) return own ? `${type.abbr}-${own}` : type.abbr;
  return division?.notation ? `${own}-${division.notation}` : own;
}
