import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconAlertTriangle, IconTool } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useSync, type Repair } from '@/lib/backend';
import { keys } from '@/lib/queries';
import { formatMoment } from '@/lib/time';
import { notify } from '@/ui';
import { repairWords } from './repair';
import classes from './machine.module.css';

/** What has happened to this machine's disk, or the server's, and what to do; nothing when all is well. */
export function MachineNotice() {
  const { t } = useTranslation();
  const { data } = useSync();
  return (
    <>
      {data?.trouble && (
        <div className={classes.notice} data-tone="bad" role="alert">
          <IconAlertTriangle size={18} stroke={1.9} aria-hidden />
          <span className={classes.text}>{t([`trouble.${data.trouble}`, `error.${data.trouble}`, 'error.code.full'])}</span>
        </div>
      )}
      {data?.repair && <Repaired repair={data.repair} />}
    </>
  );
}

function Repaired({ repair }: { repair: Repair }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const read = async () => {
    setBusy(true);
    try {
      await api.readRepair();
      await client.invalidateQueries({ queryKey: keys.sync() });
    } catch (error) {
      notify.error(error);
    }
    setBusy(false);
  };
  const title = t('repair.title', { at: formatMoment(repair.at) });
  return (
    <section className={classes.notice} data-tone={repair.unread > 0 ? 'bad' : 'warn'} aria-label={title}>
      <IconTool size={18} stroke={1.9} aria-hidden />
      <div className={classes.text}>
        <strong>{title}</strong>
        <ul className={classes.list}>
          {repairWords(repair).map(({ key, ...values }) => <li key={key}>{t(key, values)}</li>)}
        </ul>
      </div>
      <Button size="compact-sm" variant="default" loading={busy} onClick={() => void read()}>{t('repair.done')}</Button>
    </section>
  );
}
