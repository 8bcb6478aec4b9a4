import { useSyncExternalStore } from 'react';
import type { FollowRoom } from './followRoom';
import classes from './follow.module.css';

/** Where the presenter points on a page. */
export function LeadPoint({ room, page }: { room: FollowRoom; page: number }) {
  const at = useSyncExternalStore(room.subscribe, () => room.pointOn(page));
  if (!at) return null;
  return <span className={classes.point} style={{ left: `${at.x / 10}%`, top: `${at.y / 10}%` }} aria-hidden data-lead-point />;
}
