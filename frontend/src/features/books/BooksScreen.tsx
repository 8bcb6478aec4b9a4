import { IconNotebook } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useBooks, useSession } from '@/lib/backend';
import { Empty, Loaded, Page, PageHeader } from '@/ui';
import { BookCard } from './BookCard';
import classes from './books.module.css';

/** Sổ văn bản: each book of the offices, who gives its numbers, and what has to be looked at. */
export default function BooksScreen() {
  const { t } = useTranslation();
  const books = useBooks();
  const { data: session } = useSession();
  return (
    <Page header={<PageHeader title={t('nav.books')} />}>
      <Loaded query={books}>
        {(list) =>
          list.length === 0 ? <Empty icon={IconNotebook} title={t('books.none')} /> : (
            <div className={classes.sheet}>
              <p className={classes.note}>{t('books.text')}</p>
              {list.map((book) => <BookCard key={book.id} book={book} session={session} />)}
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}
