import { Button, CopyButton } from '@mantine/core';
import { IconCopy, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type RefusedItem } from '@/lib/backend';
import { reasonText } from '@/lib/errors';
import { keys } from '@/lib/queries';
import { formatMoment } from '@/lib/time';
import { ConfirmDialog, notify } from '@/ui';
import { commandLabel } from './commandLabel';
import classes from './sync.module.css';

/** One refused command: what it was, why, and the text, which is never lost unasked. */
export function Refusal({ item }: { item: RefusedItem }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: keys.sync() });

  const retry = async () => {
    setBusy(true);
    try {
      await api.retryRefused(item.id);
      notify.waiting(t('sync.retried'));
      await refresh();
    } catch (error) {
      notify.error(error);
    }
    setBusy(false);
  };
  return (
    <article className={classes.refusal}>
      <div className={classes.itemName}>{commandLabel(t, item.name)}</div>
      {item.subject && <div className={classes.subject} title={item.subject}>{item.subject}</div>}
      <div className={classes.meta}>{formatMoment(item.at)}</div>
      <p className={classes.reason}>{reasonText(item.code, item.reason, item.data)}</p>
      {item.text && <blockquote className={classes.text}>{item.text}</blockquote>}
      <div className={classes.actions}>
        {item.text && (
          <CopyButton value={item.text}>
            {({ copied, copy }) => (
              <Button size="compact-sm" variant="default" leftSection={<IconCopy size={14} />} onClick={copy}>
                {copied ? t('action.copied') : t('sync.copy')}
              </Button>
            )}
          </CopyButton>
        )}
        <Button size="compact-sm" variant="default" leftSection={<IconRefresh size={14} />} loading={busy} onClick={() => void retry()}>{t('sync.retry')}</Button>
        <Button size="compact-sm" variant="subtle" color="son" leftSection={<IconTrash size={14} />} onClick={() => setAsking(true)}>{t('sync.discard')}</Button>
      </div>
      <ConfirmDialog
        opened={asking}
        title={t('sync.discard.title')}
        text={t('sync.discard.text')}
        confirm={t('sync.discard')}
        danger
        onConfirm={async () => {
          await api.discardRefused(item.id);
          await refresh();
        }}
        onClose={() => setAsking(false)}
      />
    </article>
  );
}
