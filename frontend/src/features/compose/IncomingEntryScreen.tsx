import { Select, Switch } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, scanUrl, useCatalog, useSession, type Fields, type NewFile, type Scan } from '@/lib/backend';
import { asApiError } from '@/lib/errors';
import { navigate, paths } from '@/lib/router';
import { Loaded, notify, PdfView, useAct } from '@/ui';
import { booksFor } from './books';
import { Duplicates } from './Duplicates';
import { EntryFrame } from './EntryFrame';
import { filled } from './fields';
import { FieldsForm } from './FieldsForm';
import { readFileName } from './fileName';
import { SecrecyField, SecrecyStop, type SecrecyLevel } from './Secrecy';
import { useUploads } from './uploads';
import classes from './entry.module.css';

/** Enters an incoming document that came on paper or from outside. */
export default function IncomingEntryScreen() {
  const session = useSession();
  return (
    <Loaded query={session}>
      {(data) => <IncomingEntry office={data.posts.find((post) => post.role === 'clerk')?.office ?? data.unit?.id ?? ''} />}
    </Loaded>
  );
}

const noBook = '-';

interface Props {
  office: string;
  /** A scan that becomes the document; its suggestions are filled in. */
  scan?: Scan;
  back?: string;
  /** More to do with the scan, beside the fields. */
  children?: ReactNode;
}

export function IncomingEntry({ office, scan, back = paths.incoming, children }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const uploads = useUploads();
  const { data: catalog } = useCatalog();
  const [fields, setFields] = useState<Fields>({ ...scan?.fields, paper: true });
  const [guessed, setGuessed] = useState<ReadonlySet<string>>(() => new Set(Object.keys(filled(scan?.fields ?? {}))));
  const [book, setBook] = useState('');
  const [secret, setSecret] = useState<SecrecyLevel>('');
  const books = useMemo(() => booksFor(catalog, office, 'incoming', fields.type), [catalog, office, fields.type]);
  const chosenBook = book === noBook || books.some((candidate) => candidate.id === book) ? book : (books[0]?.id ?? noBook);

  const patch = (change: Partial<Fields>) => {
    setFields((old) => ({ ...old, ...change }));
    setGuessed((old) => new Set([...old].filter((name) => !(name in change))));
  };
  const onFiles = (files: File[]) => {
    const first = uploads.list.length === 0 && !scan ? files[0] : undefined;
    uploads.add(files);
    if (!first) return;
    const fresh = Object.entries(readFileName(first.name, catalog?.types ?? [])).filter(([name]) => !fields[name as keyof Fields]);
    setFields((old) => ({ ...old, ...Object.fromEntries(fresh) }));
    setGuessed(new Set(fresh.map(([name]) => name)));
  };
  const missing = !fields.subject?.trim() ? t('compose.missing.subject') : uploads.failed ? t('compose.missing.failed') : uploads.busy ? t('compose.missing.busy') : null;

  const files = filesOf(uploads.files(), scan);

  const save = async () => {
    const id = await api.newId();
    try {
      const made = await act(
        { name: 'document.receive.1', id, base: 0, args: { unit: office, fields: filled({ ...fields, pages: fields.pages || scan?.pages || uploads.pages }), files } },
        chosenBook === noBook ? undefined : t('compose.incoming.entered'),
      );
      if (chosenBook !== noBook) await act({ name: 'document.register.1', id, base: made.version, args: { book: chosenBook } }).catch(notify.error);
    } catch (error) {
      if (asApiError(error).reason === 'secrecy.refused') return stop('MAT');
      throw error;
    }
    navigate(paths.document(id, 'incoming'));
  };
  const stop = (level: SecrecyLevel) => {
    uploads.clear();
    setFields({ paper: true });
    setGuessed(new Set());
    setSecret(level);
  };

  if (secret) return <SecrecyStop level={secret} onBack={() => setSecret('')} />;
  return (
    <EntryFrame
      title={t('compose.incoming')}
      sub={scan?.name}
      back={back}
      current={scan && <PdfView url={scanUrl(scan.id)} name={scan.name} />}
      pinned={scan !== undefined}
      uploads={uploads}
      onFiles={onFiles}
      dropText={t('compose.incoming.drop')}
      submit={chosenBook === noBook ? t('compose.incoming.receive') : t('compose.incoming.register')}
      missing={missing}
      note={chosenBook === noBook ? undefined : t('compose.incoming.number')}
      onSubmit={save}
    >
      {children}
      <FieldsForm kind="incoming" value={fields} onChange={patch} guessed={guessed} guessedFrom={scan ? 'scan' : 'name'} />
      <Duplicates
        query={{
          direction: 'incoming', unit: office, symbol: symbolOf(fields), organ: fields.organName, date: fields.issuedDate || undefined,
          subject: fields.subject, sha256: files.map((file) => file.sha256),
        }}
      />
      <div className={classes.pair}>
        <Select
          label={t('compose.book')}
          data={[...books.map((candidate) => ({ value: candidate.id, label: candidate.name })), { value: noBook, label: t('compose.book.later') }]}
          value={chosenBook}
          onChange={(value) => setBook(value ?? noBook)}
          allowDeselect={false}
        />
        <SecrecyField onSecret={stop} />
      </div>
      <Switch label={t('doc.field.paper')} checked={fields.paper ?? false} onChange={(event) => patch({ paper: event.currentTarget.checked })} />
    </EntryFrame>
  );
}

/** The scan is the document itself, what was chosen beside it is attached. */
function filesOf(chosen: NewFile[], scan?: Scan): NewFile[] {
  if (!scan?.file) return chosen;
  const { name, media, sha256 } = scan.file;
  return [{ name, media, sha256, role: 0 }, ...chosen.map((file) => ({ ...file, role: 1 as const }))];
}

function symbolOf({ codeNumber, notation }: Fields): string | undefined {
  if (!codeNumber) return undefined;
  return notation ? `${codeNumber}/${notation}` : codeNumber;
}
