import { useDesk } from '@/lib/backend';
import { NavBadge } from '@/ui';
import { queueOf } from './queue';

/** How many documents wait to be signed. */
export function QueueBadge() {
  const { data } = useDesk();
  const { person, organ } = queueOf(data?.items ?? []);
  return <NavBadge count={person.length + organ.length} urgent={[...person, ...organ].some((item) => item.doc.urgency === 3)} />;
}
