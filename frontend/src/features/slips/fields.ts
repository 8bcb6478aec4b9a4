/** What a slip asks, as a form edits it: pure. */
import type { CommandArgs, MeetingView, SlipView, Upload } from '@/lib/backend';
import { dayOf } from '@/lib/time';
import { endOf } from './slips';

type Edit = CommandArgs['slip.edit.1'];

export interface SlipFields {
  title: string;
  text: string;
  asked: string[];
  due: string | null;
  silence: 'none' | 'agree';
  threshold: NonNullable<Edit['threshold']>;
}

/** The people who have a vote in a meeting. */
export function votersOf(meeting: Pick<MeetingView, 'participants'>): string[] {
  return meeting.participants.filter(({ unit, voting }) => voting && !unit).map(({ id }) => id);
}

/** The fields of a new slip, due on the day given and asking these, or of a draft. */
export function fieldsOf(slip: SlipView | undefined, due: string, asked: string[] = []): SlipFields {
  if (!slip) return { title: '', text: '', asked, due, silence: 'none', threshold: 'QUA_NUA' };
  return { title: slip.title, text: slip.text ?? '', asked: slip.people.map(({ person }) => person.id), due: dayOf(slip.due), silence: slip.silence, threshold: slip.threshold ?? '' };
}

/** The key of what is still to be said, or null. */
export function missingIn(fields: SlipFields, today: string, uploads: { failed: boolean; busy: boolean }): string | null {
  if (fields.title.trim() === '') return 'slip.form.title_missing';
  if (fields.asked.length === 0) return 'slip.form.nobody';
  if (fields.due === null || fields.due < today) return 'slip.form.due_missing';
  if (uploads.failed) return 'slip.form.file_failed';
  return uploads.busy ? 'slip.form.file_busy' : null;
}

/** What the commands take: everything that is asked, and the files that come with it. */
export function askOf(fields: SlipFields, due: string, uploads: ReadonlyArray<{ upload?: Upload }>): Omit<Edit, 'remove'> {
  const files = uploads.flatMap(({ upload }) => (upload ? [{ name: upload.name, media: upload.media, sha256: upload.sha256 }] : []));
  return {
    title: fields.title, text: fields.text || undefined, asked: fields.asked, due: endOf(due), silence: fields.silence, threshold: fields.threshold,
    files: files.length > 0 ? files : undefined,
  };
}
