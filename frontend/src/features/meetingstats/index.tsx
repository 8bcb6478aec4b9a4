import { IconChartBar } from '@tabler/icons-react';
import { lazy } from 'react';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';

export const feature: Feature = {
  id: 'meetingstats',
  routes: [{ path: paths.meetingStatistics, screen: lazy(() => import('./StatisticsScreen')) }],
  nav: [{
    path: paths.meetingStatistics, label: 'nav.meeting_statistics', icon: IconChartBar, order: 75, section: 'tools',
    wanted: (session) => (session.posts ?? []).some(({ role }) => role === 'leader' || role === 'auditor' || role === 'clerk'),
  }],
};
