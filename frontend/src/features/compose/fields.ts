/** The fields of a document on a form: how they start, what changed, what clashes. */
import type { Doc, Fields } from '@/lib/backend';
import { ApiError } from '@/lib/errors';

export type FieldName = Exclude<keyof Fields, 'secrecy'>;

/** In the order in which a form and a comparison show them. */
export const fieldNames: readonly FieldName[] = [
  'type', 'codeNumber', 'notation', 'issuedDate', 'organName', 'subject', 'summary', 'urgency', 'dueDate', 'signerTitle', 'signerName',
  'field', 'pages', 'copies', 'toPlaces', 'language', 'paper',
  'fileOrgan', 'fileCatalog', 'fileNotation', 'docOrdinal', 'retentionCode', 'circulation', 'drafterNotation',
];

/** May be changed in an incoming document that another office of the province issued. */
export const localFields: readonly FieldName[] = [
  'dueDate', 'field', 'summary', 'fileOrgan', 'fileCatalog', 'fileNotation', 'docOrdinal', 'retentionCode',
];

export function fieldsOf(doc: Doc): Fields {
  return Object.fromEntries(fieldNames.map((name) => [name, doc[name]])) as Fields;
}

const same = (a: unknown, b: unknown) => (a || '') === (b || '');

export interface Edit {
  set: Record<string, unknown>;
  old: Record<string, unknown>;
}

/** What the person changed, each with what he saw. */
export function editOf(before: Fields, after: Fields): Edit {
  const edit: Edit = { set: {}, old: {} };
  for (const name of fieldNames) {
    if (same(before[name], after[name])) continue;
    edit.set[name] = after[name] ?? empty(before[name]);
    edit.old[name] = before[name] ?? empty(after[name]);
  }
  return edit;
}

function empty(like: unknown): string | number | boolean {
  if (typeof like === 'number') return 0;
  return typeof like === 'boolean' ? false : '';
}

/** Leaves out what is empty. */
export function filled(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== 0 && value !== false && value !== undefined && value !== null)) as Fields;
}

export interface Clash {
  field: string;
  mine: unknown;
  theirs: unknown;
  by?: string;
  at?: number;
}

/** The fields that somebody else changed meanwhile; null when the error is another one. */
export function clashesOf(error: unknown): Clash[] | null {
  return error instanceof ApiError ? clashesIn(error.reason, error.data) : null;
}

/** The same of a stored refusal. */
export function clashesIn(reason: string, data: Readonly<Record<string, unknown>> = {}): Clash[] | null {
  if (reason !== 'document.edit_conflict') return null;
  return Object.entries(data).flatMap(([field, value]) => {
    if (typeof value !== 'object' || value === null) return [];
    const { mine, theirs, by, at } = value as Record<string, unknown>;
    return [{ field, mine, theirs, by: typeof by === 'string' ? by : undefined, at: typeof at === 'number' ? at : undefined }];
  });
}

/** The edit again after the person chose: mine is set over theirs, the others are left as they are. */
export function settle(edit: Edit, clashes: readonly Clash[], keepMine: ReadonlySet<string>): Edit {
  const next: Edit = { set: { ...edit.set }, old: { ...edit.old } };
  for (const { field, theirs } of clashes) {
    if (keepMine.has(field)) next.old[field] = theirs;
    else {
      delete next.set[field];
      delete next.old[field];
    }
  }
  return next;
}
