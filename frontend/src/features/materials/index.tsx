import { lazy } from 'react';
import type { Feature } from '@/lib/feature';

export { Files } from './Files';

export const feature: Feature = {
  id: 'materials',
  meetingTabs: [
    { id: 'materials', label: 'material.tab', order: 30, screen: lazy(() => import('./MaterialsTab')), wanted: (meeting) => !meeting.secret },
    { id: 'readiness', label: 'ready.tab', order: 40, screen: lazy(() => import('./ReadinessTab')), wanted: (meeting) => Boolean(meeting.official) && !meeting.secret },
  ],
};
