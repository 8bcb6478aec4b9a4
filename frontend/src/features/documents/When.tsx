import { formatAgo } from '@/lib/format';
import { formatMoment } from '@/lib/time';
import classes from './timeline.module.css';

/** How long ago, with the exact moment on hover. */
export function When({ at }: { at: number }) {
  return <time className={classes.when} dateTime={new Date(at).toISOString()} title={formatMoment(at)}>{formatAgo(at)}</time>;
}
