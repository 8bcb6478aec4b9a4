import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FileInfo, SignatureReport } from '@/lib/backend';
import { StatusPill } from '@/ui';
import { Reasons } from './Reasons';
import { ReportButtons } from './ReportButtons';
import { SignatureCard } from './SignatureCard';
import { answerKey, tones } from './verdict';
import { explain, type Explanation } from './words';
import classes from './signing.module.css';

interface Props {
  report: SignatureReport;
  document: string;
  file: FileInfo;
  opened: boolean;
  onClose: () => void;
}

/** All that is known about the signatures of a file, as Thông tư 15/2025/TT-BKHCN, Điều 6 wants it shown. */
export function SignatureDrawer({ report, document, file, opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={560} title={t('sign.title')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {opened && (
        <div className={classes.panel}>
          <section className={classes.file} data-tone={tones[report.indication]} aria-label={t('sign.file')}>
            <div className={classes.head}>
              <bdi className={classes.name}>{file.name}</bdi>
              <StatusPill tone={tones[report.indication]}>{t(answerKey(report))}</StatusPill>
            </div>
            <Reasons of={wholeOf(report, t)} />
          </section>
          {report.signatures.map((signature, i) => <SignatureCard key={i} signature={signature} n={i + 1} />)}
          <ReportButtons document={document} file={file} />
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
