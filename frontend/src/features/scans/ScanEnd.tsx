import { Button } from '@mantine/core';
import { IconArrowLeft, IconCopy, IconFileAlert, IconFileCheck, IconHourglass, IconShieldLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, type Scan } from '@/lib/backend';
import { formatFacts } from '@/lib/format';
import { navigate, paths } from '@/lib/router';
import { formatDay } from '@/lib/time';
import { Empty, notify, Page, PageHeader } from '@/ui';
import classes from './scans.module.css';

const icons = { reading: IconHourglass, waiting: IconFileCheck, secret: IconShieldLock, unreadable: IconFileAlert, duplicate: IconCopy, registered: IconFileCheck, ignored: IconFileAlert };

/** A scan that cannot be registered now: why, and what can be done. */
export function ScanEnd({ scan }: { scan: Scan }) {
  const { t } = useTranslation();
  const leave = (what: Promise<unknown>) => void what.then(() => navigate(paths.scans), notify.error);
  const { doc } = scan;
  return (
    <Page
      header={
        <PageHeader title={t(`scan.state.${scan.state}`)} sub={scan.name}>
          <Button variant="subtle" color="gray" leftSection={<IconArrowLeft size={16} />} onClick={() => navigate(paths.scans)}>{t('action.back')}</Button>
        </PageHeader>
      }
    >
      <div className={classes.end}>
        <Empty icon={icons[scan.state]} tone={scan.state === 'secret' ? 'bad' : scan.state === 'unreadable' ? 'warn' : undefined} title={t(`scan.end.${scan.state}`)} text={textOf()}>
          {doc && <Button onClick={() => navigate(paths.document(doc.id, doc.direction))}>{t('scan.open', { symbol: doc.symbol || doc.subject })}</Button>}
          {(scan.state === 'unreadable' || scan.state === 'ignored') && <Button variant="default" onClick={() => leave(api.readScanAgain(scan.id))}>{t('scan.again')}</Button>}
          {(scan.state === 'unreadable' || scan.state === 'duplicate' || scan.state === 'secret') && <Button variant="default" onClick={() => leave(api.ignoreScan(scan.id))}>{t('scan.done_with')}</Button>}
        </Empty>
        {scan.state === 'secret' && (
          <ol className={classes.steps}>
            <li>{t('compose.secrecy.do.paper')}</li>
            <li>{t('compose.secrecy.do.book')}</li>
            <li>{t('scan.secret.remove', { name: scan.name })}</li>
            <li>{t('scan.secret.mistaken')}</li>
          </ol>
        )}
      </div>
    </Page>
  );

  function textOf(): string {
    if (scan.reason) return t(`error.${scan.reason}`);
    if (doc) return formatFacts(t('scan.same_as', { number: doc.bookNumber ?? '—' }), doc.symbol, formatDay(doc.issuedDate), doc.subject);
    if (scan.twin) return t('scan.twin', { name: scan.twin });
    return t(`scan.end.${scan.state}.text`);
  }
}
