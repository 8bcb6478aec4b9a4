import { Button } from '@mantine/core';
import { IconLock, IconRefresh } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ForgottenNotice } from '@/features/enrolment';
import { api, type Session } from '@/lib/backend';
import { reasonText } from '@/lib/errors';
import { keys } from '@/lib/queries';
import { formatMoment } from '@/lib/time';
import { FrontDoor, notify, StatusPill } from '@/ui';
import classes from './shell.module.css';

/** How often the session is asked for again while the line is tried: an event may have been missed. */
const askEvery = 5000;

/** The lease has run out: nothing is shown until the server was reached. What waits is kept. */
export function Locked({ lock, trouble }: { lock: NonNullable<Session['lock']>; trouble?: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => void client.invalidateQueries({ queryKey: keys.session() }), askEvery);
    return () => clearInterval(timer);
  }, [client]);
  const retry = async () => {
    setBusy(true);
    await api.syncNow().catch((error: unknown) => notify.error(error));
    await client.invalidateQueries({ queryKey: keys.session() });
    setBusy(false);
  };
  const forgotten = lock.state === 'forgotten';
  const trying = lock.state === 'connecting' || lock.state === 'online';
  return (
    <FrontDoor title={t('lock.title')} text={t('lock.text', { count: lock.days })}>
      <div className={classes.lock}>
        <div className={classes.lockLine}><IconLock size={18} stroke={1.7} aria-hidden />{t('lock.last', { at: formatMoment(lock.lastContact) })}</div>
        {!forgotten && <p>{lock.waiting > 0 ? t('lock.waiting', { count: lock.waiting }) : t('lock.nothing')}</p>}
        {lock.refused > 0 && <p>{t('lock.refused', { count: lock.refused })}</p>}
        {trouble && <p role="alert">{reasonText('internal', trouble)}</p>}
        {forgotten ? <ForgottenNotice framed /> : (
          <>
            <h2>{t('lock.do')}</h2>
            <ol>
              <li>{t('lock.do.network')}</li>
              <li>{t('lock.do.admin')}</li>
            </ol>
            <div aria-live="polite"><StatusPill tone={trying ? 'info' : 'warn'}>{t(trying ? 'lock.retrying' : 'lock.offline')}</StatusPill></div>
          </>
        )}
      </div>
      <Button fullWidth size="md" variant={forgotten ? 'default' : 'filled'} autoFocus={!forgotten} loading={busy} leftSection={<IconRefresh size={16} />} onClick={() => void retry()}>{t('lock.retry')}</Button>
    </FrontDoor>
  );
}
