import { useTranslation } from 'react-i18next';
import type { Receipts as ReceiptCount } from '@/lib/backend';
import { formatNumber } from '@/lib/format';
import { formatShort } from '@/lib/time';
import { StatusPill } from '@/ui';
import classes from './document.module.css';

/** At how many recipients the files of a sent document are whole, and which lack them. */
export function Receipts({ receipts, at }: { receipts: ReceiptCount; at: number }) {
  const { t } = useTranslation();
  const { full, total, lacking } = receipts;
  return (
    <section className={classes.receipts} aria-label={t('doc.receipts')}>
      <div className={classes.receiptsHead}>
        <StatusPill tone={full === total ? 'ok' : 'warn'}>{t('doc.receipts.count', { full: formatNumber(full), total: formatNumber(total), count: total })}</StatusPill>
        <span className={classes.quiet}>{t('doc.receipts.at', { at: formatShort(at) })}</span>
      </div>
      {lacking.length > 0 && (
        <details className={classes.lacking}>
          <summary>{t('doc.receipts.lacking', { count: lacking.length })}</summary>
          <ul>
            {lacking.map((office) => (
              <li key={office.unit}>
                {office.name || office.unit}
                {office.laptops === 0 && <span className={classes.quiet}> · {t('doc.receipts.no_laptop')}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
