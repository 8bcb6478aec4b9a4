import { Button, CopyButton } from '@mantine/core';
import { IconCopy, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type QuarantineItem } from '@/lib/backend';
import { reasonText } from '@/lib/errors';
import { keys } from '@/lib/queries';
import { formatMoment } from '@/lib/time';
import { ConfirmDialog, StatusPill } from '@/ui';
import { commandLabel } from './commandLabel';
import classes from './sync.module.css';

/** One text kept aside: its record left this machine. The author copies it, and lets go of it once the server has refused it. */
export function Kept({ item }: { item: QuarantineItem }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  return (
    <article className={classes.kept}>
      <div className={classes.itemName}>{commandLabel(t, item.name)}</div>
      {item.subject && <div className={classes.subject} title={item.subject}>{item.subject}</div>}
      <div className={classes.meta}>
        {[reasonText('not_found', item.reason), item.since && t('quarantine.since', { at: formatMoment(item.since) }), t('quarantine.written', { at: formatMoment(item.at) })].filter(Boolean).join(' · ')}
      </div>
      {item.text ? <blockquote className={classes.text}>{item.text}</blockquote> : <div className={classes.meta}>{t('quarantine.no_text')}</div>}
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
        {item.status === 'refused' ? (
          <Button size="compact-sm" variant="subtle" color="son" leftSection={<IconTrash size={14} />} onClick={() => setAsking(true)}>{t('quarantine.discard')}</Button>
        ) : <StatusPill tone="neutral">{t('quarantine.waiting')}</StatusPill>}
      </div>
      <ConfirmDialog
        opened={asking}
        title={t('sync.discard.title')}
        text={t('sync.discard.text')}
        confirm={t('sync.discard')}
        danger
        onConfirm={async () => {
          await api.discardRefused(item.command);
          await Promise.all([client.invalidateQueries({ queryKey: keys.quarantine() }), client.invalidateQueries({ queryKey: keys.sync() })]);
        }}
        onClose={() => setAsking(false)}
      />
    </article>
  );
}
