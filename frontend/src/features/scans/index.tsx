import { IconScan } from '@tabler/icons-react';
import { lazy } from 'react';
import { useScans, useSession } from '@/lib/backend';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';
import { NavBadge } from '@/ui';
import { scansHere, stateGroups } from './states';

export { ScanFolders } from './ScanFolders';
export { scansHere };

/** Scans that wait to be registered. */
function Badge() {
  const { data: session } = useSession();
  const { data } = useScans(stateGroups.waiting, scansHere(session));
  return <NavBadge count={data?.counts.waiting ?? 0} />;
}

export const feature: Feature = {
  id: 'scans',
  routes: [
    { path: paths.scans, screen: lazy(() => import('./ScansScreen')) },
    { path: `${paths.scans}/:id`, screen: lazy(() => import('./ScanScreen')) },
  ],
  nav: [{ path: paths.scans, label: 'nav.scans', icon: IconScan, order: 25, section: 'work', wanted: scansHere, badge: Badge }],
};
