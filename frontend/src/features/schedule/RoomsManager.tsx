import { Button, Modal } from '@mantine/core';
import { IconDoor, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRooms, useSession, type RoomView, type Session } from '@/lib/backend';
import { Empty, Loaded, StatusPill } from '@/ui';
import { RoomForm } from './RoomForm';
import classes from './rooms.module.css';

/** Offices whose rooms the person keeps: as its clerk or administrator. */
export function officesKept(session: Session | undefined) {
  const kept = new Map<string, string>();
  for (const post of session?.posts ?? []) {
    if (post.unit.id === post.office && (post.role === 'clerk' || post.role === 'admin')) kept.set(post.office, post.unit.name);
  }
  return [...kept].map(([value, label]) => ({ value, label }));
}

/** The rooms of the province; whoever keeps an office's may change them. */
export function RoomsManager() {
  const { t } = useTranslation();
  const rooms = useRooms(true);
  const { data: session } = useSession();
  const offices = officesKept(session);
  const [editing, setEditing] = useState<{ room?: RoomView } | null>(null);
  return (
    <div className={classes.sheet}>
      <div className={classes.tools}>
        <p className={classes.note}>{t('rooms.text')}</p>
        {offices.length > 0 && <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing({})}>{t('rooms.new')}</Button>}
      </div>
      <Loaded query={rooms}>
        {(list) => list.length === 0 ? <Empty icon={IconDoor} title={t('rooms.none')} text={t('rooms.none.text')} /> : (
          <ul className={classes.list} aria-label={t('schedule.view.manage')}>
            {list.map((room) => <RoomCard key={room.id} room={room} onEdit={() => setEditing({ room })} />)}
          </ul>
        )}
      </Loaded>
      <Modal opened={editing !== null} onClose={() => setEditing(null)} withCloseButton={false} padding={0} size={560} attributes={{ content: { 'aria-label': t('rooms.form') } }}>
        {editing && <RoomForm room={editing.room} offices={offices} onClose={() => setEditing(null)} />}
      </Modal>
    </div>
  );
}

function RoomCard({ room, onEdit }: { room: RoomView; onEdit: () => void }) {
  const { t } = useTranslation();
  return (
    <li className={classes.card}>
      <div className={classes.head}>
        <h2 className={classes.title}>{room.name}</h2>
        {room.closed && <StatusPill>{t('rooms.closed')}</StatusPill>}
        {room.mayEdit && <Button size="compact-md" variant="default" onClick={onEdit} aria-label={t('rooms.edit.of', { name: room.name })}>{t('rooms.edit')}</Button>}
      </div>
      <dl className={classes.facts}>
        <div data-fact="unit"><dt>{t('rooms.unit')}</dt><dd>{room.unit.name}</dd></div>
        {room.place && <div data-fact="place"><dt>{t('rooms.place')}</dt><dd>{room.place}</dd></div>}
        {room.seats ? <div data-fact="seats"><dt>{t('rooms.seats')}</dt><dd className="kg-num">{room.seats}</dd></div> : null}
        {room.rows.length > 0 && <div data-fact="rows"><dt>{t('rooms.rows')}</dt><dd className="kg-num">{room.rows.join(', ')}</dd></div>}
        {room.equipment && <div data-fact="equipment"><dt>{t('rooms.equipment')}</dt><dd>{room.equipment}</dd></div>}
      </dl>
    </li>
  );
}
