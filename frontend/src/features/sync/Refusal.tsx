import { Button, CopyButton } from '@mantine/core';
import { IconCopy, IconFile, IconFileText, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, refusedFileUrl, type RefusedItem } from '@/lib/backend';
import { clashesIn, ConflictView, settle, type Edit } from '@/features/compose';
import { reasonText } from '@/lib/errors';
import { keys } from '@/lib/queries';
import { navigate, paths } from '@/lib/router';
import { formatMoment } from '@/lib/time';
import { ConfirmDialog, notify, useAct } from '@/ui';
import { commandLabel } from './commandLabel';
import classes from './sync.module.css';

/** One refused command: what it was, why, and the text, which is never lost unasked. */
export function Refusal({ item, onLeave }: { item: RefusedItem; onLeave: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const act = useAct();
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
  const open = async () => {
    try {
      const doc = await api.document(item.target.id);
      onLeave();
      navigate(paths.document(doc.id, doc.direction));
    } catch (error) {
      notify.error(error);
    }
  };
  const clashes = item.name === 'document.edit.1' ? clashesIn(item.reason, item.data) : null;
  const settled = async (mine: ReadonlySet<string>) => {
    // What was done to the recipients in the same command is not lost with the fields.
    const { set = {}, old = {}, ...readdressed } = (item.args ?? {}) as Partial<Edit> & { setTo?: boolean };
    const next = settle({ set, old }, clashes ?? [], mine);
    setBusy(true);
    try {
      if (Object.keys(next.set).length > 0 || readdressed.setTo) {
        const doc = await api.document(item.target.id);
        await act({ name: 'document.edit.1', id: item.target.id, base: doc.version, args: { ...readdressed, ...next } });
      }
      await api.discardRefused(item.id);
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
      {clashes
        ? <div className={classes.conflict}><ConflictView clashes={clashes} busy={busy} onSettle={(mine) => void settled(mine)} /></div>
        : <Words item={item} />}
      <div className={classes.actions}>
        {item.subject && item.target.kind === 1 && (
          <Button size="compact-sm" variant="default" leftSection={<IconFileText size={14} />} onClick={() => void open()}>{t('sync.open')}</Button>
        )}
        {item.files?.map((file, n) => (
          <Button key={n} component="a" href={refusedFileUrl(item.id, n)} target="_blank" size="compact-sm" variant="default" leftSection={<IconFile size={14} />}>
            {t('sync.keptFile', { name: file.name })}
          </Button>
        ))}
        {item.text && !clashes && (
          <CopyButton value={item.text}>
            {({ copied, copy }) => (
              <Button size="compact-sm" variant="default" leftSection={<IconCopy size={14} />} onClick={copy}>
                {copied ? t('action.copied') : t('sync.copy')}
              </Button>
            )}
          </CopyButton>
        )}
        {!clashes && <Button size="compact-sm" variant="default" leftSection={<IconRefresh size={14} />} loading={busy} onClick={() => void retry()}>{t('sync.retry')}</Button>}
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

/** Why it was refused, and the text that was kept. */
function Words({ item }: { item: RefusedItem }) {
  return (
    <>
      <p className={classes.reason}>{reasonText(item.code, item.reason, item.data)}</p>
      {item.text && <blockquote className={classes.text}>{item.text}</blockquote>}
    </>
  );
}
