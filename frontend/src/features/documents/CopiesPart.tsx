import { useTranslation } from 'react-i18next';
import { VerdictPill } from '@/features/signing';
import type { CopyInfo, Doc, FileInfo } from '@/lib/backend';
import { formatBytes, formatFacts } from '@/lib/format';
import { formatDate, formatMoment } from '@/lib/time';
import { StatusPill } from '@/ui';
import { FileIcon } from './Reading';
import { SaveFile } from './SaveFile';
import classes from './document.module.css';

/** The certified copies of a document: form, number, office and day as they are spoken of, and what they are worth. */
export function CopiesPart({ doc, onRead }: { doc: Doc; onRead: (file: FileInfo) => void }) {
  const { t } = useTranslation();
  const copies = doc.certifiedCopies ?? [];
  if (copies.length === 0) return null;
  return (
    <section className={classes.block} aria-label={t('doc.copies')}>
      <h3>{t('doc.copies')}</h3>
      <ul className={classes.files}>{copies.map((copy) => <CopyItem key={copy.key} doc={doc} copy={copy} onRead={onRead} />)}</ul>
    </section>
  );
}

function CopyItem({ doc, copy, onRead }: { doc: Doc; copy: CopyInfo; onRead: (file: FileInfo) => void }) {
  const { t } = useTranslation();
  const { file } = copy;
  const name = t(copy.code ? `doc.copy.name.${copy.form}` : `doc.copy.pending.${copy.form}`, { code: copy.code, organ: copy.organ, day: formatDate(copy.at) });
  return (
    <li className={classes.file}>
      <FileIcon file={file} size={18} />
      <div className={classes.fileMain}>
        <button type="button" className={classes.copyName} onClick={() => onRead(file)}>{name}</button>
        <div className={classes.quiet}>
          {formatFacts(copy.pages && t('doc.copy.pages.n', { pages: copy.pages }), copy.text, copy.by.name, formatMoment(copy.at), formatBytes(file.size), !copy.current && t('doc.copy.older'))}
        </div>
        {file.verdict ? <VerdictPill verdict={file.verdict} /> : <StatusPill tone="warn">{t('signing.state.judging')}</StatusPill>}
      </div>
      <SaveFile doc={doc} file={file} />
    </li>
  );
}
