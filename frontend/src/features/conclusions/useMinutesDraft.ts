import { useCallback, useEffect, useReducer, useRef, type RefObject } from 'react';
import { api, useGive, type MinutesView } from '@/lib/backend';
import { asApiError } from '@/lib/errors';
import { begin, next, wantsSaving, type Draft, type Happening } from './autosave';
import type { RichHandle } from './RichEditor';
import { parseRich, writeRich } from './rich';

/** After the last key, in milliseconds. */
const idle = 1500;

export interface MinutesDraft {
  draft: Draft;
  typed: (text: string) => void;
  save: () => void;
  choose: (text: string) => void;
}

const normal = (text: string | undefined) => writeRich(parseRich(text));

/** The minutes of a meeting as they are written: saved by themselves, and never over what somebody else has written. */
export function useMinutesDraft(meeting: string, minutes: MinutesView, editor: RefObject<RichHandle | null>): MinutesDraft {
  const [draft, tell] = useReducer((now: Draft, event: Happening) => next(now, event), undefined, () => begin(normal(minutes.body), minutes.revision));
  const { mutateAsync: give } = useGive();
  const latest = useRef(draft);
  latest.current = draft;

  const save = useCallback(async () => {
    const now = latest.current;
    if (!wantsSaving(now)) return;
    tell({ type: 'sent' });
    try {
      await give({ name: 'minutes.write.1', id: minutes.id, base: 0, args: { meeting, body: now.text, revision: now.revision } });
      // A text that the record had already makes no new revision.
      const record = await api.minutes(meeting);
      tell({ type: 'kept', revision: normal(record.body) === now.text ? record.revision : now.revision + 1, at: Date.now() });
    } catch (error) {
      const { reason, data } = asApiError(error);
      if (reason !== 'minutes.conflict') return tell({ type: 'failed', error });
      tell({ type: 'clashed', theirs: { text: normal(String(data.theirs)), revision: Number(data.revision), by: String(data.by), at: Number(data.at) } });
    }
  }, [give, meeting, minutes.id]);

  const { text, sending, theirs } = draft;
  const dirty = wantsSaving(draft);
  const failed = draft.failed !== undefined; // tried again at the next key, or when the person says so
  useEffect(() => {
    if (!dirty || failed) return undefined;
    const timer = setTimeout(() => void save(), idle);
    return () => clearTimeout(timer);
  }, [text, sending, theirs, dirty, failed, save]);
  // Whoever leaves the screen or hides the window loses nothing.
  useEffect(() => {
    const leave = () => void save();
    window.addEventListener('blur', leave);
    return () => {
      window.removeEventListener('blur', leave);
      leave();
    };
  }, [save]);
  // What others wrote is shown as soon as it is here.
  useEffect(() => {
    const arrived = normal(minutes.body);
    const now = latest.current;
    const after = next(now, { type: 'arrived', text: arrived, revision: minutes.revision });
    if (after === now) return;
    tell({ type: 'arrived', text: arrived, revision: minutes.revision });
    if (after.text !== now.text) editor.current?.replace(parseRich(arrived));
  }, [minutes.body, minutes.revision, editor]);

  return {
    draft,
    typed: useCallback((now: string) => tell({ type: 'typed', text: now }), []),
    save: useCallback(() => void save(), [save]),
    choose: useCallback((now: string) => {
      tell({ type: 'chose', text: now });
      editor.current?.replace(parseRich(now));
    }, [editor]),
  };
}
