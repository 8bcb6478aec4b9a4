import { IconInbox, IconSend } from '@tabler/icons-react';
import { useCounts, useSession } from '@/lib/backend';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';
import { NavBadge } from '@/ui';
import DocumentScreen from './DocumentScreen';
import IncomingScreen from './IncomingScreen';
import OutgoingScreen from './OutgoingScreen';

export { definitions, type ActionId } from './actions';
export { DocumentScreen };
export { ListScreen } from './ListScreen';
export { Preview, useActiveDocument } from './Preview';
export { Reading } from './Reading';
export { leaveTrail } from './trail';
export { ActionDialog, editSuffix } from './useDocActions';

/** What waits at the door; only văn thư has to do something about it. */
function Badge() {
  const { data: session } = useSession();
  const { data } = useCounts('incoming');
  const clerk = session?.posts.some((post) => post.role === 'clerk');
  return <NavBadge count={(clerk && data?.waiting) || 0} />;
}

export const feature: Feature = {
  id: 'documents',
  // The entry forms (/van-ban-den/vao-so, /van-ban-di/phat-hanh) belong to compose, which comes before in the order of names.
  routes: [
    { path: paths.incoming, screen: IncomingScreen },
    { path: `${paths.incoming}/:id`, screen: DocumentScreen },
    { path: paths.outgoing, screen: OutgoingScreen },
    { path: `${paths.outgoing}/:id`, screen: DocumentScreen },
  ],
  nav: [
    { path: paths.incoming, label: 'nav.incoming', icon: IconInbox, order: 20, section: 'work', badge: Badge },
    { path: paths.outgoing, label: 'nav.outgoing', icon: IconSend, order: 30, section: 'work' },
  ],
};
