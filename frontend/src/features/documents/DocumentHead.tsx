import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { signaturesState, stateTones, VerdictPill } from '@/features/signing';
import { useBooks, type Doc } from '@/lib/backend';
import { formatFacts } from '@/lib/format';
import { formatDay, formatMoment } from '@/lib/time';
import { Due, StatePill, StatusPill, UrgencyMark, WhereMark, type Tone } from '@/ui';
import classes from './document.module.css';

const values: Record<Doc['originalValue'], Tone> = { none: 'warn', one_of_two: 'warn', full: 'ok', paper: 'warn' };

/** What the document is: urgency, symbol, state, deadline, worth, and where it is. */
export function DocumentHead({ doc, level = 1, children }: { doc: Doc; level?: 1 | 2; children?: ReactNode }) {
  const { t } = useTranslation();
  const Title = level === 1 ? 'h1' : 'h2';
  const closed = doc.daysLeft === undefined;
  const waits = useWaits(doc);
  const signed = signaturesState(doc);
  const verdict = doc.direction === 'incoming' ? doc.files.find((file) => file.newest && file.role === 0)?.verdict : undefined;
  const facts = formatFacts(t(`type.${doc.type || 'none'}`), doc.organName, doc.issuedDate && formatDay(doc.issuedDate), doc.arrived && t('doc.arrived_at', { at: formatMoment(doc.arrived) }));
  return (
    <div className={classes.head}>
      {children && <div className={classes.tools}>{children}</div>}
      <div className={classes.marks}>
        <UrgencyMark level={doc.urgency} />
        <span className={classes.symbol}>{doc.symbol || (doc.numberPending && doc.direction === 'outgoing' ? waits : t('doc.no_symbol'))}</span>
        {doc.direction === 'incoming' && (doc.bookNumber || doc.numberPending) && (
          <span className={classes.fact}>{doc.bookNumber ? t('doc.arrival_number', { n: doc.bookNumber }) : waits}</span>
        )}
        <StatePill state={doc.state} />
        {doc.due && <Due day={doc.due} overdue={doc.overdue} daysLeft={doc.daysLeft} closed={closed} withDay />}
      </div>
      <Title className={classes.subject} title={doc.subject}>{doc.subject}</Title>
      <div className={classes.line}>
        <span className="kg-clip" title={facts}>{facts}</span>
        {doc.originalValue !== 'paper' || doc.files.length > 0 ? (
          <Tooltip label={t(`doc.original.${doc.originalValue}.text`)} multiline w={320}>
            <span className={classes.value} data-tone={values[doc.originalValue]}>{t(`doc.original.${doc.originalValue}`)}</span>
          </Tooltip>
        ) : null}
        {signed && <StatusPill tone={stateTones[signed.state]}>{t('signing.count_state', { count: signed.count, state: t(`signing.state.${signed.state}`) })}</StatusPill>}
        {verdict && <VerdictPill verdict={verdict} />}
        {doc.files.length > 0 && <WhereMark where={doc.where} />}
        {doc.pending && <StatusPill tone="warn">{t('doc.pending_up', { count: Math.max(1, doc.where.pendingUp) })}</StatusPill>}
      </div>
    </div>
  );
}

/** Where the number will come from, when the document waits for one. */
function useWaits(doc: Doc): string {
  const { t } = useTranslation();
  const { data } = useBooks();
  const book = doc.numberPending ? data?.find(({ id }) => id === doc.book) : undefined;
  if (book?.holder === 'other') return t('doc.number_at', { name: book.loan?.person.name ?? '' });
  return t('doc.number_pending');
}
