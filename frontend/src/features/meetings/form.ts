/** The form of a meeting: what is written in it, what is missing, and what is given of it. */
import type { MeetingFields, MeetingView, OutsiderInvite } from '@/lib/backend';
import { dayOf, type Day, type WorkCalendar } from '@/lib/time';
import type { Invited } from './invited';
import { clockOf, momentOf, nextWorkingHour } from './when';

export interface Form {
  title: string;
  content: string;
  meetingClass: string;
  form: 'TRUC_TIEP' | 'TRUC_TUYEN' | 'KET_HOP';
  day: Day | null;
  from: string;
  to: string;
  /** The last day, when it is another. */
  lastDay: Day | null;
  room: string | null;
  place: string;
  secret: boolean;
  quorum: number;
  substitutesVote: boolean;
  speech: number;
  materialsDue: Day | null;
  openQueue: boolean;
  questions: boolean;
}

/** As long as a meeting is when nobody says otherwise. */
const usual = 90 * 60_000;

export function newForm(calendar?: WorkCalendar, now = Date.now()): Form {
  const start = nextWorkingHour(now, calendar);
  return {
    title: '', content: '', meetingClass: 'GIAO_BAN', form: 'TRUC_TIEP', day: dayOf(start), from: clockOf(start), to: clockOf(start + usual), lastDay: null,
    room: null, place: '', secret: false, quorum: 0, substitutesVote: false, speech: 0, materialsDue: null, openQueue: false, questions: false,
  };
}

export function formOf(fields: MeetingFields): Form {
  const day = dayOf(fields.start);
  const last = dayOf(fields.end);
  return {
    title: fields.title, content: fields.content ?? '', meetingClass: fields.class || 'KHAC', form: fields.form || 'TRUC_TIEP',
    day, from: clockOf(fields.start), to: clockOf(fields.end), lastDay: last === day ? null : last,
    room: fields.room ?? null, place: fields.place ?? '', secret: Boolean(fields.secret), quorum: fields.quorumPercent ?? 0,
    substitutesVote: Boolean(fields.substitutesVote), speech: fields.speechMinutes ?? 0, materialsDue: dayOf(fields.materialsDue ?? 0) || null,
    openQueue: Boolean(fields.openQueue), questions: Boolean(fields.withQuestionTime),
  };
}

export function startOf(form: Form): number | null {
  return momentOf(form.day, form.from);
}

export function endOf(form: Form): number | null {
  return momentOf(form.lastDay ?? form.day, form.to);
}

/** Another beginning moves the end with it, as long as both are on one day. */
export function beginAt(form: Form, from: string): Form {
  const [old, end, start] = [startOf(form), endOf(form), momentOf(form.day, from)];
  if (old === null || end === null || start === null || form.lastDay || end <= old) return { ...form, from };
  const moved = start + end - old;
  return { ...form, from, to: dayOf(moved) === form.day ? clockOf(moved) : '23:59' };
}

/** i18n keys of what is wrong, by field; "people" is the list of those invited. */
export type Wrong = Partial<Record<'title' | 'time' | 'place' | 'people', string>>;

/** What has to be put right before a draft can be kept at all. */
export function wrongOf(form: Form, people: readonly Invited[]): Wrong {
  const [start, end] = [startOf(form), endOf(form)];
  return {
    ...(form.title.trim() ? {} : { title: 'meeting.form.title.missing' }),
    ...(start === null || end === null ? { time: 'meeting.form.time.missing' } : end <= start ? { time: 'error.meeting.bad_span' } : {}),
    ...(people.filter((one) => one.role === 'CHU_TRI').length > 1 ? { people: 'error.meeting.many_chairs' } : {}),
  };
}

/** What a draft still lacks before it can be submitted. */
export function lacksOf(form: Form, people: readonly Invited[]): Wrong {
  return {
    ...(form.form === 'TRUC_TUYEN' || form.room || form.place.trim() ? {} : { place: 'error.meeting.needs_place' }),
    ...(people.some((one) => one.role === 'CHU_TRI') ? {} : { people: 'error.meeting.needs_chair' }),
  };
}

/** The schedule as commands take it; what the form does not show stays as it was. */
export function fieldsOf(form: Form, before?: MeetingFields): MeetingFields {
  const text = (words: string) => words.trim().normalize('NFC');
  return {
    title: text(form.title), content: text(form.content) || undefined, class: form.meetingClass as MeetingFields['class'], form: form.form,
    start: startOf(form) ?? 0, end: endOf(form) ?? 0, room: form.form === 'TRUC_TUYEN' ? undefined : form.room ?? undefined,
    place: text(form.place) || undefined, secret: form.secret || undefined, quorumPercent: form.quorum || undefined,
    substitutesVote: form.substitutesVote || undefined, speechMinutes: form.speech || undefined,
    materialsDue: momentOf(form.materialsDue, '17:00') ?? undefined, checkInFrom: before?.checkInFrom,
    openQueue: form.openQueue || undefined, withQuestionTime: form.questions || undefined,
  };
}

/** The outsiders of a view that are still wanted, and the keys of those that are not. */
export interface Outsider extends OutsiderInvite {
  /** Absent: named just now. */
  key?: number;
}

export function outsidersOf(view: MeetingView): Outsider[] {
  return view.outsiders.map(({ key, name, organ, title, role, phone }) => ({ key, name, organ, title, role: role as Outsider['role'], phone }));
}
