import { lazy } from 'react';
import type { Feature } from '@/lib/feature';

export { Bars } from './Bars';
export { Verdict } from './Verdict';

export const feature: Feature = {
  id: 'votes',
  routes: [{ path: '/man-hinh/:meeting/bieu-quyet/:vote', screen: lazy(() => import('./RoomScreen')) }],
  meetingTabs: [{ id: 'bieu-quyet', label: 'vote.tab', order: 60, wanted: (meeting) => meeting.published !== undefined, screen: lazy(() => import('./VotesTab')) }],
};
