import { IconCalendarTime, IconLock, IconMapPin, IconUserStar, IconVideo } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MeetingView } from '@/lib/backend';
import { dayOf, formatDay } from '@/lib/time';
import { placeOf } from './columns';
import { spanOf, weekdayOf } from './when';
import classes from './meeting.module.css';

/** When, where and who chairs, in one line that stays over all tabs. */
export function WhenWhere({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  const day = dayOf(meeting.start);
  const place = placeOf(meeting, t);
  return (
    <div className={classes.when}>
      <span><IconCalendarTime size={16} stroke={1.7} aria-hidden /><b>{spanOf(meeting.start, meeting.end)}</b>, {t(`desk.weekday.${weekdayOf(day)}`)} {formatDay(day)}</span>
      {place && <span><IconMapPin size={16} stroke={1.7} aria-hidden />{place}</span>}
      {meeting.form && meeting.form !== 'TRUC_TIEP' && place !== t(`meeting.form.${meeting.form}`) && <span><IconVideo size={16} stroke={1.7} aria-hidden />{t(`meeting.form.${meeting.form}`)}</span>}
      <span><IconUserStar size={16} stroke={1.7} aria-hidden />{meeting.chair ? t('meeting.chaired', { name: meeting.chair.name }) : t('meeting.no_chair')}</span>
      {meeting.secret && <span className={classes.secret}><IconLock size={16} stroke={1.7} aria-hidden />{t('meeting.secret')}</span>}
    </div>
  );
}
