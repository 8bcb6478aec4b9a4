import { Button } from '@mantine/core';
import { IconKey, IconLock } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/lib/backend';
import { machineNumber } from '@/lib/format';
import { keys } from '@/lib/queries';
import { ConfirmDialog } from '@/ui';
import { useNotesHere, useReadingKey } from './useAnnotations';
import classes from './reading.module.css';

/** What keeps the person from writing here, and which of his machines waits for his key. */
export function KeyNotice() {
  const { t } = useTranslation();
  const here = useNotesHere();
  const state = useReadingKey();
  const client = useQueryClient();
  const [asked, setAsked] = useState<'anew' | { device: string } | null>(null);
  const after = () => client.invalidateQueries({ queryKey: keys.readingKey() });
  if (!here) return <p className={classes.notice}><IconLock size={16} aria-hidden /><span>{t('reading.not_here')}</span></p>;
  if (!state) return null;
  return (
    <>
      {state.state === 'waiting' && (
        <div className={classes.notice} role="status">
          <IconKey size={16} aria-hidden />
          <span>
            {t('reading.key.waiting', { number: machineNumber(state.device) })}{' '}
            <Button size="compact-xs" variant="subtle" onClick={() => setAsked('anew')}>{t('reading.key.anew')}</Button>
          </span>
        </div>
      )}
      {state.waiting.map((device) => (
        <div key={device} className={classes.notice} role="status">
          <IconKey size={16} aria-hidden />
          <span>
            {t('reading.key.asks', { number: machineNumber(device) })}{' '}
            <Button size="compact-xs" variant="light" onClick={() => setAsked({ device })}>{t('reading.key.grant')}</Button>
          </span>
        </div>
      ))}
      <ConfirmDialog
        opened={asked === 'anew'} title={t('reading.key.anew')} text={t('reading.key.anew.text')} confirm={t('reading.key.anew')} danger
        onConfirm={() => api.makeReadingKey(true).then(after)} onClose={() => setAsked(null)}
      />
      <ConfirmDialog
        opened={asked !== null && asked !== 'anew'} title={t('reading.key.grant')} confirm={t('reading.key.grant')}
        text={asked !== null && asked !== 'anew' ? t('reading.key.grant.text', { number: machineNumber(asked.device) }) : undefined}
        onConfirm={() => (asked !== null && asked !== 'anew' ? api.grantReadingKey(asked.device).then(after) : undefined)} onClose={() => setAsked(null)}
      />
    </>
  );
}
