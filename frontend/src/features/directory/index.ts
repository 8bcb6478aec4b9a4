import { IconAddressBook } from '@tabler/icons-react';
import { lazy } from 'react';
import type { Feature } from '@/lib/feature';
import { navigate, paths } from '@/lib/router';
import { searchPeople } from './lookup';

export const feature: Feature = {
  id: 'directory',
  routes: [{ path: paths.directory, screen: lazy(() => import('./DirectoryScreen')) }],
  nav: [{ path: paths.directory, label: 'nav.directory', icon: IconAddressBook, order: 60, section: 'tools' }],
  palette: [{
    id: 'people',
    label: 'palette.people',
    search: async (q) =>
      (await searchPeople(q)).map(({ person, detail }) => ({
        id: `person:${person.id}`, title: person.name, detail, run: () => navigate(paths.person(person.id)),
      })),
  }],
};
