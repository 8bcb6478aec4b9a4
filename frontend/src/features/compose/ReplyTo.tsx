import { useTranslation } from 'react-i18next';
import type { Doc } from '@/lib/backend';
import { formatFacts } from '@/lib/format';
import { Link, paths } from '@/lib/router';
import { formatDay } from '@/lib/time';
import { Due } from '@/ui';
import classes from './entry.module.css';

/** The document that is being answered. */
export function ReplyTo({ doc }: { doc: Doc }) {
  const { t } = useTranslation();
  return (
    <aside className={classes.reply} aria-label={t('doc.reply_to')}>
      <small>{t('doc.reply_to')} <Due day={doc.due} overdue={doc.overdue} daysLeft={doc.daysLeft} withDay /></small>
      <Link href={paths.document(doc.id, doc.direction)}>{formatFacts(doc.symbol, formatDay(doc.issuedDate), doc.organName)}</Link>
      <span>{doc.subject}</span>
    </aside>
  );
}
