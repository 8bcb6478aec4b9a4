import { lazy } from 'react';
import type { Feature } from '@/lib/feature';

/** The page that a meeting is led through, alone. */
export const Followed = lazy(() => import('./Followed'));

export const feature: Feature = {
  id: 'reading',
  routes: [{ path: '/doc-tai-lieu/:meeting/:material?', screen: lazy(() => import('./ReadingScreen')) }],
};
