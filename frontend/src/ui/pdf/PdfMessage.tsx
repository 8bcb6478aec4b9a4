import { Button } from '@mantine/core';
import { IconCloudDownload, IconFileOff, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatComing } from '@/lib/format';
import { TransferBar } from '../TransferBar';
import { Empty, Failure, Loading } from '../states';
import type { PdfProblem } from './engine';
import { PdfLock } from './PdfLock';
import type { PdfState } from './useOpenPdf';
import classes from './pdf.module.css';

interface Props {
  state: Exclude<PdfState, { status: 'open' }>;
  onRetry: () => void;
  /** What else can be done with a file that cannot be read here. */
  otherwise?: ReactNode;
}

/** What stands in the place of the pages while there are none. */
export function PdfMessage({ state, onRetry, otherwise }: Props) {
  const { t } = useTranslation();
  switch (state.status) {
    case 'loading':
      return <Loading lines={12} label={t('pdf.loading')} />;
    case 'refused':
      return <Failure error={state.error} onRetry={onRetry} />;
    case 'locked':
      return <PdfLock state={state} />;
    case 'failed':
      return <Failed problem={state.problem} onRetry={onRetry} otherwise={otherwise} />;
    case 'coming':
      return (
        <Empty
          icon={IconCloudDownload}
          title={t('pdf.coming')}
          text={state.total > 0 ? t('pdf.coming_bytes', { coming: formatComing(state) }) : undefined}
        >
          <div className={classes.progress}><TransferBar done={state.done} total={state.total} label={t('pdf.coming')} /></div>
        </Empty>
      );
  }
}

/** Trying again helps against what passes, and where another password may be right. */
const again: Partial<Record<PdfProblem, string>> = { failed: 'action.retry', password: 'pdf.lock.enter' };

function Failed({ problem, onRetry, otherwise }: { problem: PdfProblem; onRetry: () => void; otherwise?: ReactNode }) {
  const { t } = useTranslation();
  const label = again[problem];
  return (
    <Empty
      tone={problem === 'password' ? 'warn' : 'bad'}
      icon={problem === 'password' ? IconLock : IconFileOff}
      title={t(`pdf.error.${problem}`)}
      text={t(`pdf.error.${problem}.text`)}
    >
      {label && <Button variant="default" onClick={onRetry}>{t(label)}</Button>}
      {otherwise}
    </Empty>
  );
}
