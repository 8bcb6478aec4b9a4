import { Button, CopyButton, Modal, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/lib/backend';
import { keys } from '@/lib/queries';
import { formatMoment } from '@/lib/time';
import { Loaded, notify, StatusPill } from '@/ui';
import { useHostNow } from './useHall';
import classes from './console.module.css';

const hour = 3_600_000;

/** Links for those who have no account: each for one guest, for a time. */
export function Guests({ meeting, opened, onClose }: { meeting: string; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('conference.guests')} size={560} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {opened && <Links meeting={meeting} />}
    </Modal>
  );
}

function Links({ meeting }: { meeting: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const queryKey = keys.meeting(meeting, 'guests');
  const guests = useQuery({ queryKey, queryFn: ({ signal }) => api.conferenceGuests(meeting, signal) });
  const now = useHostNow(0);
  const [name, setName] = useState('');
  const [hours, setHours] = useState('12');
  const [made, setMade] = useState<{ name: string; url: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (it: () => Promise<void>) => {
    setBusy(true);
    await it().catch((error: unknown) => notify.error(error));
    setBusy(false);
    await client.invalidateQueries({ queryKey });
  };
  const invite = () => run(async () => {
    const link = await api.inviteGuest(meeting, name.trim().normalize('NFC'), Date.now() + Number(hours) * hour);
    setMade({ name: name.trim(), url: link.url });
    setName('');
  });
  return (
    <div className={classes.popover}>
      <p className={classes.quiet}>{t('conference.guests.text')}</p>
      <form
        className={classes.invite}
        onSubmit={(event) => {
          event.preventDefault();
          void invite();
        }}
      >
        <TextInput label={t('conference.guests.name')} value={name} maxLength={120} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <Select label={t('conference.guests.for')} w={130} allowDeselect={false} value={hours} data={[4, 12, 24, 72].map((count) => ({ value: String(count), label: t('conference.guests.hours', { count }) }))} onChange={(value) => setHours(value ?? '12')} />
        <Button type="submit" loading={busy} disabled={name.trim() === ''}>{t('conference.guests.make')}</Button>
      </form>
      {made && (
        <div className={classes.invite}>
          <TextInput label={t('conference.guests.link', { name: made.name })} description={t('conference.guests.once')} value={made.url} readOnly onFocus={(event) => event.currentTarget.select()} />
          <CopyButton value={made.url}>{({ copied, copy }) => <Button variant="default" onClick={copy}>{t(copied ? 'conference.guests.copied' : 'conference.guests.copy')}</Button>}</CopyButton>
        </div>
      )}
      <Loaded query={guests} lines={2}>
        {(list) => (
          <ul className={classes.list}>
            {list.map((guest) => {
              const over = guest.ended !== undefined || guest.until <= now;
              return (
                <li key={guest.id}>
                  <span className={classes.grow}>{guest.name}</span>
                  <span className={classes.quiet}>{t('conference.guests.until', { at: formatMoment(guest.until) })}</span>
                  {over ? <StatusPill>{t('conference.guests.over')}</StatusPill> : <Button size="compact-xs" variant="default" onClick={() => void run(async () => void (await api.endGuest(meeting, guest.id)))}>{t('conference.guests.end')}</Button>}
                </li>
              );
            })}
          </ul>
        )}
      </Loaded>
    </div>
  );
}
