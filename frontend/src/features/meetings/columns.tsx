import { IconLock, IconVideo } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingItem } from '@/lib/backend';
import { dayOf, formatDay, today } from '@/lib/time';
import { StatusPill, type Column } from '@/ui';
import { replyTones, statusTones } from './status';
import { spanOf, weekdayOf } from './when';
import classes from './meetings.module.css';

export function useMeetingColumns(): ReadonlyArray<Column<MeetingItem>> {
  const { t } = useTranslation();
  return useMemo(() => columnsIn(t), [t]);
}

function columnsIn(t: TFunction): ReadonlyArray<Column<MeetingItem>> {
  return [
    { id: 'day', header: t('meetings.day'), width: 128, cell: (row) => <Day row={row} t={t} /> },
    { id: 'time', header: t('meetings.time'), width: 112, cell: (row) => <span className={classes.time}>{spanOf(row.start, row.end)}</span> },
    { id: 'title', header: t('meetings.title'), width: 300, grow: 1, cell: (row) => <Title row={row} t={t} /> },
    { id: 'place', header: t('meetings.place'), width: 150, hideBelow: 856, cell: (row) => placeOf(row, t) },
    { id: 'chair', header: t('meeting.role.CHU_TRI'), width: 145, hideBelow: 1142, cell: (row) => row.chair?.name ?? '' },
    { id: 'role', header: t('meetings.role'), width: 118, hideBelow: 1260, cell: (row) => (row.role ? t(`meeting.role.${row.role}`) : '') },
    { id: 'reply', header: t('meetings.reply'), width: 166, cell: (row) => <MyReply row={row} t={t} /> },
    { id: 'status', header: t('meetings.status'), width: 140, hideBelow: 1000, cell: (row) => <StatusPill tone={statusTones[row.status]}>{t(`meeting.status.${row.status}`)}</StatusPill> },
  ];
}

function Day({ row, t }: { row: MeetingItem; t: TFunction }) {
  const day = dayOf(row.start);
  const now = day === today();
  return <span className={classes.day} data-today={now || undefined}><b>{formatDay(day).slice(0, 5)}</b> {now ? t('meetings.today') : t(`desk.weekday.${weekdayOf(day)}`)}</span>;
}

function Title({ row, t }: { row: MeetingItem; t: TFunction }) {
  return (
    <span className={classes.name}>
      <span className="kg-clip" title={row.title}>{row.title}</span>
      {row.secret && <IconLock size={15} stroke={1.7} aria-label={t('meeting.secret')} />}
      {row.form && row.form !== 'TRUC_TIEP' && <IconVideo size={15} stroke={1.7} aria-label={t(`meeting.form.${row.form}`)} />}
    </span>
  );
}

/** Where it is: a room, a place, or on the line only. */
export function placeOf(row: Pick<MeetingItem, 'room' | 'place' | 'form'>, t: TFunction): string {
  const place = [row.room?.name, row.place].filter(Boolean).join(', ');
  return place || (row.form === 'TRUC_TUYEN' ? t('meeting.form.TRUC_TUYEN') : '');
}

function MyReply({ row, t }: { row: MeetingItem; t: TFunction }) {
  if (row.status === 'DRAFT' || row.status === 'PENDING_APPROVAL') return null;
  const waits = row.waiting?.[0];
  if (waits && row.reply !== 'PENDING') return <StatusPill tone="warn" title={waits.name}>{t('meetings.unit_waits')}</StatusPill>;
  return row.reply ? <StatusPill tone={replyTones[row.reply]} hollow={row.reply !== 'PENDING'}>{t(`meeting.reply.${row.reply}`)}</StatusPill> : null;
}
