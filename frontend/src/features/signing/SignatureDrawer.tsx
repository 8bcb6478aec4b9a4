import { Button, Drawer } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SignatureReport } from '@/lib/backend';
import { StatusPill } from '@/ui';
import { Reasons } from './Reasons';
import { SignatureCard } from './SignatureCard';
import { answerKey, tones } from './verdict';
import { explain, type Explanation } from './words';
import classes from './signing.module.css';

interface Props {
  report: SignatureReport;
  /** Of the file. */
  name: string;
  opened: boolean;
  onClose: () => void;
}

/** All that is known about the signatures of a file, as Thông tư 15/2025/TT-BKHCN, Điều 6 wants it shown. */
export function SignatureDrawer({ report, name, opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={560} title={t('sign.title')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {opened && (
        <div className={classes.panel}>
          <section className={classes.file} data-tone={tones[report.indication]} aria-label={t('sign.file')}>
            <div className={classes.head}>
              <bdi className={classes.name}>{name}</bdi>
              <StatusPill tone={tones[report.indication]}>{t(answerKey(report))}</StatusPill>
            </div>
            <Reasons of={wholeOf(report, t)} />
          </section>
          {report.signatures.map((signature, i) => <SignatureCard key={i} signature={signature} n={i + 1} />)}
          <div><Button variant="default" leftSection={<IconDownload size={16} stroke={1.7} aria-hidden />} onClick={() => save(report, name)}>{t('sign.save')}</Button></div>
        </div>
      )}
    </Drawer>
  );
}

/** The findings about the file itself; without any, that the signatures tell the rest. */
function wholeOf(report: SignatureReport, t: ReturnType<typeof useTranslation>['t']): Explanation {
  const own = explain(report);
  if (report.indication === 'TOTAL-PASSED') return { ...own, reason: t('sign.file.passed') };
  const graver = (report.findings ?? []).length > own.notes.length;
  return graver ? own : { ...own, reason: t('sign.file.signatures'), more: [] };
}

/** Keeps the answer as it came, for a dispute or for another program. */
function save(report: SignatureReport, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify({ ...report, file: report.file ?? name }, null, 2)], { type: 'application/json' }));
  link.download = `${name.replace(/\.pdf$/i, '')} - chữ ký.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
