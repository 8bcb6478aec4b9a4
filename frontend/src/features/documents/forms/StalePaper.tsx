import { useTranslation } from 'react-i18next';
import { paperState } from '@/features/working';
import type { Doc } from '@/lib/backend';
import classes from './forms.module.css';

/** Whoever passes a draft on, or decides about it, is told when its PDF is not of the newest text. */
export function StalePaper({ doc }: { doc: Doc }) {
  const { t } = useTranslation();
  const { stale, of, newest } = paperState(doc);
  return stale ? <p className={classes.warn} role="alert">{of ? t('work.pdf.stale.warn', { of, newest }) : t('work.pdf.stale.text')}</p> : null;
}
