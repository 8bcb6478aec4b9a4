import { IconInfoCircle } from '@tabler/icons-react';
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readNotes, type PdfNote } from './notes';
import classes from './pdf.module.css';

/** Above the pages: what the file holds that is not shown or not run here. */
export function PdfNotes({ document }: { document: PDFDocumentProxy }) {
  const { t } = useTranslation();
  const [notes, setNotes] = useState<readonly PdfNote[]>([]);
  useEffect(() => {
    let left = false;
    readNotes(document).then((found) => !left && setNotes(found), () => {}); // a file too damaged to tell has its say in the pages
    return () => {
      left = true;
    };
  }, [document]);
  if (notes.length === 0) return null;
  return (
    <div className={classes.notes} role="note">
      <IconInfoCircle size={17} stroke={1.8} aria-hidden />
      <div>{notes.map((note) => <p key={note}>{t(`pdf.note.${note}`)}</p>)}</div>
    </div>
  );
}
