import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BookState, Session } from '@/lib/backend';
import { formatMoment } from '@/lib/time';
import { ConfirmDialog, StatusPill, useAct } from '@/ui';
import { Alarms } from './Alarms';
import { doable } from './books';
import { ClosedBook } from './ClosedBooks';
import { History } from './History';
import { LendForm } from './LendForm';
import classes from './books.module.css';

type Asking = 'lend' | 'return' | 'recall' | null;

/** One book: last number, holder, and what can be done. */
export function BookCard({ book, session }: { book: BookState; session?: Session }) {
  const { t } = useTranslation();
  const act = useAct();
  const [asking, setAsking] = useState<Asking>(null);
  const can = doable(book, session);
  const close = () => setAsking(null);
  return (
    <section className={classes.card} aria-label={`${book.name}, ${book.unit.name}`}>
      <header className={classes.head}>
        <h2 className={classes.title}>{book.name}</h2>
        <span className={classes.note}>{book.unit.name}</span>
        <Holder book={book} />
      </header>
      <dl className={classes.facts}>
        <div><dt>{t('books.last', { year: book.year })}</dt><dd className="kg-num">{book.last || '—'}</dd></div>
        {book.loan && <div><dt>{t('books.machine')}</dt><dd>{[book.loan.machine, book.loan.person.name].filter(Boolean).join(' · ')}</dd></div>}
        {book.loan && <div><dt>{t('books.since')}</dt><dd>{formatMoment(book.loan.since)}</dd></div>}
        {book.loan && <div><dt>{t('books.until')}</dt><dd>{formatMoment(book.loan.until)}</dd></div>}
        {book.waiting > 0 && <div><dt>{t('books.waiting')}</dt><dd className="kg-num">{book.waiting}</dd></div>}
      </dl>
      {book.closed && <ClosedBook book={book} />}
      <Alarms book={book} can={can.has('reconcile')} />
      <div className={classes.tools}>
        {can.has('lend') && <Button size="compact-md" variant="light" onClick={() => setAsking('lend')}>{t(book.holder === 'this' ? 'books.longer' : can.has('recall') || !session?.device ? 'books.lend' : 'books.borrow')}</Button>}
        {can.has('return') && <Button size="compact-md" variant="default" onClick={() => setAsking('return')}>{t('books.return')}</Button>}
        {can.has('recall') && <Button size="compact-md" variant="subtle" color="son" onClick={() => setAsking('recall')}>{t('books.recall')}</Button>}
      </div>
      <History book={book} />
      <Modal opened={asking === 'lend'} onClose={close} withCloseButton={false} padding={0} size={480}>
        {asking === 'lend' && <LendForm book={book} session={session} onClose={close} />}
      </Modal>
      <ConfirmDialog
        opened={asking === 'return'}
        title={t('books.return.title', { name: book.name })}
        text={t('books.return.text')}
        confirm={t('books.return')}
        onConfirm={async () => act({ name: 'book.return.1', id: book.id, base: book.version, args: {} })}
        onClose={close}
      />
      <ConfirmDialog
        opened={asking === 'recall'}
        title={t('books.recall.title', { name: book.name })}
        text={t('books.recall.text')}
        confirm={t('books.recall')}
        danger
        reason={{ label: t('books.recall.reason'), required: true }}
        onConfirm={async (text) => act({ name: 'book.recall.1', id: book.id, base: book.version, args: { text } })}
        onClose={close}
      />
    </section>
  );
}

function Holder({ book }: { book: BookState }) {
  const { t } = useTranslation();
  if (book.closed) return <StatusPill tone="warn">{t('books.holder.closed')}</StatusPill>;
  if (book.loan?.over) return <StatusPill tone="warn">{t('books.holder.over')}</StatusPill>;
  if (book.holder === 'this') return <StatusPill tone="ok">{t('books.holder.this')}</StatusPill>;
  if (book.holder === 'other') return <StatusPill tone="info">{t('books.holder.other', { name: book.loan?.person.name ?? '' })}</StatusPill>;
  return <StatusPill>{t('books.holder.server')}</StatusPill>;
}
