import { lazy } from 'react';
import type { Feature } from '@/lib/feature';

export { EnterHall } from './EnterHall';

/** The room for somebody without an account. */
export const GuestScreen = lazy(() => import('./GuestScreen'));

export const feature: Feature = {
  id: 'conference',
  routes: [{ path: '/hop/:id/phong-hop/:view?', screen: lazy(() => import('./HallScreen')), bare: true }],
};
