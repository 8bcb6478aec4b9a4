import { Button } from '@mantine/core';
import { IconAlertTriangle, IconDownload, IconFilePlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useSession, useWork, workUrl, type WorkCopy } from '@/lib/backend';
import { reasonText } from '@/lib/errors';
import { formatBytes } from '@/lib/format';
import { keys } from '@/lib/queries';
import { Link, paths } from '@/lib/router';
import { formatMoment } from '@/lib/time';
import { ConfirmDialog, notify } from '@/ui';
import classes from './working.module.css';

/** A save that is no version yet: why, and what its person can do with it. */
export function Unsent({ copy, named }: { copy: WorkCopy; named?: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data: session } = useSession();
  const [asking, setAsking] = useState(false);
  const settle = () => Promise.all([client.invalidateQueries({ queryKey: keys.work() }), client.invalidateQueries({ queryKey: keys.sync() }), client.invalidateQueries({ queryKey: keys.document(copy.document) })]);
  const keep = useMutation({ mutationFn: () => api.keepWork(copy.id), onSuccess: () => notify.ok(t('work.unsent.kept')), onError: notify.error, onSettled: settle });
  const store = useMutation({
    mutationFn: () => api.saveWork(copy.id),
    onSuccess: ({ saved }) => saved && notify.ok(t('doc.file.saved', { name: copy.name })),
    onError: notify.error,
  });
  if (!copy.unsent) return null;
  const { at, size, code, reason, data } = copy.unsent;
  return (
    <article role="status" className={classes.unsent} aria-label={t('work.unsent.name', { name: copy.name })}>
      <IconAlertTriangle size={18} stroke={1.8} aria-hidden />
      <div className={classes.unsentText}>
        <strong>{t('work.unsent')}</strong>
        <bdi className="kg-clip" title={copy.name}>{copy.name}</bdi>
        {named && copy.subject && <Link href={paths.draft(copy.document)}>{copy.subject}</Link>}
        <span>{reasonText(code, reason, data ?? {})}</span>
        <span className={classes.quiet}>{t('work.unsent.at', { at: formatMoment(at), size: formatBytes(size) })}</span>
      </div>
      <div className={classes.tools}>
        <Button size="compact-sm" variant="default" leftSection={<IconFilePlus size={14} aria-hidden />} loading={keep.isPending} onClick={() => keep.mutate()}>{t('work.unsent.keep')}</Button>
        {session?.window ? (
          <Button size="compact-sm" variant="default" leftSection={<IconDownload size={14} aria-hidden />} loading={store.isPending} onClick={() => store.mutate()}>{t('work.unsent.store')}</Button>
        ) : (
          <Button size="compact-sm" variant="default" leftSection={<IconDownload size={14} aria-hidden />} component="a" href={workUrl(copy.id)}>{t('work.unsent.store')}</Button>
        )}
        <Button size="compact-sm" variant="subtle" color="son" leftSection={<IconTrash size={14} aria-hidden />} onClick={() => setAsking(true)}>{t('work.unsent.drop')}</Button>
      </div>
      <ConfirmDialog
        opened={asking}
        title={t('work.unsent.drop.title')}
        text={t('work.unsent.drop.text', { name: copy.name, at: formatMoment(at) })}
        confirm={t('work.unsent.drop')}
        danger
        onConfirm={async () => {
          await api.dropWork(copy.id);
          await settle();
        }}
        onClose={() => setAsking(false)}
      />
    </article>
  );
}

/** Every save that is no version yet, wherever its document is. */
export function UnsentList() {
  const { data: copies = [] } = useWork();
  const list = copies.filter((copy) => copy.unsent);
  return list.length === 0 ? null : <div className={classes.list}>{list.map((copy) => <Unsent key={copy.id} copy={copy} named />)}</div>;
}
