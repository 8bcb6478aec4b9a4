import { Button, Group } from '@mantine/core';
import { IconDownload, IconFileTypePdf } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, reportUrl, useSession, type FileInfo, type ReportForm } from '@/lib/backend';
import { notify } from '@/ui';

const forms: readonly ReportForm[] = ['pdf', 'json'];

/**
 * Keeps what was found of the signatures of a file: as PDF for people and for a
 * dossier, as JSON for other programs. By the browser's downloads, or by the
 * system's dialog in a window, which has none.
 */
export function ReportButtons({ document, file }: { document: string; file: FileInfo }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const save = async (form: ReportForm) => {
    try {
      const { saved } = await api.saveFile(document, file.key, form);
      if (saved) notify.ok(t('sign.saved', { name: file.name }));
    } catch (error) {
      notify.error(error);
    }
  };
  return (
    <Group gap={8}>
      {forms.map((form) => {
        const Icon = form === 'pdf' ? IconFileTypePdf : IconDownload;
        const how = session?.window
          ? { component: 'button' as const, type: 'button' as const, onClick: () => void save(form) }
          : { component: 'a' as const, href: reportUrl(document, file.key, form) };
        return <Button key={form} {...how} variant="default" leftSection={<Icon size={16} stroke={1.7} aria-hidden />}>{t(`sign.save.${form}`)}</Button>;
      })}
    </Group>
  );
}
