import { IconFilePencil } from '@tabler/icons-react';
import { lazy } from 'react';
import { DocumentScreen, editSuffix } from '@/features/documents';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';

const editor = () => import('./DraftEditor');

export const feature: Feature = {
  id: 'drafts',
  routes: [
    { path: paths.drafts, screen: lazy(() => import('./DraftsScreen')) },
    { path: paths.draftNew, screen: lazy(() => editor().then((module) => ({ default: module.NewDraftScreen }))) },
    { path: `${paths.drafts}/:id${editSuffix}`, screen: lazy(() => editor().then((module) => ({ default: module.EditDraftScreen }))) },
    { path: `${paths.drafts}/:id`, screen: DocumentScreen },
  ],
  nav: [{ path: paths.drafts, label: 'nav.drafts', icon: IconFilePencil, order: 40, section: 'work' }],
};
