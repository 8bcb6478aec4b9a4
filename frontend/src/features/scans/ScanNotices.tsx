import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ScanFolder } from '@/lib/backend';
import classes from './scans.module.css';

/** What keeps scans from coming, or from being read. */
export function ScanNotices({ folders, ocr }: { folders?: ScanFolder[]; ocr?: boolean }) {
  const { t } = useTranslation();
  const troubled = (folders ?? []).filter((folder) => folder.problem);
  return (
    <>
      {troubled.map((folder) => (
        <p key={folder.id} role="status" className={classes.notice} data-tone="warn">
          <IconAlertTriangle size={16} stroke={1.7} aria-hidden />
          <span>{t('scan.folder.trouble', { path: folder.path })} {t(`error.${folder.problem}`)}</span>
        </p>
      ))}
      {ocr === false && folders !== undefined && folders.length > 0 && (
        <p role="status" className={classes.notice}>
          <IconInfoCircle size={16} stroke={1.7} aria-hidden />
          <span>{t('scan.no_ocr')}</span>
        </p>
      )}
    </>
  );
}
