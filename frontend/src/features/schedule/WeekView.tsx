import { IconCalendarOff } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingItem } from '@/lib/backend';
import { formatDay, today, type Day } from '@/lib/time';
import { Empty } from '@/ui';
import { hoursShown, inDay, leastHours, sideBySide, startOf, weekdayOf, widest } from './calendar';
import { MeetingCard } from './MeetingCard';
import classes from './schedule.module.css';

/** The moment, to the minute. */
function useMinute(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Height of an hour, and the least width of a meeting in which Vietnamese words can still be read. */
const hourHeight = 76;
const leastWidth = 132;

/** A week by hours. A day in which much overlaps becomes wider and the week scrolls, rather than that words are cut. */
export function WeekView({ days, meetings }: { days: readonly Day[]; meetings: readonly MeetingItem[] }) {
  const { t } = useTranslation();
  const spans = useMemo(() => days.map((day) => inDay(meetings, day)), [days, meetings]);
  const placed = useMemo(() => spans.map((each) => sideBySide(each)), [spans]);
  const { first, last } = hoursShown(spans);
  const hours = Array.from({ length: last - first }, (_, i) => first + i);
  const now = (useMinute() - startOf(today())) / 3600_000;
  if (meetings.length === 0) return <Empty icon={IconCalendarOff} title={t('schedule.none')} text={t('schedule.none.text')} />;
  const columns = `52px ${placed.map((each) => `minmax(${Math.max(104, leastWidth * widest(each))}px, ${widest(each)}fr)`).join(' ')}`;
  return (
    // A region that scrolls takes the focus, so that keys can move it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('schedule.view.week')}>
      <div className={classes.week} style={{ gridTemplateColumns: columns }}>
        <div className={classes.corner} />
        {days.map((day) => (
          <div key={day} className={classes.dayHead} data-today={day === today() || undefined}>
            <span className={classes.dayName}>{t(`schedule.day.${weekdayOf(day)}`)}</span> <span className="kg-num">{formatDay(day).slice(0, 5)}</span>
          </div>
        ))}
        <div className={classes.hours} style={{ height: hours.length * hourHeight }}>
          {hours.map((hour) => <span key={hour} className={classes.hour} style={{ top: (hour - first) * hourHeight }}>{String(hour).padStart(2, '0')}:00</span>)}
        </div>
        {days.map((day, i) => (
          <ul key={day} className={classes.day} aria-label={`${t(`schedule.day.${weekdayOf(day)}`)} ${formatDay(day)}`} style={{ height: hours.length * hourHeight, backgroundSize: `100% ${hourHeight}px` }}>
            {day === today() && now > first && now < last && <li aria-hidden className={classes.now} style={{ top: (now - first) * hourHeight }} />}
            {(placed[i] ?? []).map(({ item, from, to, column, columns: of }) => (
              <li key={item.id} className={classes.slot} style={{ top: (from - first) * hourHeight, height: Math.max(to - from, leastHours) * hourHeight - 2, left: `${(100 * column) / of}%`, width: `${100 / of}%` }}>
                <MeetingCard meeting={item} height={Math.max(to - from, leastHours) * hourHeight - 3} />
              </li>
            ))}
          </ul>
        ))}
      </div>
    </div>
  );
}
