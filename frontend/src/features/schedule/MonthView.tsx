import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingItem } from '@/lib/backend';
import { formatDay, today, type Day } from '@/lib/time';
import { inDay, weekdayOf } from './calendar';
import { MeetingCard } from './MeetingCard';
import classes from './schedule.module.css';

/** How many meetings a day of the month names before it counts the rest. */
const named = 3;

interface Props {
  days: readonly Day[];
  month: string;
  meetings: readonly MeetingItem[];
  onDay: (day: Day) => void;
}

/** A month in whole weeks; a day opens its week. */
export function MonthView({ days, month, meetings, onDay }: Props) {
  const { t } = useTranslation();
  const byDay = useMemo(() => days.map((day) => inDay(meetings, day).map(({ item }) => item)), [days, meetings]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls takes the focus
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('schedule.view.month')}>
      <div className={classes.month}>
        {days.slice(0, 7).map((day) => <div key={day} className={classes.monthHead}>{t(`schedule.day.${weekdayOf(day)}`)}</div>)}
        {days.map((day, i) => {
          const list = byDay[i] ?? [];
          return (
            <section key={day} className={classes.cell} data-outside={!day.startsWith(month) || undefined} data-today={day === today() || undefined} aria-label={`${t(`schedule.day.${weekdayOf(day)}`)} ${formatDay(day)}`}>
              <button type="button" className={classes.date} aria-label={t('schedule.open_week', { day: formatDay(day) })} onClick={() => onDay(day)}>{Number(day.slice(8))}</button>
              {list.slice(0, named).map((meeting) => <MeetingCard key={meeting.id} meeting={meeting} brief />)}
              {list.length > named && <button type="button" className={classes.more} onClick={() => onDay(day)}>{t('schedule.more', { count: list.length - named })}</button>}
            </section>
          );
        })}
      </div>
    </div>
  );
}
