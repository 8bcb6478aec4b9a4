import { NavBadge } from '@/ui';
import { waitsForAnswer } from './lists';
import { useMeetingsAhead } from './useMeetingLists';

/** How many invitations have not been answered. */
export function AnswerBadge() {
  const { data } = useMeetingsAhead();
  return <NavBadge count={data?.filter((item) => waitsForAnswer(item)).length ?? 0} />;
}
