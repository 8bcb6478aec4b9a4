import type { Doc, FileInfo } from '@/lib/backend';

/** A file that somebody chose to read, as it was when he did. */
export type Chosen = Pick<FileInfo, 'key' | 'first' | 'newest'>;

/** What he reads now: a newest version gives way to a newer one, an older one that was meant stays. */
export function chosenOf(doc: Doc, chosen: Chosen | undefined): FileInfo | undefined {
  if (!chosen) return undefined;
  const same = doc.files.find((file) => file.key === chosen.key);
  return (chosen.newest && doc.files.find((file) => file.newest && file.first === chosen.first)) || same;
}
