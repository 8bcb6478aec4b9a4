/**
 * The state of a text that saves itself. Pure: what happens is an event, what
 * is to be done follows from the state.
 */
export interface Theirs {
  text: string;
  revision: number;
  by: string;
  at: number;
}

export interface Draft {
  /** As the records have it, and which revision that is. */
  saved: string;
  revision: number;
  /** As it stands in the editor. */
  text: string;
  /** What is on its way. */
  sending?: string;
  savedAt?: number;
  failed?: unknown;
  /** Somebody else has written meanwhile: nothing is saved until the person has chosen. */
  theirs?: Theirs;
}

export type Happening =
  | { type: 'typed'; text: string }
  | { type: 'sent' }
  | { type: 'kept'; revision: number; at: number }
  | { type: 'failed'; error: unknown }
  | { type: 'clashed'; theirs: Theirs }
  | { type: 'arrived'; text: string; revision: number }
  | { type: 'chose'; text: string };

export const begin = (saved: string, revision: number): Draft => ({ saved, revision, text: saved });

export const isDirty = (draft: Draft): boolean => draft.text !== draft.saved;

/** Whether it is to be sent now. */
export const wantsSaving = (draft: Draft): boolean => isDirty(draft) && draft.sending === undefined && !draft.theirs;

/** Whether what arrived from elsewhere takes the place of what is shown. */
export const follows = (draft: Draft, revision: number): boolean => !isDirty(draft) && draft.sending === undefined && !draft.theirs && revision > draft.revision;

export function next(draft: Draft, event: Happening): Draft {
  switch (event.type) {
    case 'typed':
      return { ...draft, text: event.text, failed: undefined };
    case 'sent':
      return { ...draft, sending: draft.text, failed: undefined };
    case 'kept':
      return { ...draft, saved: draft.sending ?? draft.saved, sending: undefined, revision: event.revision, savedAt: event.at, failed: undefined };
    case 'failed':
      return { ...draft, sending: undefined, failed: event.error };
    case 'clashed':
      return { ...draft, sending: undefined, failed: undefined, theirs: event.theirs };
    case 'arrived':
      return follows(draft, event.revision) ? { ...begin(event.text, event.revision), savedAt: draft.savedAt } : draft;
    case 'chose':
      return draft.theirs ? { saved: draft.theirs.text, revision: draft.theirs.revision, text: event.text, savedAt: draft.savedAt } : draft;
  }
}
