import { IconFile, IconFileOff, IconFileTypePdf, IconPaperclip, IconPhoto } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RequestCards, SignatureBar } from '@/features/signing';
import { WorkBar } from '@/features/working';
import { fileUrl, type Doc, type FileInfo } from '@/lib/backend';
import { Empty, PdfView, TabStrip } from '@/ui';
import { chosenOf, filesOf, type Chosen } from './chosen';
import { SaveFile } from './SaveFile';
import classes from './document.module.css';

/** The files of a document to read: the document itself first. */
export function Reading({ doc, chosen, onChoose }: { doc: Doc; chosen?: Chosen; onChoose?: (file: Chosen) => void }) {
  const { t } = useTranslation();
  const [own, setOwn] = useState<Chosen | undefined>();
  const files = doc.files.filter((file) => file.newest);
  const file = chosenOf(doc, chosen ?? own) ?? files[0];
  if (!file) {
    return <Empty icon={IconFileOff} title={doc.paper ? t('doc.paper_only') : t('doc.no_file')} text={doc.paper ? t('doc.paper_only.text') : t('doc.no_file.text')} />;
  }
  return (
    <div className={classes.reading}>
      <WorkBar doc={doc} />
      {(files.length > 1 || !files.includes(file)) && (
        <TabStrip
          look="sheets"
          label={t('doc.files')}
          tabs={(files.includes(file) ? files : [file, ...files]).map(sheetOf)}
          value={file.key}
          onChange={(key) => {
            const picked = filesOf(doc).find((candidate) => candidate.key === key);
            if (picked) (onChoose ?? setOwn)(picked);
          }}
        />
      )}
      <RequestCards document={doc.id} />
      {file.media === 'application/pdf' && <SignatureBar key={file.key} document={doc.id} file={file} />}
      <div className={classes.view}><FileView key={file.key} doc={doc} file={file} /></div>
    </div>
  );
}

const sheetOf = (file: FileInfo) => ({
  id: file.key, title: file.name, label: <><FileIcon file={file} /><span className="kg-clip">{file.name}</span></>,
});

function FileView({ doc, file }: { doc: Doc; file: FileInfo }): ReactNode {
  const { t } = useTranslation();
  if (file.media === 'application/pdf') return <PdfView url={fileUrl(doc.id, file.key)} name={file.name} otherwise={<SaveFile doc={doc} file={file} button />} />;
  if (file.media === 'image/png' || file.media === 'image/jpeg') {
    return <div className={classes.image}><img src={fileUrl(doc.id, file.key)} alt={file.name} /></div>;
  }
  return (
    <Empty icon={IconFile} title={file.name} text={t('doc.no_preview.text')}>
      <SaveFile doc={doc} file={file} button />
    </Empty>
  );
}

export function FileIcon({ file, size = 16 }: { file: Pick<FileInfo, 'media' | 'role'>; size?: number }) {
  const Icon = file.media === 'application/pdf' ? IconFileTypePdf : file.media.startsWith('image/') ? IconPhoto : file.role === 1 ? IconPaperclip : IconFile;
  return <Icon size={size} stroke={1.6} aria-hidden />;
}
