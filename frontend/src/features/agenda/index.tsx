import { lazy } from 'react';
import type { Feature } from '@/lib/feature';

export const feature: Feature = {
  id: 'agenda',
  meetingTabs: [{ id: 'agenda', label: 'meeting.tab.agenda', order: 20, screen: lazy(() => import('./AgendaTab')) }],
};
