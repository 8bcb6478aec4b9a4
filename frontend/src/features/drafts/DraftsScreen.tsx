import { Button } from '@mantine/core';
import { IconFilePencil } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ListScreen } from '@/features/documents';
import type { DocRow } from '@/lib/backend';
import { navigate, paths } from '@/lib/router';
import { CommandKbd } from '@/ui';

const address = (row: DocRow) => paths.draft(row.id);

/** Dự thảo: from the first words to the number. */
export default function DraftsScreen() {
  const { t } = useTranslation();
  return (
    <ListScreen list="drafts" path={paths.drafts} title={t('nav.drafts')} addressOfRow={address}>
      <Button leftSection={<IconFilePencil size={17} stroke={1.7} />} rightSection={<CommandKbd id="compose.draft" />} onClick={() => navigate(paths.draftNew)}>{t('compose.draft')}</Button>
    </ListScreen>
  );
}
