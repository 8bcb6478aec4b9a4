import { IconNotebook } from '@tabler/icons-react';
import { lazy } from 'react';
import { useBooks } from '@/lib/backend';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';
import { NavBadge } from '@/ui';
import { openAlarms } from './books';

export { ClosedBooks } from './ClosedBooks';
export { HolderPills } from './HolderPills';

/** Numbers that two documents have: somebody must look at them. */
function Badge() {
  const { data } = useBooks();
  return <NavBadge urgent count={(data ?? []).reduce((sum, book) => sum + openAlarms(book).length, 0)} />;
}

export const feature: Feature = {
  id: 'books',
  routes: [{ path: paths.books, screen: lazy(() => import('./BooksScreen')) }],
  nav: [{ path: paths.books, label: 'nav.books', icon: IconNotebook, order: 45, section: 'work', badge: Badge }],
};
