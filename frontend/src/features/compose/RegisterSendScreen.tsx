import { Select } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useCatalog, useDocument, useSession, type Fields } from '@/lib/backend';
import { asApiError } from '@/lib/errors';
import { usePeople } from '@/lib/people';
import { navigate, paths, useSearch } from '@/lib/router';
import { Loaded, useAct } from '@/ui';
import { booksFor } from './books';
import { Duplicates } from './Duplicates';
import { EntryFrame } from './EntryFrame';
import { filled } from './fields';
import { FieldsForm } from './FieldsForm';
import { makeNotation, readFileName } from './fileName';
import { RecipientPicker } from './RecipientPicker';
import { ReplyTo } from './ReplyTo';
import { SecrecyField, SecrecyStop, type SecrecyLevel } from './Secrecy';
import { SignerPicker } from './SignerPicker';
import { firstSigner, signerOptions, type SignerChoice } from './signers';
import { useUploads } from './uploads';
import classes from './entry.module.css';

/** Registers a signed document, takes its number from the book and sends it, in one step. */
export default function RegisterSendScreen() {
  const session = useSession();
  return <Loaded query={session}>{(data) => <RegisterSend office={officeOf(data)} />}</Loaded>;
}

function officeOf(session: { posts: ReadonlyArray<{ office: string; role: string }>; unit?: { id: string } }): string {
  return session.posts.find((post) => post.role === 'clerk')?.office ?? session.unit?.id ?? '';
}

function RegisterSend({ office }: { office: string }) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const uploads = useUploads();
  const { data: catalog } = useCatalog();
  const replyTo = new URLSearchParams(useSearch()).get('tra-loi') ?? '';
  const [fields, setFields] = useState<Fields>({});
  const [guessed, setGuessed] = useState<ReadonlySet<string>>(new Set());
  const [to, setTo] = useState<string[]>([]);
  const [book, setBook] = useState('');
  const [choice, setChoice] = useState<SignerChoice | null>(null);
  const [secret, setSecret] = useState<SecrecyLevel>('');

  const books = useMemo(() => booksFor(catalog, office, 'outgoing', fields.type), [catalog, office, fields.type]);
  const chosenBook = books.some((candidate) => candidate.id === book) ? book : (books[0]?.id ?? '');
  const signers = signerOptions(catalog?.authorities ?? [], office, fields.type);
  const signer = choice ?? firstSigner(signers);
  const type = catalog?.types.find((candidate) => candidate.code === fields.type);
  const notation = type ? makeNotation(type, people.units.get(office)) : '';
  const asked = useAsked(replyTo, (sender) => setTo((now) => (now.length === 0 && sender ? [sender] : now)));

  const patch = (change: Partial<Fields>) => {
    setFields((old) => ({ ...old, ...change }));
    setGuessed((old) => new Set([...old].filter((name) => !(name in change))));
  };
  const onFiles = (files: File[]) => {
    const first = uploads.list.length === 0 ? files[0] : undefined;
    uploads.add(files);
    if (!first) return;
    const { type: guess, subject } = readFileName(first.name, catalog?.types ?? []);
    const read = { ...(guess ? { type: guess } : {}), ...(subject ? { subject } : {}) };
    const fresh = Object.entries(read).filter(([name]) => !fields[name as keyof Fields]);
    setFields((old) => ({ ...old, ...Object.fromEntries(fresh) }));
    setGuessed(new Set(fresh.map(([name]) => name)));
  };
  const missing = lacking();
  function lacking(): string | null {
    if (uploads.list.length === 0) return t('compose.missing.file');
    if (uploads.failed) return t('compose.missing.failed');
    if (uploads.busy) return t('compose.missing.busy');
    if (!fields.subject?.trim()) return t('compose.missing.subject');
    if (signer.free ? !fields.signerName?.trim() : !signer.person) return t('compose.missing.signer');
    if (to.length === 0) return t('compose.missing.recipients');
    return chosenBook ? null : t('compose.missing.book');
  }
  const send = async () => {
    const id = await api.newId();
    const { signerName, signerTitle, ...rest } = fields;
    try {
      await act({
        name: 'document.register_send.1', id, base: 0,
        args: {
          unit: office, fields: filled({ ...rest, notation: fields.notation || notation, pages: fields.pages || uploads.pages, ...(signer.free ? { signerName, signerTitle } : {}) }),
          files: uploads.files(), book: chosenBook, to, signer: signer.person || undefined, form: signer.form || undefined, replyTo: replyTo || undefined,
        },
      });
    } catch (error) {
      if (asApiError(error).reason === 'secrecy.refused') return stop('MAT');
      throw error;
    }
    navigate(paths.document(id, 'outgoing'));
  };
  const stop = (level: SecrecyLevel) => {
    uploads.clear();
    setFields({});
    setGuessed(new Set());
    setTo([]);
    setSecret(level);
  };

  if (secret) return <SecrecyStop level={secret} onBack={() => setSecret('')} />;
  return (
    <EntryFrame
      title={t('compose.register_send')}
      back={paths.outgoing}
      uploads={uploads}
      onFiles={onFiles}
      submit={t('compose.register_send.send')}
      missing={missing}
      note={t('compose.number_from_book')}
      onSubmit={send}
    >
      {asked}
      <FieldsForm
        kind="outgoing"
        value={fields}
        onChange={patch}
        guessed={guessed}
        notation={notation}
        signer={<SignerPicker catalog={catalog} office={office} type={fields.type} choice={signer} onChange={setChoice} free fields={fields} onFields={patch} />}
      >
        <RecipientPicker office={office} value={to} onChange={setTo} />
      </FieldsForm>
      <Duplicates query={{ direction: 'outgoing', unit: office, subject: fields.subject, sha256: uploads.files().map((file) => file.sha256) }} />
      <div className={classes.pair}>
        <Select
          label={t('compose.book')}
          data={books.map((candidate) => ({ value: candidate.id, label: candidate.name }))}
          value={chosenBook || null}
          onChange={(value) => setBook(value ?? '')}
          allowDeselect={false}
        />
        <SecrecyField onSecret={stop} />
      </div>
    </EntryFrame>
  );
}

/** The incoming document that is answered, and its sender as the first recipient. */
function useAsked(id: string, onSender: (organ: string | undefined) => void) {
  const { data } = useDocument(id);
  const organ = data?.organ;
  useEffect(() => {
    if (organ) onSender(organ);
    // Only when the document that is answered becomes known.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [organ]);
  return data ? <ReplyTo doc={data} /> : null;
}
