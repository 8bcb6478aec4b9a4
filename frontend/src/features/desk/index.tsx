import { IconLayoutDashboard } from '@tabler/icons-react';
import { useDesk } from '@/lib/backend';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';
import { NavBadge } from '@/ui';
import DeskScreen from './DeskScreen';

/** All that waits; urgent when something is hỏa tốc or late. */
function Badge() {
  const { data } = useDesk();
  const count = data?.queues.reduce((sum, queue) => sum + queue.count, 0) ?? 0;
  return <NavBadge count={count} urgent={Boolean(data && (data.overdue > 0 || data.items.some((item) => item.doc.urgency === 3)))} />;
}

export const feature: Feature = {
  id: 'desk',
  routes: [{ path: paths.desk, screen: DeskScreen }],
  nav: [{ path: paths.desk, label: 'nav.desk', icon: IconLayoutDashboard, order: 10, section: 'work', badge: Badge }],
};
