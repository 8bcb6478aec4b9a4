import { Button } from '@mantine/core';
import { IconFilePlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { HolderPills } from '@/features/books';
import { useSession, type DocRow } from '@/lib/backend';
import { navigate, paths } from '@/lib/router';
import { CommandKbd } from '@/ui';
import { ListScreen } from './ListScreen';

const address = (row: DocRow) => paths.document(row.id, 'incoming');

/** Văn bản đến. */
export default function IncomingScreen() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const clerk = session?.posts.some((post) => post.role === 'clerk');
  return (
    <ListScreen list="incoming" path={paths.incoming} title={t('nav.incoming')} addressOfRow={address}>
      <HolderPills direction="incoming" />
      {clerk && <Button leftSection={<IconFilePlus size={17} stroke={1.7} />} rightSection={<CommandKbd id="compose.incoming" />} onClick={() => navigate(paths.incomingNew)}>{t('compose.incoming.button')}</Button>}
    </ListScreen>
  );
}
