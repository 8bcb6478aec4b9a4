import { useTranslation } from 'react-i18next';
import { formatDay, type Day } from '@/lib/time';
import classes from './marks.module.css';

interface DueProps {
  day?: Day | null;
  overdue?: boolean;
  /** Working days left (or over, negative), as the API counts them. */
  daysLeft?: number;
  /** Deadline closed: shown quietly. */
  closed?: boolean;
  /** Also show the day itself. */
  withDay?: boolean;
}

/** A deadline in words: còn 3 ngày làm việc, hạn hôm nay, quá hạn 2 ngày làm việc. */
export function Due({ day, overdue, daysLeft, closed, withDay = false }: DueProps) {
  const { t } = useTranslation();
  if (!day) return null;
  const date = formatDay(day);
  if (closed || daysLeft === undefined) return <span className={classes.due} data-tone={overdue && !closed ? 'bad' : 'neutral'}>{date}</span>;
  const late = overdue ?? daysLeft < 0;
  const words = late
    ? t('due.overdue', { count: -daysLeft })
    : daysLeft === 0 ? t('due.today') : t('due.left', { count: daysLeft });
  return (
    <span className={classes.due} data-tone={late ? 'bad' : daysLeft <= 2 ? 'warn' : 'neutral'} title={t('due.title', { day: date })}>
      {words}
      {withDay && ` · ${date}`}
    </span>
  );
}
