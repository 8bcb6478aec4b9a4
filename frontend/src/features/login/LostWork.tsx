import { Button, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconHistoryOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useSession, type LostSpan } from '@/lib/backend';
import { keys } from '@/lib/queries';
import { formatMoment } from '@/lib/time';
import { notify } from '@/ui';
import classes from './lost-work.module.css';

/** Told once, at the first sign-in after the server came back from a backup: from when to when work done in a browser is lost. */
export function LostWork() {
  const spans = useSession().data?.lost ?? [];
  return spans.length > 0 ? <Told spans={spans} /> : null;
}

/** What a person can have done in a browser that only the server had, by i18n key. */
const checks = ['documents', 'handling', 'issuing', 'account'];

function Told({ spans }: { spans: LostSpan[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [later, setLater] = useState(false);
  const [busy, setBusy] = useState(false);
  const read = async () => {
    setBusy(true);
    try {
      await api.readLost(Math.max(...spans.map(({ until }) => until)));
      await client.invalidateQueries({ queryKey: keys.session() });
    } catch (error) {
      notify.error(error);
      setBusy(false);
    }
  };
  return (
    <Modal
      opened={!later}
      onClose={() => setLater(true)}
      title={t('lost.title')}
      size={560}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <div className={classes.text}>
        <p>{t('lost.text')}</p>
        <ul className={classes.spans}>
          {spans.map(({ since, until }) => (
            <li key={until}><IconHistoryOff size={17} stroke={1.8} aria-hidden />{t('lost.span', { since: formatMoment(since), until: formatMoment(until) })}</li>
          ))}
        </ul>
        <p>{t('lost.check')}</p>
        <ul>
          {checks.map((what) => <li key={what}>{t(`lost.check.${what}`)}</li>)}
        </ul>
        <p className={classes.laptops}>{t('lost.laptops')}</p>
        <div className={classes.foot}>
          <Button data-autofocus loading={busy} onClick={() => void read()}>{t('lost.read')}</Button>
        </div>
      </div>
    </Modal>
  );
}
