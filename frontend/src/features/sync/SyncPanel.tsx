import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SyncDetails } from './SyncDetails';

/** The truth about what this machine has sent, has not sent, and waits for. */
export function SyncPanel({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={480} title={t('sync.title')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {opened && <SyncDetails onLeave={onClose} />}
    </Drawer>
  );
}
