import { Button } from '@mantine/core';
import { IconFileText, IconPencilPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type MeetingView } from '@/lib/backend';
import { may } from '@/lib/may';
import { usePeople } from '@/lib/people';
import { Link, navigate, paths } from '@/lib/router';
import { dayOf, formatDay } from '@/lib/time';
import { notify, StatePill, useAct } from '@/ui';
import { officesOf } from './actions';
import { clockOf } from './when';
import classes from './meeting.module.css';

/** The giấy mời, an outgoing document: its state, or a way to begin it with what the meeting says. */
export function InvitationCard({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const [busy, setBusy] = useState(false);
  const drafts = may(meeting.actions, 'meeting.invitation_drafted');
  if (!meeting.invites && (!drafts || meeting.invitation)) return null;
  const draft = async () => {
    setBusy(true);
    try {
      const id = await api.newId();
      const to = officesOf(meeting);
      const subject = t('meeting.invitation.subject', { title: meeting.title, time: clockOf(meeting.start), day: formatDay(dayOf(meeting.start)) }).slice(0, 500);
      const places = [...to.map((unit) => people.name(unit)), ...meeting.outsiders.map((one) => one.organ || one.name)].map((name) => `- ${name};`).join('\n').slice(0, 1000);
      await act({ name: 'document.draft.1', id, base: 0, args: { unit: meeting.unit.id, fields: { type: 'GM', subject, toPlaces: places }, to } });
      await act({ name: 'meeting.invitation_drafted.1', id: meeting.id, base: meeting.version, args: { document: id } });
      navigate(paths.draft(id));
    } catch (error) {
      notify.error(error);
      setBusy(false);
    }
  };
  return (
    <section className={classes.card} aria-label={t('type.GM')}>
      <h2>{t('type.GM')}</h2>
      {meeting.invites ? (
        <Link className={classes.doc} href={meeting.invites.state === 'DA_PHAT_HANH' ? paths.document(meeting.invites.id, 'outgoing') : paths.draft(meeting.invites.id)}>
          <IconFileText size={17} stroke={1.7} aria-hidden />
          <span>{[meeting.invites.symbol, meeting.invites.subject].filter(Boolean).join(' – ')}</span>
          <StatePill state={meeting.invites.state} />
        </Link>
      ) : (
        <>
          <p className={classes.quiet}>{t('meeting.invitation.text')}</p>
          <Button variant="default" loading={busy} leftSection={<IconPencilPlus size={16} stroke={1.7} />} onClick={() => void draft()}>{t('meeting.invitation.draft')}</Button>
        </>
      )}
    </section>
  );
}
