import { Button } from '@mantine/core';
import { useCallback, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ClashNote } from '@/features/schedule';
import { api, useMeeting, useSession, type MeetingView, type Session } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { useWorkCalendar } from '@/lib/people';
import { navigate, paths, useParams } from '@/lib/router';
import { Kbd, Loaded, Page, PageHeader, useAct } from '@/ui';
import { CopyPeople } from './CopyPeople';
import { endOf, fieldsOf, formOf, lacksOf, newForm, outsidersOf, startOf, wrongOf, type Form, type Outsider } from './form';
import { addTo, changeOf, invitedAs, inviteesOf, invitedOf, type Invited } from './invited';
import { Outsiders } from './Outsiders';
import { PeopleList } from './PeopleList';
import { PeoplePicker } from './PeoplePicker';
import { ScheduleFields } from './ScheduleFields';
import classes from './form.module.css';

export function NewMeetingScreen() {
  const session = useSession();
  return <Loaded query={session}>{(data) => <FormFrame session={data} />}</Loaded>;
}

export function EditMeetingScreen() {
  const { id = '' } = useParams<{ id: string }>();
  const session = useSession();
  const meeting = useMeeting(id);
  return <Loaded query={session}>{(data) => <Loaded query={meeting}>{(view) => <FormFrame key={view.id} session={data} meeting={view} />}</Loaded>}</Loaded>;
}

/** Who begins a meeting has a part in it: the head in the chair, anybody else as its secretary. */
function oneself(session: Session): Invited[] {
  const me = session.person?.id;
  return me ? [invitedAs(me, false, session.posts.some((post) => post.role === 'leader') ? 'CHU_TRI' : 'THU_KY')] : [];
}

function FormFrame({ session, meeting: shown }: { session: Session; meeting?: MeetingView }) {
  const { t } = useTranslation();
  const act = useAct();
  const calendar = useWorkCalendar();
  // What the person started from: a change by somebody else meanwhile is refused, not overwritten.
  const [meeting] = useState(shown);
  const [form, setForm] = useState<Form>(() => (meeting ? formOf(meeting.fields) : newForm(calendar)));
  const [before] = useState<Invited[]>(() => (meeting ? invitedOf(meeting) : []));
  const [people, setPeople] = useState<Invited[]>(() => (meeting ? before : oneself(session)));
  const [outsiders, setOutsiders] = useState<Outsider[]>(() => (meeting ? outsidersOf(meeting) : []));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const wrong = useMemo(() => wrongOf(form, people), [form, people]);
  const lacks = useMemo(() => lacksOf(form, people), [form, people]);
  const outsiderList = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLFormElement>(null);
  // Before it is painted: a key pressed at its sight is meant for the title.
  useLayoutEffect(() => frame.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus({ preventScroll: true }), []);
  const back = meeting ? paths.meeting(meeting.id) : paths.meetings;
  const onPeople = useCallback((next: Invited[]) => setPeople(next), []);

  const named = outsiders.filter((one) => one.name.trim());
  const create = async () => {
    const id = await api.newId();
    const office = session.posts.find((post) => post.main)?.office ?? session.posts[0]?.office ?? session.unit?.id ?? '';
    await act({ name: 'meeting.create.1', id, base: 0, args: { unit: office, fields: fieldsOf(form), people: inviteesOf(people), outsiders: named.map(plain) } });
    navigate(paths.meeting(id));
  };
  const change = async (view: MeetingView) => {
    const fields = fieldsOf(form, view.fields);
    if (JSON.stringify(fields) !== JSON.stringify(fieldsOf(formOf(view.fields), view.fields))) await act({ name: 'meeting.edit.1', id: view.id, base: view.version, args: { fields } });
    const { set, remove } = changeOf(before, people);
    const kept = new Set(named.map((one) => one.key));
    const added = named.filter((one) => one.key === undefined).map(plain);
    const drop = view.outsiders.filter((one) => !kept.has(one.key)).map((one) => one.key);
    if (set.length + remove.length + added.length + drop.length > 0) await act({ name: 'meeting.set_people.1', id: view.id, base: 0, args: { set, remove, outsiders: added, drop } });
    navigate(back);
  };
  const save = async () => {
    setTried(true);
    if (busy || Object.keys(wrong).length > 0) return;
    setBusy(true);
    setFailed(null);
    try {
      await (meeting ? change(meeting) : create());
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  };
  const onKeyDownCapture = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || (!event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void save();
  };
  const addOutsider = (name: string) => {
    setOutsiders((list) => [...list, { name, role: 'KHACH_MOI' }]);
    requestAnimationFrame(() => outsiderList.current?.querySelector<HTMLInputElement>('[data-outsider]:last-of-type input')?.focus());
  };
  const votes = people.filter((one) => one.voting).length;
  return (
    <Page fixed header={<PageHeader title={t(meeting ? 'meeting.edit' : 'meetings.new')} sub={meeting && meeting.published ? t('meeting.edit.published') : undefined} />}>
      {/* The form only listens to keys that bubble up from its fields. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <form ref={frame} className={classes.frame} aria-label={t(meeting ? 'meeting.edit' : 'meetings.new')} noValidate onKeyDownCapture={onKeyDownCapture} onSubmit={(event) => event.preventDefault()}>
        <div className={classes.screen}>
          <section className={classes.pane} aria-label={t('meeting.schedule')}>
            <ScheduleFields form={form} wrong={{ ...(tried ? wrong : {}), place: lacks.place }} secretBefore={Boolean(meeting?.secret)} onChange={setForm} />
            <ClashNote start={startOf(form) ?? 0} end={endOf(form) ?? 0} room={form.form === 'TRUC_TUYEN' ? undefined : form.room ?? undefined} people={people.map(({ id }) => id)} except={meeting?.id} />
          </section>
          <section className={`${classes.pane} ${classes.people}`} aria-label={t('meeting.people')}>
            <div className={classes.peopleHead}>
              <h2>{t('meeting.people')}</h2>
              <span>{t('meeting.people.count', { count: people.length, votes })}</span>
              <CopyPeople onCopy={(copied) => setPeople((list) => addTo(list, copied))} except={meeting?.id} />
            </div>
            <PeoplePicker people={people} onChange={onPeople} onOutsider={addOutsider} />
            {wrong.people && <p className={classes.wrong} role="alert">{t(wrong.people)}</p>}
            {lacks.people && <p className={classes.lacks}>{t(lacks.people)}</p>}
            <PeopleList people={people} onChange={onPeople} />
            <div ref={outsiderList}><Outsiders list={outsiders} onChange={setOutsiders} /></div>
          </section>
        </div>
        <footer className={classes.foot}>
          {failed !== null ? <p role="alert" className={classes.failed}>{errorText(failed)}</p> : <span className={classes.hint}><Kbd keys="mod+enter" /> {t('meeting.form.hint')}</span>}
          <Button variant="default" onClick={() => navigate(back)}>{t('action.cancel')}</Button>
          <Button loading={busy} onClick={() => void save()}>{t(meeting ? 'action.save' : 'meeting.create')}</Button>
        </footer>
      </form>
    </Page>
  );
}

function plain({ name, organ, title, role, phone }: Outsider) {
  const text = (words: string | undefined) => words?.trim().normalize('NFC') || undefined;
  return { name: name.trim().normalize('NFC'), organ: text(organ), title: text(title), role, phone: text(phone) };
}
