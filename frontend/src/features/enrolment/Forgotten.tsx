import { Button, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconDeviceLaptop } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, type Session } from '@/lib/backend';
import { machineNumber } from '@/lib/format';
import { keys } from '@/lib/queries';
import { notify } from '@/ui';
import { EnrolForm } from './EnrolForm';
import { offeredInvitation } from './invitation';
import classes from './forgotten.module.css';

/**
 * The server came back from a backup and does not know this laptop: says what
 * has happened, that nothing is lost, and takes the new code. Nothing when the
 * server knows it. `framed` is for a place inside another screen.
 */
export function ForgottenNotice({ framed }: { framed?: boolean }) {
  const session = useSession().data;
  return session?.forgotten ? <Told session={session} forgotten={session.forgotten} framed={framed} /> : null;
}

interface ToldProps {
  session: Session;
  forgotten: NonNullable<Session['forgotten']>;
  framed?: boolean;
}

function Told({ session, forgotten, framed }: ToldProps) {
  const { t } = useTranslation();
  // An invitation that was opened from a folder is for this.
  const [offered] = useState(() => (framed ? null : offeredInvitation(location.pathname)));
  const [asking, setAsking] = useState(offered !== null);
  return (
    <section className={classes.notice} data-framed={framed || undefined} aria-label={t('forgotten.title')}>
      <IconDeviceLaptop size={18} stroke={1.8} aria-hidden />
      <div className={classes.text}>
        <strong>{t('forgotten.title')}</strong>
        {framed ? <Story session={session} waiting={forgotten.waiting} /> : <p>{t('forgotten.short')}</p>}
      </div>
      <Button size="compact-md" className={classes.enter} onClick={() => setAsking(true)}>{t('forgotten.enter')}</Button>
      <EnrolAgain opened={asking} offered={offered} session={session} onClose={() => setAsking(false)} />
    </section>
  );
}

/** What has happened, what is safe, what to do, and what the administrator will ask for. */
function Story({ session, waiting }: { session: Session; waiting: number }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{t(session.lock ? 'forgotten.text.locked' : 'forgotten.text')}</p>
      <p>{t('forgotten.do')}{waiting > 0 && ` ${t('forgotten.waiting', { count: waiting })}`}</p>
      <MachineNumber session={session} />
    </>
  );
}

function MachineNumber({ session }: { session: Session }) {
  const { t } = useTranslation();
  return session.device ? <p className={classes.number}>{t('forgotten.number', { number: machineNumber(session.device.id) })}</p> : null;
}

interface AgainProps {
  opened: boolean;
  offered: ReturnType<typeof offeredInvitation>;
  session: Session;
  onClose: () => void;
}

function EnrolAgain({ opened, offered, session, onClose }: AgainProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const done = () => {
    notify.ok(t('forgotten.done'));
    onClose();
    void client.invalidateQueries({ queryKey: keys.session() });
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('forgotten.dialog')}
      size={480}
      closeOnEscape={!busy}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('action.close'), disabled: busy }}
    >
      {opened && (
        <>
          <div className={classes.dialogText}>
            <p>{t('forgotten.dialog.text')}</p>
            <p>{t('forgotten.do')}</p>
            <MachineNumber session={session} />
          </div>
          <EnrolForm asksServer={false} offered={offered} onBusy={setBusy} onDone={done} />
        </>
      )}
    </Modal>
  );
}
