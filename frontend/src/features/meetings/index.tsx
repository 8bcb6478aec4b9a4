import { IconUsersGroup } from '@tabler/icons-react';
import { lazy } from 'react';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';
import { AnswerBadge } from './AnswerBadge';

const form = () => import('./FormScreen');

export const feature: Feature = {
  id: 'meetings',
  routes: [
    { path: paths.meetingNew, screen: lazy(() => form().then((module) => ({ default: module.NewMeetingScreen }))) },
    { path: '/hop/:id/sua', screen: lazy(() => form().then((module) => ({ default: module.EditMeetingScreen }))) },
    { path: '/hop/:id/:tab?', screen: lazy(() => import('./MeetingScreen')) },
    { path: paths.meetings, screen: lazy(() => import('./MeetingsScreen')) },
  ],
  nav: [{ path: paths.meetings, label: 'nav.meetings', icon: IconUsersGroup, order: 47, section: 'work', badge: AnswerBadge }],
  meetingTabs: [{ id: 'overview', label: 'meeting.tab.overview', order: 10, screen: lazy(() => import('./Overview')) }],
};
