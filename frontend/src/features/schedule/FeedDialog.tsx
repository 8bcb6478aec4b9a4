import { Button, CopyButton, Group, Modal, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useCalendarFeed, useSession } from '@/lib/backend';
import { keys } from '@/lib/queries';
import { formatMoment } from '@/lib/time';
import { Loaded, notify } from '@/ui';
import classes from './rooms.module.css';

/** The person's meetings in another program: a private address, or a file for once. */
export function FeedDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('feed.title')} size={560} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {opened && <Feed />}
    </Modal>
  );
}

function Feed() {
  const { t } = useTranslation();
  const feed = useCalendarFeed();
  const client = useQueryClient();
  const { data: session } = useSession();
  // Shown this once: the server keeps only its hash.
  const [address, setAddress] = useState('');
  const [busy, setBusy] = useState(false);
  const run = async (does: () => Promise<unknown>) => {
    setBusy(true);
    await does().catch(notify.error);
    await client.invalidateQueries({ queryKey: keys.calendarFeed() });
    setBusy(false);
  };
  const make = async () => {
    const { path } = await api.makeCalendarFeed();
    setAddress((session?.device ? `https://${session.device.server}` : window.location.origin) + path);
  };
  const revoke = async () => {
    await api.revokeCalendarFeed();
    setAddress('');
    notify.ok(t('feed.revoked'));
  };
  return (
    <div className={classes.form}>
      <p className={classes.note}>{t('feed.text')}</p>
      <Loaded query={feed} lines={2}>
        {(state) => (
          <>
            {address && <TextInput readOnly label={t('feed.address')} description={t('feed.address.text')} value={address} onFocus={(event) => event.currentTarget.select()} data-autofocus />}
            {!address && <p className={classes.note}>{state.made ? t('feed.made', { at: formatMoment(state.made) }) : t('feed.none')} {state.used ? t('feed.used', { at: formatMoment(state.used) }) : ''}</p>}
            <Group gap={8}>
              {address && <CopyButton value={address}>{({ copied, copy }) => <Button variant="light" onClick={copy}>{t(copied ? 'action.copied' : 'action.copy')}</Button>}</CopyButton>}
              <Button loading={busy} variant={address ? 'default' : 'filled'} onClick={() => void run(make)}>{t(state.made ? 'feed.make.again' : 'feed.make')}</Button>
              {state.made ? <Button loading={busy} variant="subtle" color="son" onClick={() => void run(revoke)}>{t('feed.revoke')}</Button> : null}
            </Group>
          </>
        )}
      </Loaded>
      <p className={classes.note}><a href="/api/calendar.ics" download="lich-hop.ics">{t('feed.file')}</a></p>
    </div>
  );
}
