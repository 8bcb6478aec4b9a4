import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingView, ParticipantView } from '@/lib/backend';
import { ConfirmDialog, notify, useAct } from '@/ui';
import { toDecide } from './actions';
import classes from './meeting.module.css';

/** Substitutes that wait for the organiser's yes or no. */
export function Decisions({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  const act = useAct();
  const [refusing, setRefusing] = useState<ParticipantView | null>(null);
  const waiting = toDecide(meeting);
  if (waiting.length === 0) return null;
  const decide = (one: ParticipantView, accept: boolean, text?: string) =>
    act({ name: 'meeting.decide_substitute.1', id: meeting.id, base: meeting.version, args: { participant: one.id, substitute: one.substitute?.id ?? '', accept: accept || undefined, text } });
  return (
    <section className={classes.decisions} aria-label={t('meeting.decide')}>
      <h2>{t('meeting.decide')}</h2>
      <ul>
        {waiting.map((one) => (
          <li key={one.id}>
            <span><b>{one.name}</b> {t('meeting.decide.sends', { name: one.substitute?.name ?? '' })}{one.reason && <span className={classes.quiet}> – {one.reason}</span>}</span>
            <Button size="compact-sm" aria-label={t('meeting.decide.yes_to', { name: one.substitute?.name ?? '' })} onClick={() => void decide(one, true).catch(notify.error)}>{t('meeting.decide.yes')}</Button>
            <Button size="compact-sm" variant="default" aria-label={t('meeting.decide.no_to', { name: one.substitute?.name ?? '' })} onClick={() => setRefusing(one)}>{t('meeting.decide.no')}</Button>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        opened={refusing !== null} title={t('meeting.decide.no')} text={refusing ? t('meeting.decide.no.text', { name: refusing.name }) : undefined} confirm={t('meeting.decide.no')}
        reason={{ label: t('meeting.act.reason'), required: true, maxLength: 1000 }} onClose={() => setRefusing(null)}
        onConfirm={(text) => (refusing ? decide(refusing, false, text) : undefined)}
      />
    </section>
  );
}
