import { useTranslation } from 'react-i18next';
import { useBooks, type Direction } from '@/lib/backend';
import { Link, paths } from '@/lib/router';
import { formatMoment } from '@/lib/time';
import { StatusPill } from '@/ui';
import classes from './books.module.css';
import { openAlarms } from './books';

/** Beside the title of a list: the books that this machine holds, and numbers that were given twice. */
export function HolderPills({ direction }: { direction: Direction }) {
  const { t } = useTranslation();
  const { data } = useBooks();
  const books = (data ?? []).filter((book) => book.direction === direction);
  const alarms = books.reduce((sum, book) => sum + openAlarms(book).length, 0);
  return (
    <>
      {alarms > 0 && <Link href={paths.books} className={classes.pill}><StatusPill tone="bad">{t('books.alarms', { count: alarms })}</StatusPill></Link>}
      {books.filter((book) => book.holder === 'this').map((book) => (
        <Link key={book.id} href={paths.books} className={classes.pill} title={book.name}>
          {book.loan?.over
            ? <StatusPill tone="warn">{t('books.here.over')}</StatusPill>
            : <StatusPill tone="ok">{t('books.here', { until: formatMoment(book.loan?.until) })}</StatusPill>}
        </Link>
      ))}
    </>
  );
}
