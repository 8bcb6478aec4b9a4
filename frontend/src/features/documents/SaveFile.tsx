import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, fileUrl, useSession, type Doc, type FileInfo } from '@/lib/backend';
import { formatBytes } from '@/lib/format';
import { notify } from '@/ui';

interface Props {
  doc: Doc;
  file: FileInfo;
  /** A button with words, or an icon in a list. */
  button?: boolean;
}

/**
 * Puts a copy of a file outside the product: by the browser's downloads, or by
 * the system's dialog in a window, which has none.
 */
export function SaveFile({ doc, file, button }: Props) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const save = async () => {
    try {
      const { saved } = await api.saveFile(doc.id, file.key);
      if (saved) notify.ok(t('doc.file.saved', { name: file.name }));
    } catch (error) {
      notify.error(error);
    }
  };
  const how = session?.window
    ? { component: 'button' as const, type: 'button' as const, onClick: () => void save() }
    : { component: 'a' as const, href: fileUrl(doc.id, file.key, true) };
  if (button) {
    return <Button {...how} variant="default" leftSection={<IconDownload size={16} stroke={1.7} />}>{t('doc.download', { size: formatBytes(file.size) })}</Button>;
  }
  return (
    <Tooltip label={t('doc.file.save')}>
      <ActionIcon {...how} size={28} aria-label={t('doc.file.save_name', { name: file.name })}><IconDownload size={16} stroke={1.7} aria-hidden /></ActionIcon>
    </Tooltip>
  );
}
