import { formatNumber } from '@/lib/format';
import classes from './marks.module.css';

/** A count beside a sidebar entry; nothing when it is 0. */
export function NavBadge({ count, urgent }: { count: number; urgent?: boolean }) {
  if (count <= 0) return null;
  return <span className={classes.badge} data-badge data-urgent={urgent || undefined}>{count > 999 ? '999+' : formatNumber(count)}</span>;
}
