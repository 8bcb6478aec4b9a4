import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingView } from '@/lib/backend';
import { formatMoment } from '@/lib/time';
import { StatusPill } from '@/ui';
import { statusTones } from './status';
import classes from './meeting.module.css';

const shownFirst = 8;

/** What happened to the meeting, the latest first. */
export function History({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const steps = meeting.history.toReversed();
  return (
    <section className={classes.card} aria-label={t('meeting.history')}>
      <h2>{t('meeting.history')}</h2>
      <ol className={classes.history}>
        {(all ? steps : steps.slice(0, shownFirst)).map((step) => (
          <li key={step.key}>
            <span><b>{step.by.name}</b> {t(`did.${step.name}`).toLocaleLowerCase('vi')}{step.about && step.about.id !== step.by.id ? `: ${step.about.name}` : ''}</span>
            {step.status && <StatusPill tone={statusTones[step.status as MeetingView['status']]}>{t(`meeting.status.${step.status}`)}</StatusPill>}
            <span className={classes.quiet}>{formatMoment(step.at)}</span>
            {step.text && <span className={classes.reason}>{step.text}</span>}
          </li>
        ))}
      </ol>
      {!all && steps.length > shownFirst && <button type="button" className={classes.link} onClick={() => setAll(true)}>{t('meeting.history.all', { count: steps.length })}</button>}
    </section>
  );
}
