import { Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog, useSession, type Doc } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { booksFor, firstSigner, makeNotation, RecipientPicker, SignerPicker, signerOptions, type SignerChoice } from '@/features/compose';
import { FormFrame, useAct } from '@/ui';
import type { DocAction } from '../actions';
import { StalePaper } from './StalePaper';
import classes from './forms.module.css';

interface Props {
  doc: Doc;
  action: DocAction;
  onClose: () => void;
}

/** Duyệt: exactly the revision that was read; and who signs. */
export function ApproveForm({ doc, action, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const { data: catalog } = useCatalog();
  const { data: session } = useSession();
  // The revision on the screen when the form opened: a later one is refused, not taken along.
  const [read] = useState({ revision: doc.revision, content: doc.mainSHA256 });
  const options = signerOptions(catalog?.authorities ?? [], doc.unit.id, doc.type);
  const own = options.find((option) => option.person === session?.person?.id);
  const [choice, setChoice] = useState<SignerChoice | null>(null);
  const signer = choice ?? firstSigner(own ? [own] : options);
  const [text, setText] = useState('');
  const send = async () => {
    await act({
      name: 'document.approve_draft.1', id: doc.id, base: doc.version, delegation: action.delegation?.id,
      args: { ...read, to: signer.person || undefined, text: text.trim().normalize('NFC') || undefined },
    });
    onClose();
  };
  return (
    <FormFrame title={t('action.document.approve_draft')} sub={t('doc.approve.revision', { n: read.revision })} submit={t('action.document.approve_draft.send')} missing={signer.person ? null : t('compose.missing.signer')} onSubmit={send} onClose={onClose}>
      {doc.revision !== read.revision && <p className={classes.warn} role="alert">{t('doc.approve.changed', { n: doc.revision })}</p>}
      <StalePaper doc={doc} />
      <SignerPicker catalog={catalog} office={doc.unit.id} type={doc.type} choice={signer} onChange={setChoice} />
      <Textarea label={t('doc.note')} autosize minRows={2} maxRows={8} maxLength={2000} data-autofocus value={text} onChange={(event) => setText(event.currentTarget.value)} />
    </FormFrame>
  );
}

/** Records a signature made on paper: first the person's, then the agency's seal. */
export function SignatureForm({ doc, action, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const { data: catalog } = useCatalog();
  const [read] = useState({ revision: doc.revision, content: doc.mainSHA256 });
  const person = doc.state === 'CHO_KY';
  const options = signerOptions(catalog?.authorities ?? [], doc.unit.id, doc.type);
  const proposed = options.find((option) => option.person === doc.signer && option.form === (doc.signerForm ?? '')) ?? options.find((option) => option.person === doc.signer);
  const [choice, setChoice] = useState<SignerChoice | null>(null);
  const signer = choice ?? firstSigner(proposed ? [proposed] : options);
  const send = async () => {
    await act({
      name: 'document.record_signature.1', id: doc.id, base: doc.version, delegation: action.delegation?.id,
      args: { ...read, kind: person ? 1 : 2, ...(person ? { signer: signer.person || undefined, form: signer.form || undefined } : {}) },
    });
    onClose();
  };
  return (
    <FormFrame
      title={person ? t('doc.sign.person') : t('doc.sign.organ')}
      submit={person ? t('doc.sign.person.send') : t('doc.sign.organ.send')}
      missing={person && !signer.person ? t('compose.missing.signer') : null}
      onSubmit={send}
      onClose={onClose}
    >
      <p className={classes.text}>{person ? t('doc.sign.person.text') : t('doc.sign.organ.text')}</p>
      {person ? (
        <SignerPicker catalog={catalog} office={doc.unit.id} type={doc.type} choice={signer} onChange={setChoice} />
      ) : (
        <dl className={classes.facts}>
          <dt>{t('doc.signature.1')}</dt><dd>{[doc.signerForm, doc.signerTitle].filter(Boolean).join(' ')} {doc.signerName || people.name(doc.signer)}</dd>
          <dt>{t('doc.signature.2')}</dt><dd>{doc.unit.name}</dd>
        </dl>
      )}
    </FormFrame>
  );
}

/** Cấp số: the book; number and date are given by it. */
export function NumberForm({ doc, action, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const { data: catalog } = useCatalog();
  const [book, setBook] = useState('');
  const books = booksFor(catalog, doc.unit.id, 'outgoing', doc.type);
  const chosen = books.some((candidate) => candidate.id === book) ? book : (books[0]?.id ?? '');
  const type = catalog?.types.find((candidate) => candidate.code === doc.type);
  const notation = doc.notation || makeNotation(type, people.units.get(doc.unit.id), doc.draftUnit && people.units.get(doc.draftUnit.id));
  const send = async () => {
    await act({ name: 'document.number.1', id: doc.id, base: doc.version, delegation: action.delegation?.id, args: { book: chosen } });
    onClose();
  };
  return (
    <FormFrame title={t('action.document.number')} submit={t('action.document.number.send')} missing={chosen ? null : t('compose.missing.book')} onSubmit={send} onClose={onClose}>
      <Select label={t('compose.book')} data={books.map((candidate) => ({ value: candidate.id, label: candidate.name }))} value={chosen || null} onChange={(value) => setBook(value ?? '')} allowDeselect={false} data-autofocus />
      <dl className={classes.facts}>
        <dt>{t('doc.field.notation')}</dt><dd>…/{notation}</dd>
        <dt>{t('doc.field.number')}</dt><dd>{t('compose.number_from_book')}</dd>
      </dl>
    </FormFrame>
  );
}

/** Phát hành: to the recipients of the draft, and to more if wanted. */
export function IssueForm({ doc, action, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const fixed = doc.recipients.map((recipient) => recipient.unit);
  const [to, setTo] = useState<string[]>(fixed);
  const [text, setText] = useState('');
  const more = to.filter((id) => !fixed.includes(id));
  const send = async () => {
    await act({
      name: 'document.issue.1', id: doc.id, base: doc.version, delegation: action.delegation?.id,
      args: { to: more.length > 0 ? more : undefined, text: text.trim().normalize('NFC') || undefined },
    });
    onClose();
  };
  return (
    <FormFrame
      title={t('action.document.issue')}
      sub={doc.numberPending ? t('doc.issue.pending') : doc.symbol}
      submit={t('action.document.issue.send')}
      missing={to.length === 0 && !doc.toPlaces ? t('compose.missing.recipients') : null}
      onSubmit={send}
      onClose={onClose}
    >
      <RecipientPicker office={doc.unit.id} value={to} onChange={(next) => setTo([...fixed, ...next.filter((id) => !fixed.includes(id))])} />
      <Textarea label={t('doc.note')} autosize minRows={1} maxRows={6} maxLength={2000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
    </FormFrame>
  );
}
