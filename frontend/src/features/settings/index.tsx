import { IconSettings } from '@tabler/icons-react';
import { lazy } from 'react';
import { useForgottenDevices, useSession } from '@/lib/backend';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';
import { NavBadge } from '@/ui';
import { administers } from './administers';

/** Machines that need a new code, for whoever can make one. */
function Badge() {
  const session = useSession().data;
  const { data } = useForgottenDevices({ enabled: administers(session) });
  return <NavBadge count={data?.length ?? 0} />;
}

export const feature: Feature = {
  id: 'settings',
  routes: [{ path: paths.settings, screen: lazy(() => import('./SettingsScreen')) }],
  nav: [{ path: paths.settings, label: 'nav.settings', icon: IconSettings, order: 90, section: 'tools', badge: Badge }],
};
