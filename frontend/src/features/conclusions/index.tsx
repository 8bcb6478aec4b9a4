import { lazy } from 'react';
import type { Feature } from '@/lib/feature';

export const feature: Feature = {
  id: 'conclusions',
  meetingTabs: [
    { id: 'conclusions', label: 'meeting.tab.conclusions', order: 70, screen: lazy(() => import('./ConclusionsTab')), wanted: (meeting) => Boolean(meeting.official) && meeting.published !== undefined },
    { id: 'dossier', label: 'meeting.tab.dossier', order: 90, screen: lazy(() => import('./DossierTab')), wanted: (meeting) => meeting.published !== undefined },
  ],
};
