import type { Doc, FileInfo } from '@/lib/backend';

/** A file that somebody chose to read, as it was when he did. */
export type Chosen = Pick<FileInfo, 'key' | 'first' | 'newest'>;

/** All that can be read: the files of the document, and its certified copies. */
export function filesOf(doc: Doc): FileInfo[] {
  return [...doc.files, ...(doc.certifiedCopies ?? []).map((copy) => copy.file)];
}

/** What he reads now: a newest version gives way to a newer one, an older one that was meant stays. */
export function chosenOf(doc: Doc, chosen: Chosen | undefined): FileInfo | undefined {
  if (!chosen) return undefined;
  const files = filesOf(doc);
  const same = files.find((file) => file.key === chosen.key);
  return (chosen.newest && files.find((file) => file.newest && file.first === chosen.first)) || same;
}
