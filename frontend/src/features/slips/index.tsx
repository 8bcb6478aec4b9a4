import { IconMessageQuestion } from '@tabler/icons-react';
import { lazy } from 'react';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';

export const feature: Feature = {
  id: 'slips',
  routes: [{ path: '/phieu-y-kien/:id?', screen: lazy(() => import('./SlipsScreen')) }],
  nav: [{ path: paths.slips, label: 'nav.slips', icon: IconMessageQuestion, order: 48, section: 'work' }],
};
