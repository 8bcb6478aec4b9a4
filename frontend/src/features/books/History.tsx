import { useTranslation } from 'react-i18next';
import type { BookState } from '@/lib/backend';
import { reasonText } from '@/lib/errors';
import { Link, paths } from '@/lib/router';
import { formatMoment } from '@/lib/time';
import classes from './books.module.css';

/** What happened to the book: holders, numbers without a document, alarms that were settled. */
export function History({ book }: { book: BookState }) {
  const { t } = useTranslation();
  const settled = book.alarms.filter((alarm) => alarm.settled);
  if (book.holds.length + book.spent.length + settled.length === 0) return null;
  return (
    <details className={classes.history}>
      <summary>{t('books.history')}</summary>
      <ul>
        {book.holds.map((hold) => (
          <li key={hold.epoch}>
            <b>{hold.server ? t('books.holder.server') : [hold.machine, hold.person?.name].filter(Boolean).join(' · ')}</b>{' '}
            <span className={classes.note}>
              {[
                hold.ended ? t('books.hold.span', { since: formatMoment(hold.since), ended: formatMoment(hold.ended) }) : t('books.hold.since', { since: formatMoment(hold.since) }),
                hold.recall ? (hold.text ? t('books.hold.recalled', { text: hold.text }) : t('books.hold.revoked')) : '',
                hold.late ? t('books.hold.late', { count: hold.late }) : '',
              ].filter(Boolean).join(' · ')}
            </span>
          </li>
        ))}
        {book.spent.map((spent) => (
          <li key={`${spent.year}.${spent.number}`}>
            <b>{t('books.spent', { number: spent.number, year: spent.year })}</b>{' '}
            <span className={classes.note}>
              {spent.doc ? <Link href={paths.document(spent.doc.id, spent.doc.direction)}>{spent.doc.subject}</Link> : null}{' '}
              {[spent.by?.name, formatMoment(spent.at), spent.reason ? reasonText('conflict', spent.reason) : t('books.spent.nothing')].filter(Boolean).join(' · ')}
            </span>
          </li>
        ))}
        {settled.map((alarm) => (
          <li key={alarm.id}>
            <b>{t(`books.alarm.${alarm.kind}`, { number: alarm.number })}</b>{' '}
            <span className={classes.note}>{[alarm.by?.name, formatMoment(alarm.settled), alarm.text].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
