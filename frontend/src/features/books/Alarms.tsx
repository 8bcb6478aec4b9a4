import { Button, Radio, Textarea } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BookAlarm, BookState, DocRow } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { formatFacts } from '@/lib/format';
import { Link, paths } from '@/lib/router';
import { formatDay, formatMoment } from '@/lib/time';
import { StatePill, useAct } from '@/ui';
import { openAlarms } from './books';
import classes from './books.module.css';

/** Red, until somebody has looked: two documents with one number, or numbers that were skipped. */
export function Alarms({ book, can }: { book: BookState; can: boolean }) {
  return <>{openAlarms(book).map((alarm) => <Reconcile key={alarm.id} book={book} alarm={alarm} can={can} />)}</>;
}

/** Both documents side by side, or the one after a gap. The numbers stay; the one that is chosen carries a note in the book. */
function Reconcile({ book, alarm, can }: { book: BookState; alarm: BookAlarm; can: boolean }) {
  const { t } = useTranslation();
  const act = useAct();
  const docs = [alarm.doc, alarm.other].filter((doc) => doc !== undefined);
  const [chosen, setChosen] = useState(docs.length === 1 ? (docs[0]?.id ?? '') : '');
  const [text, setText] = useState('');
  const [failed, setFailed] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const settle = async () => {
    setBusy(true);
    setFailed(null);
    try {
      await act({ name: 'book.reconcile.1', id: book.id, base: book.version, args: { alarm: alarm.id, doc: chosen, text } });
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  };
  const choose = (doc: DocRow) => {
    setChosen(doc.id);
    if (alarm.kind === 'twice') setText((now) => now || t('books.alarm.note.twice', { number: alarm.number, year: alarm.year }));
  };
  return (
    <section className={classes.alarm} aria-label={t(`books.alarm.${alarm.kind}`, { number: alarm.number })}>
      <h3 className={classes.alarmTitle}><IconAlertTriangle size={16} stroke={1.8} aria-hidden /> {t(`books.alarm.${alarm.kind}`, { number: alarm.number })}</h3>
      <p className={classes.note}>{t(`books.alarm.${alarm.kind}.text`, { machine: alarm.machine ?? '', at: formatMoment(alarm.at) })}</p>
      <div className={classes.pair} role="radiogroup" aria-label={t('books.alarm.which')}>
        {docs.map((doc) => <Side key={doc.id} doc={doc} alarm={alarm} checked={chosen === doc.id} onChange={can ? () => choose(doc) : undefined} />)}
      </div>
      {can && (
        <>
          <Textarea label={t('books.alarm.note')} placeholder={alarm.kind === 'gap' ? t('books.alarm.note.why') : undefined} value={text} maxLength={500} autosize minRows={2} onChange={(event) => setText(event.currentTarget.value)} />
          {failed !== null && <p role="alert" className={classes.failed}>{errorText(failed)}</p>}
          <div className={classes.tools}>
            <Button size="compact-md" loading={busy} disabled={!chosen || text.trim() === ''} onClick={() => void settle()}>{t('books.alarm.settle')}</Button>
            <span className={classes.note}>{t('books.alarm.kept')}</span>
          </div>
        </>
      )}
    </section>
  );
}

function Side({ doc, alarm, checked, onChange }: { doc: DocRow; alarm: BookAlarm; checked: boolean; onChange?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.side} data-checked={checked || undefined}>
      <div className={classes.marks}><span className={classes.number}>{alarm.number}</span><StatePill state={doc.state} /></div>
      <Link href={paths.document(doc.id, doc.direction)}>{doc.subject}</Link>
      <span className={classes.note}>{formatFacts(doc.symbol, doc.organName, formatDay(doc.issuedDate), doc.arrived && t('doc.arrived_at', { at: formatMoment(doc.arrived) }))}</span>
      <span className={classes.note}>{t(alarm.doc?.id === doc.id ? 'books.alarm.later' : 'books.alarm.first', { machine: alarm.machine ?? '' })}</span>
      {onChange && (
        <Radio className={classes.choice} name={`note-${alarm.id}`} checked={checked} onChange={onChange} label={t('books.alarm.here')} />
      )}
    </div>
  );
}
