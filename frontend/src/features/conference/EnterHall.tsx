import { Button } from '@mantine/core';
import { IconVideo } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useSession, type MeetingView } from '@/lib/backend';
import { navigate, paths } from '@/lib/router';
import { notify } from '@/ui';
import { hasMedia } from './local';

/** Statuses in which a conference may be held. */
const open = new Set(['INVITED', 'LIVE', 'PAUSED']);

/** One click from the meeting into its room; from a window without pictures it opens in the browser. */
export function EnterHall({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const [busy, setBusy] = useState(false);
  const remote = meeting.form === 'TRUC_TUYEN' || meeting.form === 'KET_HOP' || Boolean(meeting.points);
  if (!remote || meeting.secret || !meeting.published || !open.has(meeting.status)) return null;
  const enter = async () => {
    if (hasMedia() || !session?.window) {
      navigate(paths.hall(meeting.id));
      return;
    }
    setBusy(true);
    await api.openRoom(meeting.id).catch((error: unknown) => notify.error(error));
    setBusy(false);
  };
  return <Button loading={busy} leftSection={<IconVideo size={16} stroke={1.8} aria-hidden />} onClick={() => void enter()}>{t('conference.enter')}</Button>;
}
