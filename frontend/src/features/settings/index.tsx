import { IconSettings } from '@tabler/icons-react';
import { lazy } from 'react';
import { useDevices, useForgottenDevices, useSession } from '@/lib/backend';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';
import { NavBadge } from '@/ui';
import { administers } from './administers';

/** Machines that need their administrator: a new code, or a look at what their courier did. */
function Badge() {
  const admin = administers(useSession().data);
  const { data: forgotten = [] } = useForgottenDevices({ enabled: admin });
  const { data: devices = [] } = useDevices({ enabled: admin, watch: true });
  return <NavBadge count={forgotten.length + devices.filter(({ alarm }) => alarm?.mayEnd).length} />;
}

export const feature: Feature = {
  id: 'settings',
  routes: [{ path: paths.settings, screen: lazy(() => import('./SettingsScreen')) }],
  nav: [{ path: paths.settings, label: 'nav.settings', icon: IconSettings, order: 90, section: 'tools', badge: Badge }],
};
