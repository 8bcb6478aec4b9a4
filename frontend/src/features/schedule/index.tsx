import { IconCalendarWeek } from '@tabler/icons-react';
import { lazy } from 'react';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';

export { ClashNote } from './ClashNote';

export const feature: Feature = {
  id: 'schedule',
  routes: [{ path: paths.schedule, screen: lazy(() => import('./ScheduleScreen')) }],
  nav: [{ path: paths.schedule, label: 'nav.schedule', icon: IconCalendarWeek, order: 46, section: 'work' }],
};
