import { Loader, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { reasonText } from '@/lib/errors';
import { keys } from '@/lib/queries';
import classes from './shell.module.css';

/** How often the session is asked for again meanwhile: an event may have been missed. */
const askEvery = 5000;

/** What stops the work for a while and passes by itself, without the person having to do anything. */
export const passing: ReadonlySet<string> = new Set(['storage.repairing', 'device.restoring']);

/** Lies over the screen, so that what is being written there stays as it is, until the machine has repaired itself. */
export function Repairing({ reason }: { reason: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  useEffect(() => {
    const timer = setInterval(() => void client.invalidateQueries({ queryKey: keys.session() }), askEvery);
    return () => {
      clearInterval(timer);
      void client.invalidateQueries(); // what failed meanwhile, and what comes anew
    };
  }, [client]);
  const stay = () => {};
  return (
    <Modal opened onClose={stay} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} centered size={460} attributes={{ content: { 'aria-label': t('repairing.title') } }}>
      <div className={classes.repairing} role="status">
        <Loader size="sm" aria-hidden />
        <div>
          <h2>{t('repairing.title')}</h2>
          <p>{reasonText('offline', reason)}</p>
          <p>{t('repairing.text')}</p>
        </div>
      </div>
    </Modal>
  );
}
