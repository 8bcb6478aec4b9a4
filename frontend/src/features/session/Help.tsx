import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LiveSession } from '@/lib/backend';
import { formatClock } from '@/lib/time';
import { may, type Steps } from './steps';
import classes from './session.module.css';

/** Calls for help that nobody has seen to yet; nothing while there are none. */
export function Help({ view, steps }: { view: LiveSession; steps: Steps }) {
  const { t } = useTranslation();
  if (view.help.length === 0) return null;
  return (
    <section className={classes.panel} data-warn aria-labelledby="session-help">
      <h2 id="session-help" className={classes.title}>{t('session.help')} <span className={classes.count}>{view.help.length}</span></h2>
      <ul className={classes.entries}>
        {view.help.map((call) => (
          <li key={call.key} className={classes.entry}>
            <span className={classes.what}>
              <span className={classes.name}>{t(`session.help.${call.kind}`)} – {call.person.name}</span>
              <span className={classes.note}>{[call.seat && t('session.seat', { seat: call.seat }), formatClock(call.at), call.text].filter(Boolean).join(' · ')}</span>
            </span>
            {may(view, 'attendance.help_done') && (
              <Button size="compact-sm" variant="default" aria-label={t('session.help.done.of', { name: call.person.name })} onClick={() => steps.helped(call.attendance, call.person.id, call.key)}>{t('session.help.done')}</Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
