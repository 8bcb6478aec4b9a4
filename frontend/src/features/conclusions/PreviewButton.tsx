import { Button, Modal } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { minutesPdf } from '@/lib/backend';
import { notify, PdfView } from '@/ui';
import classes from './conclusions.module.css';

/** Shows the minutes as they would be printed with what is saved by now. */
export function PreviewButton({ meeting }: { meeting: string }) {
  const { t } = useTranslation();
  const [pdf, setPdf] = useState<Blob | null>(null);
  const [busy, setBusy] = useState(false);
  const show = async () => {
    setBusy(true);
    try {
      setPdf(await minutesPdf(meeting));
    } catch (error) {
      notify.error(error);
    }
    setBusy(false);
  };
  return (
    <>
      <Button size="compact-md" variant="default" loading={busy} leftSection={<IconEye size={15} />} onClick={() => void show()}>{t('minutes.preview')}</Button>
      <Modal opened={pdf !== null} onClose={() => setPdf(null)} title={t('minutes.preview')} size={900} closeButtonProps={{ 'aria-label': t('action.close') }}>
        {pdf && <div className={classes.preview}><PdfView file={pdf} name={t('minutes.preview')} /></div>}
      </Modal>
    </>
  );
}
