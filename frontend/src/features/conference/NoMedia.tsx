import { Button } from '@mantine/core';
import { IconBrowser } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useSession, type MeetingView } from '@/lib/backend';
import { navigate, paths } from '@/lib/router';
import { Empty, notify } from '@/ui';
import classes from './hall.module.css';

/** A window that can neither send nor receive pictures: the room opens in the system's browser. */
export function NoMedia({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const [busy, setBusy] = useState(false);
  const open = async () => {
    setBusy(true);
    await api.openRoom(meeting.id).catch((error: unknown) => notify.error(error));
    setBusy(false);
  };
  return (
    <main className={classes.door}>
      <section className={classes.card} data-narrow>
        <Empty icon={IconBrowser} tone="warn" title={t('conference.no_media')} text={t(session?.window ? 'conference.no_media.window' : 'conference.no_media.browser')}>
          {session?.window && <Button loading={busy} onClick={() => void open()}>{t('conference.no_media.open')}</Button>}
          <Button variant="default" onClick={() => navigate(paths.meeting(meeting.id))}>{t('conference.back')}</Button>
        </Empty>
      </section>
    </main>
  );
}
