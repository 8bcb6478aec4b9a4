import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCloudCheck, IconDeviceLaptop, IconPencil } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSession, useSync } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { isDirty, type Draft } from './autosave';
import classes from './conclusions.module.css';

const clock = (at: number) => new Intl.DateTimeFormat('vi-VN', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Ho_Chi_Minh' }).format(at);

/** Where the text is by now, and no more than is known. */
export function SaveState({ draft, onSave }: { draft: Draft; onSave: () => void }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const { data: sync } = useSync();
  if (draft.failed !== undefined) {
    return (
      <span className={classes.state} role="alert" data-tone="bad">
        <IconAlertTriangle size={15} aria-hidden /> {t('minutes.state.failed', { reason: errorText(draft.failed) })}
        <Button size="compact-sm" variant="default" onClick={onSave}>{t('action.retry')}</Button>
      </span>
    );
  }
  if (draft.theirs) return <span className={classes.state} data-tone="warn">{t('minutes.state.conflict')}</span>;
  if (isDirty(draft)) return <span className={classes.state} role="status"><IconPencil size={15} aria-hidden /> {t(draft.sending === undefined ? 'minutes.state.dirty' : 'minutes.state.saving')}</span>;
  if (!draft.savedAt) return <span className={classes.state} role="status">{t('minutes.state.calm')}</span>;
  const there = session?.host === 'server' || (sync?.state === 'online' && sync.waitingCount === 0 && sync.refusedCount === 0);
  return (
    <span className={classes.state} role="status">
      {there ? <IconCloudCheck size={15} aria-hidden /> : <IconDeviceLaptop size={15} aria-hidden />}{' '}
      {t(there ? 'minutes.state.server' : 'minutes.state.here', { at: clock(draft.savedAt) })}
    </span>
  );
}
