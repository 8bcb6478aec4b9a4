import { lazy } from 'react';
import type { Feature } from '@/lib/feature';
import { hasPoints } from './points';

/** Chooses the points of a meeting, where it is prepared. */
export const PointsCard = lazy(() => import('./PointsCard'));
/** The list of all meeting points. */
export const PointsManager = lazy(() => import('./PointsManager'));

export const feature: Feature = {
  id: 'points',
  meetingTabs: [{ id: 'points', label: 'points.tab', order: 57, screen: lazy(() => import('./PointsTab')), wanted: hasPoints }],
};
