import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { materialUrl, useSession } from '@/lib/backend';
import type { MaterialVersion } from './materials';

/** Saves the file as it is, where the meeting allows that; the program's own window has no downloads. */
export function SaveMaterial({ meeting, material, version }: { meeting: string; material: string; version: MaterialVersion }) {
  const { t } = useTranslation();
  if (useSession().data?.window !== false) return null;
  return (
    <Button component="a" href={materialUrl(meeting, material, version.key, true)} download={version.name} size="compact-sm" variant="default" leftSection={<IconDownload size={15} />}>
      {t('reading.download')}
    </Button>
  );
}
