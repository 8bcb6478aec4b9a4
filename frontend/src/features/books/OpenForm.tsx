import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BookState } from '@/lib/backend';
import { formatMoment } from '@/lib/time';
import { FormFrame, useAct } from '@/ui';
import { lastKnown } from './books';

/** After a restore: the clerk says which number was the last, and the book goes on after it. */
export function OpenForm({ book, onClose }: { book: BookState; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const known = lastKnown(book);
  const [last, setLast] = useState<number | null>(known);
  const open = async () => {
    await act({ name: 'book.open.1', id: book.id, base: book.version, args: { year: book.year, last: last ?? 0 } }, t('books.open.asked'));
    onClose();
  };
  const missing = last === null ? t('books.open.none') : last < known ? t('books.open.low', { number: known }) : null;
  return (
    <FormFrame title={t('books.open.title', { name: book.name })} sub={book.unit.name} submit={t('books.open')} missing={missing} onSubmit={open} onClose={onClose}>
      <p>{t('books.open.text', { since: formatMoment(book.closed?.since) })}</p>
      <NumberInput
        label={t('books.open.last', { year: book.year })}
        description={t('books.open.known', { number: known, count: book.closed?.back ?? 0 })}
        value={last ?? ''}
        onChange={(value) => setLast(typeof value === 'number' ? value : null)}
        min={0}
        max={known + 1000}
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="none"
        data-autofocus
      />
      {last !== null && last > known && <p role="status">{t('books.open.lost', { first: known + 1, last, count: last - known })}</p>}
      <p>{t('books.open.then', { number: Math.max(last ?? 0, known) + 1 })}</p>
    </FormFrame>
  );
}
