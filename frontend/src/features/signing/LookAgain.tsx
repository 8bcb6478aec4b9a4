import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useLookForTokens } from '@/lib/backend';
import { notify } from '@/ui';

/** For who has plugged in a token and does not see it. */
export function LookAgain() {
  const { t } = useTranslation();
  const { mutate, isPending } = useLookForTokens();
  return (
    <Button size="compact-sm" variant="subtle" leftSection={<IconRefresh size={15} aria-hidden />} loading={isPending} onClick={() => mutate(undefined, { onError: notify.error })}>{t('signing.keys.again')}</Button>
  );
}
