import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useGive, type AnyGive, type ApplyResult, type SyncStatus } from '@/lib/backend';
import { keys } from '@/lib/queries';
import { notify } from './notify';

/**
 * Gives a command and says what became of it: done, waiting for the line, or
 * waiting for its number. A refusal is thrown, for the form to show.
 */
export function useAct(): (give: AnyGive, words?: string) => Promise<ApplyResult> {
  const { mutateAsync } = useGive();
  const client = useQueryClient();
  const { t } = useTranslation();
  return useCallback(
    async (give, words) => {
      const result = await mutateAsync(give);
      const text = words ?? capital(t('act.done', { text: small(t(`did.${give.name.replace(/\.\d+$/, '')}`)) }));
      const line = client.getQueryData<SyncStatus>(keys.sync())?.state;
      if (result.status === 'deferred') notify.warn(t('act.deferred', { text }));
      else if (result.numberPending) notify.waiting(t(line === 'online' ? 'act.number_asked' : 'act.number_pending', { text }));
      else if (result.status === 'pending' && line !== undefined && line !== 'online') notify.waiting(t('act.waiting', { text }));
      else notify.ok(text);
      return result;
    },
    [mutateAsync, client, t],
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const small = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
