import { useTranslation } from 'react-i18next';
import type { MeetingItem } from '@/lib/backend';
import { Link, paths } from '@/lib/router';
import { isOff, spanText, unanswered } from './calendar';
import classes from './schedule.module.css';

/** Where it is, in words. */
export function useWhere() {
  const { t } = useTranslation();
  return (meeting: MeetingItem) => meeting.room?.name || meeting.place || (meeting.form === 'TRUC_TUYEN' ? t('schedule.online') : '');
}

/** What fits into a card of a height: lines of the title, and whether the place does too. */
function fit(height: number) {
  const lines = Math.floor((height - 23) / 16.25);
  const where = lines >= 4;
  return { short: height < 50, lines: where ? lines - 1 : lines, where };
}

interface Props {
  meeting: MeetingItem;
  /** Pixels; as high as its words when absent. Words that do not fit end in dots. */
  height?: number;
  /** In one line, for a narrow cell. */
  brief?: boolean;
  /** The room is told by where it stands. */
  roomless?: boolean;
}

/** A meeting in a calendar: a link that says all of it to whoever cannot see it. */
export function MeetingCard({ meeting, height, brief, roomless }: Props) {
  const { t } = useTranslation();
  const where = useWhere()(meeting);
  const room = height === undefined ? undefined : fit(height);
  const waiting = unanswered(meeting);
  const marks = [waiting && t('schedule.unanswered'), isOff(meeting) && t(`meeting.status.${meeting.status}`), meeting.status === 'LIVE' && t('meeting.status.LIVE'),
    (meeting.status === 'DRAFT' || meeting.status === 'PENDING_APPROVAL') && t(`meeting.status.${meeting.status}`), meeting.secret && t('schedule.secret')].filter(Boolean);
  const tone = isOff(meeting) ? 'off' : meeting.status === 'LIVE' ? 'live' : waiting ? 'waiting' : meeting.status === 'DRAFT' || meeting.status === 'PENDING_APPROVAL' ? 'draft' : meeting.role ? 'mine' : 'other';
  const whole = [spanText(meeting), meeting.title, where, meeting.chair && t('schedule.chair', { name: meeting.chair.name }), ...marks].filter(Boolean).join('. ');
  return (
    <Link href={paths.meeting(meeting.id)} className={classes.card} data-tone={tone} data-brief={brief || undefined} style={height === undefined ? undefined : { height }} title={whole} aria-label={whole}>
      <span className={classes.cardTime}>{brief || room?.short ? spanText(meeting).slice(0, 5) : spanText(meeting)}{marks.length > 0 && <span className={classes.mark}>{marks.join(' · ')}</span>}</span>
      <span className={classes.cardTitle} style={room && { WebkitLineClamp: Math.max(1, room.lines - (marks.length > 0 && !room.short ? 1 : 0)) }}>{meeting.title}</span>
      {!brief && !roomless && where && (room?.where ?? true) && <span className={classes.cardWhere}>{where}</span>}
    </Link>
  );
}
