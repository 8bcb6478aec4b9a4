import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { reasonText } from '@/lib/errors';
import { Empty } from '@/ui';

/** The machine cannot work at all: revoked, damaged or full. Says which, and what to do. */
export function Blocked({ reason }: { reason: string }) {
  const { t } = useTranslation();
  return <Empty tone="bad" icon={IconLock} title={t('blocked.title')} text={reasonText('internal', reason)} />;
}
