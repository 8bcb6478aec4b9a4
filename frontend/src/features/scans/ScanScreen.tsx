import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IncomingEntry } from '@/features/compose';
import { api, useScan, type Scan } from '@/lib/backend';
import { navigate, paths, useParams } from '@/lib/router';
import { ConfirmDialog, Loaded } from '@/ui';
import { ScanEnd } from './ScanEnd';
import classes from './scans.module.css';

/** One scan: the entry form with its suggestions, or what became of it. */
export default function ScanScreen() {
  const { id = '' } = useParams();
  const scan = useScan(id);
  return <Loaded query={scan}>{(data) => <Opened key={data.id} scan={data} />}</Loaded>;
}

/** The form stays while its own document is being made, whatever the scan has become by that. */
function Opened({ scan }: { scan: Scan }) {
  const [first] = useState(scan);
  if (first.state !== 'waiting' || !first.file) return <ScanEnd scan={scan} />;
  return <IncomingEntry office={first.unit} scan={first} back={paths.scans}><Beside scan={first} /></IncomingEntry>;
}

/** Says what the suggestions are, and lets go of what is no document. */
function Beside({ scan }: { scan: Scan }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <div className={classes.beside}>
      <p className={classes.note}>{t(scan.read ? 'scan.suggested' : 'scan.not_read')}</p>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setAsking(true)}>{t('scan.ignore')}</Button>
      <ConfirmDialog
        opened={asking}
        title={t('scan.ignore.title', { name: scan.name })}
        text={t('scan.ignore.text')}
        confirm={t('scan.ignore')}
        onConfirm={async () => {
          await api.ignoreScan(scan.id);
          navigate(paths.scans);
        }}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}
