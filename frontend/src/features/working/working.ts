/** What can be done with the text of a draft, as plain functions. */
import type { Doc, FileInfo, WorkCopy } from '@/lib/backend';

const text = /\.(docx|odt)$/i;

/** Whether an editor for texts opens it. */
export function isText(file: Pick<FileInfo, 'name'>): boolean {
  return text.test(file.name);
}

/** The newest version of the text that the document is written in; attachments are none. */
export function textOf(doc: Doc): FileInfo | undefined {
  if (doc.direction !== 'outgoing') return undefined;
  const texts = doc.files.filter((file) => file.newest && file.role !== 1 && isText(file));
  return texts.find((file) => file.role === 2) ?? texts[0];
}

/** The PDF that is the document itself, when there is one. */
export function paperOf(doc: Doc): FileInfo | undefined {
  return doc.files.find((file) => file.newest && file.role === 0 && file.media === 'application/pdf');
}

/** Whether the document's PDF was made of an older text than the newest, and which versions those are. */
export function paperState(doc: Doc): { stale: boolean; of?: number; newest?: number } {
  const paper = paperOf(doc);
  return { stale: paper?.stale === true, of: doc.files.find((file) => file.key === paper?.source)?.version, newest: textOf(doc)?.version };
}

/** The working copy of the document's text on this machine. */
export function copyOf(doc: Doc, copies: readonly WorkCopy[]): WorkCopy | undefined {
  const file = textOf(doc);
  return file && copies.find((copy) => copy.document === doc.id && (copy.name === file.name || doc.files.some((other) => other.key === copy.file && other.first === file.first)));
}

/** What a new file of a draft stands for: a text takes the place of the text, a PDF that of the PDF. */
export function replaces(doc: Doc, name: string): { role: number; replaces?: number } {
  const draft = textOf(doc);
  const main = doc.files.find((file) => file.role === 0 && file.newest);
  if (isText({ name }) && draft) return { role: draft.role, replaces: draft.key };
  if (main && !isText(main)) return isText({ name }) ? { role: 2 } : { role: 0, replaces: main.key };
  return { role: 0, replaces: draft?.role === 2 ? undefined : main?.key };
}
