import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Root } from '@/lib/backend';
import { keys } from '@/lib/queries';
import { dayOf, formatDay, type Day } from '@/lib/time';
import { DateField, FormFrame, notify } from '@/ui';
import { endDay } from './roots';
import classes from './roots.module.css';

/** Ends the trust of a root after a day; the root stays in the list, and may be given another day. */
export function EndRoot({ root, onClose }: { root: Root; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [until, setUntil] = useState<Day | null>(endDay(root));
  const since = dayOf(root.since);
  const missing = until && until >= since ? null : 'roots.missing.until';
  const end = async () => {
    await api.endRoot(root.sha256, until ?? '');
    await client.invalidateQueries({ queryKey: keys.roots() });
    notify.ok(t('roots.end.done', { name: root.name, day: formatDay(until) }));
    onClose();
  };
  return (
    <FormFrame title={t('roots.end.title')} sub={<bdi>{root.name}</bdi>} submit={t('roots.end.confirm')} danger missing={missing && t(missing)} onSubmit={end} onClose={onClose}>
      <DateField label={t('roots.end.until')} value={until} min={since} onChange={setUntil} width={220} required />
      <ul className={classes.effects}>
        <li>{t('roots.end.stays')}</li>
        {root.uses.includes('signature') && <li>{t('roots.end.signature')}</li>}
        {root.uses.includes('timestamp') && <li>{t('roots.end.timestamp')}</li>}
        <li>{t('roots.end.follow')}</li>
      </ul>
    </FormFrame>
  );
}
