import { Button, Modal } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBooks, type BookState, type Direction } from '@/lib/backend';
import { OpenForm } from './OpenForm';
import classes from './books.module.css';

/** Above a list: the books that stand still since the server came back from a backup. */
export function ClosedBooks({ direction }: { direction: Direction }) {
  const { data } = useBooks();
  const closed = (data ?? []).filter((book) => book.closed && book.direction === direction);
  return closed.length === 0 ? null : <div className={classes.above}>{closed.map((book) => <ClosedBook key={book.id} book={book} />)}</div>;
}

/** Why the book stands still and, for its clerk, the way to open it again. */
export function ClosedBook({ book }: { book: BookState }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const may = book.may.includes('open');
  const close = () => setAsking(false);
  return (
    <div role="status" className={classes.closed}>
      <IconLock size={17} stroke={1.8} aria-hidden />
      <span className={classes.closedText}>
        <strong>{t('books.closed', { name: book.name })}</strong>{' '}
        {t(may ? 'books.closed.clerk' : 'books.closed.others')}
      </span>
      {may && <Button size="compact-md" variant="default" onClick={() => setAsking(true)}>{t('books.open.begin')}</Button>}
      <Modal opened={asking} onClose={close} withCloseButton={false} padding={0} size={500}>
        {asking && <OpenForm book={book} onClose={close} />}
      </Modal>
    </div>
  );
}
