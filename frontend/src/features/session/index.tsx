import { lazy } from 'react';
import type { Feature } from '@/lib/feature';

export const feature: Feature = {
  id: 'session',
  routes: [
    { path: '/man-hinh/:meeting', screen: lazy(() => import('./display/Display')), bare: true },
    { path: '/man-hinh-phong/:room', screen: lazy(() => import('./display/Door')), bare: true },
  ],
  meetingTabs: [
    { id: 'session', label: 'meeting.tab.session', order: 50, screen: lazy(() => import('./SessionTab')), wanted: (meeting) => meeting.published !== undefined },
    { id: 'rollcall', label: 'meeting.tab.rollcall', order: 55, screen: lazy(() => import('./RollCall')), wanted: (meeting) => meeting.published !== undefined && meeting.official === true },
  ],
};
