import { IconDoor } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useRooms, useSession, type MeetingItem, type RoomView } from '@/lib/backend';
import { formatDay, today, type Day } from '@/lib/time';
import { Empty, Loaded } from '@/ui';
import { inDay, weekdayOf } from './calendar';
import { MeetingCard } from './MeetingCard';
import classes from './schedule.module.css';

/** A week by rooms: those of the person's offices, and others in which something is. */
export function RoomsView({ days, meetings, only }: { days: readonly Day[]; meetings: readonly MeetingItem[]; only: string }) {
  const rooms = useRooms();
  return <Loaded query={rooms}>{(list) => <Table days={days} meetings={meetings} rooms={list} only={only} />}</Loaded>;
}

function Table({ days, meetings, rooms, only }: { days: readonly Day[]; meetings: readonly MeetingItem[]; rooms: readonly RoomView[]; only: string }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const shown = useMemo(() => {
    const own = new Set(session?.offices.map(({ id }) => id));
    const used = new Set(meetings.map(({ room }) => room?.id));
    const wanted = rooms.filter((room) => (only ? room.id === only : own.has(room.unit.id) || used.has(room.id)));
    return wanted.toSorted((a, b) => Number(own.has(b.unit.id)) - Number(own.has(a.unit.id)));
  }, [rooms, meetings, session, only]);
  if (shown.length === 0) return <Empty icon={IconDoor} title={t('schedule.rooms.none')} text={t('schedule.rooms.none.text')} />;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls takes the focus
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('schedule.view.rooms')}>
      <table className={classes.rooms}>
        <thead>
          <tr>
            <th scope="col">{t('schedule.room')}</th>
            {days.map((day) => <th key={day} scope="col" data-today={day === today() || undefined}>{t(`schedule.day.${weekdayOf(day)}`)} <span className="kg-num">{formatDay(day).slice(0, 5)}</span></th>)}
          </tr>
        </thead>
        <tbody>
          {shown.map((room) => (
            <tr key={room.id}>
              <th scope="row"><span className={classes.roomName}>{room.name}</span><span className={classes.roomNote}>{[room.unit.short || room.unit.name, room.seats ? t('schedule.seats', { count: room.seats }) : ''].filter(Boolean).join(' · ')}</span></th>
              {days.map((day) => (
                <td key={day}>{inDay(meetings.filter((meeting) => meeting.room?.id === room.id), day).map(({ item }) => <MeetingCard key={item.id} meeting={item} roomless />)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
