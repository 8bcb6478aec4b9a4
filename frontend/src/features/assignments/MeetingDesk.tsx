import { IconCalendarEvent, IconChecklist, IconMail } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeetingDesk, type MeetingItem } from '@/lib/backend';
import { Link, paths } from '@/lib/router';
import { formatMoment } from '@/lib/time';
import { AssignmentLine } from './AssignmentLine';
import classes from './assignments.module.css';

/** What waits in meetings and their tasks, above the documents of the desk; nothing when nothing does. */
export function MeetingDesk() {
  const { t } = useTranslation();
  const { data } = useMeetingDesk();
  if (!data) return null;
  const { today, invitations, tasks, confirm } = data;
  if (today.length + invitations.length + tasks.length + confirm.length === 0) return null;
  return (
    <section className={classes.desk} aria-label={t('desk.meetings')}>
      <Group title={t('desk.meetings.today', { count: today.length })} icon={<IconCalendarEvent size={15} aria-hidden />} shown={today.length > 0}>
        {today.map((meeting) => <MeetingLine key={meeting.id} meeting={meeting} />)}
      </Group>
      <Group title={t('desk.meetings.invitations', { count: invitations.length })} icon={<IconMail size={15} aria-hidden />} shown={invitations.length > 0}>
        {invitations.map((meeting) => <MeetingLine key={meeting.id} meeting={meeting} />)}
      </Group>
      <Group title={t('desk.meetings.confirm', { count: confirm.length })} icon={<IconChecklist size={15} aria-hidden />} shown={confirm.length > 0}>
        {confirm.map((task) => <li key={task.id}><AssignmentLine task={task} /></li>)}
      </Group>
      <Group title={t('desk.meetings.tasks', { count: tasks.length })} icon={<IconChecklist size={15} aria-hidden />} shown={tasks.length > 0}>
        {tasks.map((task) => <li key={task.id}><AssignmentLine task={task} /></li>)}
      </Group>
    </section>
  );
}

function Group({ title, icon, shown, children }: { title: string; icon: ReactNode; shown: boolean; children: ReactNode }) {
  if (!shown) return null;
  return (
    <details className={classes.deskGroup}>
      <summary>{icon} {title}</summary>
      <ul>{children}</ul>
    </details>
  );
}

function MeetingLine({ meeting }: { meeting: MeetingItem }) {
  return (
    <li>
      <span className={classes.line}>
        <Link href={paths.meeting(meeting.id)} className={classes.what}>{meeting.title}</Link>
        <span className={classes.note}>{[formatMoment(meeting.start), meeting.room?.name ?? meeting.place].filter(Boolean).join(' · ')}</span>
      </span>
    </li>
  );
}
