/** Directives, answers, remarks, requests and steps of a document as one story, the newest first. */
import type { DirectiveInfo, Doc, ExtensionInfo, HistoryStep, RemarkInfo } from '@/lib/backend';

export type Entry =
  | { kind: 'directive'; id: string; at: number; directive: DirectiveInfo }
  | { kind: 'remark'; id: string; at: number; remark: RemarkInfo }
  | { kind: 'extension'; id: string; at: number; extension: ExtensionInfo }
  | { kind: 'reminder'; id: string; at: number; directive: DirectiveInfo; reminder: DirectiveInfo['reminders'][number] }
  | { kind: 'step'; id: string; at: number; step: HistoryStep; times?: number };

export type TimelineFilter = 'all' | 'words';

/**
 * Steps that a card tells better (the directive itself, a request for more
 * time) are left out; `words` keeps only what somebody wrote.
 */
export function timelineOf(doc: Doc, filter: TimelineFilter = 'all'): Entry[] {
  const told = new Set<number>([...doc.directives.map((directive) => directive.key), ...doc.extensions.map((extension) => extension.key)]);
  const entries: Entry[] = [
    ...doc.directives.map((directive): Entry => ({ kind: 'directive', id: `d${directive.key}`, at: directive.at, directive })),
    ...doc.remarks.map((remark): Entry => ({ kind: 'remark', id: `r${remark.key}`, at: remark.at, remark })),
    ...doc.extensions.map((extension): Entry => ({ kind: 'extension', id: `e${extension.key}`, at: extension.at, extension })),
    ...doc.directives.flatMap((directive) =>
      directive.reminders.map((reminder, i): Entry => ({ kind: 'reminder', id: `m${directive.key}.${i}`, at: reminder.at, directive, reminder })),
    ),
    ...doc.history
      .filter((step) => !told.has(step.key) && step.name !== 'document.decide_extension')
      .map((step): Entry => ({ kind: 'step', id: `s${step.key}`, at: step.at, step })),
  ];
  const kept = filter === 'all' ? entries : entries.filter((entry) => entry.kind !== 'step' || Boolean(entry.step.text && !codedSteps.has(entry.step.name)));
  return gathered(kept.toSorted((a, b) => b.at - a.at || order[a.kind] - order[b.kind]));
}

/** Saves of one file, one after the other by one person, are told once: the last, and how many there were. */
function gathered(entries: readonly Entry[]): Entry[] {
  const out: Entry[] = [];
  for (const entry of entries) {
    const last = out.at(-1);
    if (last?.kind === 'step' && entry.kind === 'step' && sameFile(last.step, entry.step)) out[out.length - 1] = { ...last, times: (last.times ?? 1) + 1 };
    else out.push(entry);
  }
  return out;
}

const sameFile = (a: HistoryStep, b: HistoryStep) => a.name === 'document.add_file' && b.name === a.name && a.text === b.text && a.by.id === b.by.id;

/** Steps whose text is a number or names of fields, nothing that somebody wrote. */
const codedSteps = new Set(['document.number', 'document.edit']);

const order = { directive: 0, reminder: 1, extension: 2, remark: 3, step: 4 } as const;

/** A directive's place under the one that it passes on: 0 for the first. */
export function depthOf(doc: Doc, directive: DirectiveInfo): number {
  let depth = 0;
  for (let at: DirectiveInfo | undefined = directive; at?.parent && depth < 9; depth++) {
    const parent: number = at.parent;
    at = doc.directives.find((other) => other.key === parent);
  }
  return depth;
}
