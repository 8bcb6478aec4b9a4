import { Button } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { HolderPills } from '@/features/books';
import { useSession, type DocRow } from '@/lib/backend';
import { navigate, paths } from '@/lib/router';
import { CommandKbd } from '@/ui';
import { ListScreen } from './ListScreen';

const address = (row: DocRow) => paths.document(row.id, 'outgoing');

/** Văn bản đi. */
export default function OutgoingScreen() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const clerk = session?.posts.some((post) => post.role === 'clerk');
  return (
    <ListScreen list="outgoing" path={paths.outgoing} title={t('nav.outgoing')} addressOfRow={address}>
      <HolderPills direction="outgoing" />
      {clerk && <Button leftSection={<IconSend size={17} stroke={1.7} />} rightSection={<CommandKbd id="compose.send" />} onClick={() => navigate(paths.outgoingNew)}>{t('compose.register_send')}</Button>}
    </ListScreen>
  );
}
