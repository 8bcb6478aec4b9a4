import { IconSettings } from '@tabler/icons-react';
import { lazy } from 'react';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';

export const feature: Feature = {
  id: 'settings',
  routes: [{ path: paths.settings, screen: lazy(() => import('./SettingsScreen')) }],
  nav: [{ path: paths.settings, label: 'nav.settings', icon: IconSettings, order: 90, section: 'tools' }],
};
