import { Button } from '@mantine/core';
import { IconFileZip } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dossierUrl, useSession } from '@/lib/backend';
import { notify } from '@/ui';
import classes from './conclusions.module.css';

/** The whole dossier as one file: by the browser's downloads, or by the system's dialog in a window, which has none. */
export function SaveDossier({ meeting }: { meeting: string }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const { saved } = await api.saveDossier(meeting);
      if (saved) notify.ok(t('dossier.saved'));
    } catch (error) {
      notify.error(error);
    }
    setBusy(false);
  };
  const how = session?.window
    ? { component: 'button' as const, type: 'button' as const, loading: busy, onClick: () => void save() }
    : { component: 'a' as const, href: dossierUrl(meeting), download: true };
  return (
    <div className={classes.whole}>
      <span className={classes.note}>{t('dossier.save.text')}</span>
      <Button {...how} variant="default" size="compact-md" leftSection={<IconFileZip size={16} aria-hidden />}>{t('dossier.save')}</Button>
    </div>
  );
}
