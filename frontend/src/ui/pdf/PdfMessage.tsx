import { IconCloudDownload, IconFileOff, IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '@/lib/format';
import { Empty, Failure, Loading } from '../states';
import type { PdfState } from './useOpenPdf';
import classes from './pdf.module.css';

/** What stands in the place of the pages while there are none. */
export function PdfMessage({ state, onRetry }: { state: Exclude<PdfState, { status: 'open' }>; onRetry: () => void }) {
  const { t } = useTranslation();
  switch (state.status) {
    case 'loading':
      return <Loading lines={12} label={t('pdf.loading')} />;
    case 'refused':
      return <Failure error={state.error} onRetry={onRetry} />;
    case 'failed':
      return (
        <Empty
          tone="bad"
          icon={state.problem === 'password' ? IconLock : IconFileOff}
          title={t(`pdf.error.${state.problem}`)}
          text={t(`pdf.error.${state.problem}.text`)}
        />
      );
    case 'coming':
      return (
        <Empty
          icon={IconCloudDownload}
          title={t('pdf.coming')}
          text={state.total > 0 ? t('pdf.coming_bytes', { done: formatBytes(state.done), total: formatBytes(state.total) }) : undefined}
        >
          <div className={classes.progress} role="progressbar" aria-valuenow={state.done} aria-valuemax={state.total} aria-label={t('pdf.coming')}>
            <div style={{ width: `${state.total > 0 ? (100 * state.done) / state.total : 0}%` }} />
          </div>
        </Empty>
      );
  }
}
