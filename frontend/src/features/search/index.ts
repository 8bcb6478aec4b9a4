import { IconSearch } from '@tabler/icons-react';
import { lazy } from 'react';
import { api } from '@/lib/backend';
import type { Feature } from '@/lib/feature';
import { navigate, paths } from '@/lib/router';

export const feature: Feature = {
  id: 'search',
  routes: [{ path: paths.search, screen: lazy(() => import('./SearchScreen')) }],
  nav: [{ path: paths.search, label: 'nav.search', icon: IconSearch, order: 50, section: 'tools' }],
  palette: [{
    id: 'documents',
    label: 'palette.documents',
    search: async (q, signal) => {
      const { items } = await api.search({ q, limit: 8 }, signal);
      return items.map((row) => ({
        id: `document:${row.id}`,
        title: row.subject,
        detail: [row.symbol, row.organName].filter(Boolean).join(' · '),
        run: () => navigate(paths.document(row.id, row.direction)),
      }));
    },
  }],
};
