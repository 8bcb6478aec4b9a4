import { IconChecklist } from '@tabler/icons-react';
import { lazy } from 'react';
import { useMeetingDesk } from '@/lib/backend';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';
import { NavBadge } from '@/ui';

export { AssignmentLine } from './AssignmentLine';
export { GiveForm } from './GiveForm';
export { MeetingDesk } from './MeetingDesk';
export { taskTones } from './tasks';

/** What the person has to do something about now; urgent when something is late. */
function Badge() {
  const { data } = useMeetingDesk();
  const waiting = [...(data?.tasks ?? []), ...(data?.confirm ?? [])];
  return <NavBadge count={waiting.length} urgent={waiting.some(({ late }) => late)} />;
}

export const feature: Feature = {
  id: 'assignments',
  routes: [{ path: paths.assignments, screen: lazy(() => import('./AssignmentsScreen')) }],
  nav: [{ path: paths.assignments, label: 'nav.assignments', icon: IconChecklist, order: 49, section: 'work', badge: Badge }],
};
