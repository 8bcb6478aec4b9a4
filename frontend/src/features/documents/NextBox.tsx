import { IconArrowRight, IconUserOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Doc } from '@/lib/backend';
import { Due, StatePill } from '@/ui';
import { nextOf } from './next';
import classes from './document.module.css';

/** Who must act next, and by when. */
export function NextBox({ doc }: { doc: Doc }) {
  const { t } = useTranslation();
  const list = nextOf(doc);
  const left = doc.handOvers.filter((one) => !one.done);
  if (list.length === 0 && left.length === 0) return null;
  return (
    <section className={classes.next} aria-label={t('doc.next')}>
      <h3 className={classes.nextTitle}>{t('doc.next')}</h3>
      <ul>
        {left.map((one) => (
          <li key={one.from.id} className={classes.nextItem}>
            <IconUserOff size={15} stroke={1.8} aria-hidden />
            <span className={classes.nextWords}>{t('doc.handover.open', { name: one.from.name, what: one.what.map((queue) => t(`desk.ask.${queue}`)).join(', ') })}</span>
          </li>
        ))}
        {list.map((next, i) => (
          <li key={`${next.key}${i}`} className={classes.nextItem}>
            <IconArrowRight size={15} stroke={1.8} aria-hidden />
            <span className={classes.nextWords}>
              <span><strong>{next.who ?? t(`doc.next.role.${next.role ?? 'leader'}`)}</strong> {t(`doc.next.${next.key}`)}</span>
              {next.due && <Due day={next.due} overdue={next.overdue} daysLeft={next.daysLeft} />}
            </span>
            {next.state && <StatePill state={next.state} hollow />}
          </li>
        ))}
      </ul>
    </section>
  );
}
