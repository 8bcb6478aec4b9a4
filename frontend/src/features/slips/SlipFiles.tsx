import { ActionIcon, Button, Modal } from '@mantine/core';
import { IconDownload, IconPaperclip } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, slipFileUrl, useSession, type SlipFile, type SlipView } from '@/lib/backend';
import { formatBytes, formatFacts } from '@/lib/format';
import { notify, PdfView } from '@/ui';
import classes from './slips.module.css';

/** The files that a slip carries: a PDF opens here, every one can be saved. */
export function SlipFiles({ slip }: { slip: SlipView }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<SlipFile | null>(null);
  if (slip.files.length === 0) return null;
  return (
    <section aria-label={t('slip.files')}>
      <h3 className={classes.sub}>{t('slip.files')}</h3>
      <ul className={classes.files}>
        {slip.files.map((file) => (
          <li key={file.key}>
            <IconPaperclip size={16} aria-hidden />
            <span className={classes.fileName}>
              {file.media === 'application/pdf' ? <Button variant="transparent" className={classes.open} onClick={() => setShown(file)}><bdi>{file.name}</bdi></Button> : <bdi>{file.name}</bdi>}
            </span>
            <span className={classes.note}>{formatFacts(formatBytes(file.size), file.here ? undefined : t('slip.file.not_here'))}</span>
            <Save slip={slip.id} file={file} />
          </li>
        ))}
      </ul>
      <Modal opened={shown !== null} onClose={() => setShown(null)} title={shown && <bdi>{shown.name}</bdi>} size={900} closeButtonProps={{ 'aria-label': t('action.close') }}>
        {shown && <div className={classes.reader}><PdfView url={slipFileUrl(slip.id, shown.key)} name={shown.name} /></div>}
      </Modal>
    </section>
  );
}

/** By the browser's downloads, or by the system's dialog in a window, which has none. */
function Save({ slip, file }: { slip: string; file: SlipFile }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const save = async () => {
    try {
      const { saved } = await api.saveSlipFile(slip, file.key);
      if (saved) notify.ok(t('doc.file.saved', { name: file.name }));
    } catch (error) {
      notify.error(error);
    }
  };
  const how = session?.window
    ? { component: 'button' as const, type: 'button' as const, onClick: () => void save() }
    : { component: 'a' as const, href: slipFileUrl(slip, file.key, true) };
  return <ActionIcon {...how} size={26} aria-label={t('doc.file.save_name', { name: file.name })}><IconDownload size={15} aria-hidden /></ActionIcon>;
}
