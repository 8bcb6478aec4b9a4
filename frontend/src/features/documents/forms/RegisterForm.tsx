import { Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog, type Doc, type Fields } from '@/lib/backend';
import { formatDay, formatMoment } from '@/lib/time';
import { booksFor, Duplicates, editOf, fieldsOf, FieldsForm, filled, localFields } from '@/features/compose';
import { FormFrame, useAct } from '@/ui';
import type { DocAction } from '../actions';
import classes from './forms.module.css';

/** Vào sổ: the book, and the fields completed; the number comes from the book and is shown only when given. */
export function RegisterForm({ doc, action, onClose }: { doc: Doc; action: DocAction; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const { data: catalog } = useCatalog();
  const before = useMemo(() => fieldsOf(doc), [doc]);
  const [fields, setFields] = useState<Fields>(before);
  const [book, setBook] = useState('');
  const books = booksFor(catalog, doc.unit.id, 'incoming', fields.type || doc.type);
  const chosen = books.some((candidate) => candidate.id === book) ? book : (books[0]?.id ?? '');
  const sent = Boolean(doc.source);
  const changed = Object.keys(editOf(before, fields).set).length > 0;

  const save = async () => {
    const given = sent ? Object.fromEntries(localFields.map((name) => [name, fields[name]])) : fields;
    await act({
      name: 'document.register.1', id: doc.id, base: doc.version, delegation: action.delegation?.id,
      args: { book: chosen, fields: changed ? filled(given) : undefined },
    });
    onClose();
  };
  return (
    <FormFrame
      title={t('action.document.register')}
      sub={t('doc.register.number')}
      submit={t('action.document.register.send')}
      missing={!chosen ? t('compose.missing.book') : fields.subject?.trim() ? null : t('compose.missing.subject')}
      onSubmit={save}
      onClose={onClose}
    >
      <Select
        label={t('compose.book')}
        data={books.map((candidate) => ({ value: candidate.id, label: candidate.name }))}
        value={chosen || null}
        onChange={(value) => setBook(value ?? '')}
        allowDeselect={false}
        data-autofocus
      />
      {sent && (
        <dl className={classes.facts}>
          <dt>{t('doc.field.symbol')}</dt><dd>{doc.symbol || t('doc.no_symbol')}</dd>
          <dt>{t('doc.field.issuedDate')}</dt><dd>{formatDay(doc.issuedDate)}</dd>
          <dt>{t('doc.field.organName')}</dt><dd>{doc.organName}</dd>
          <dt>{t('doc.field.subject')}</dt><dd>{doc.subject}</dd>
          <dt>{t('doc.field.arrived')}</dt><dd>{formatMoment(doc.arrived)}</dd>
        </dl>
      )}
      <FieldsForm kind="incoming" value={fields} onChange={(patch) => setFields((old) => ({ ...old, ...patch }))} only={sent ? localFields : undefined} />
      <Duplicates query={{ direction: 'incoming', unit: doc.unit.id, symbol: symbolOf(fields), organ: fields.organName, date: fields.issuedDate || undefined, subject: fields.subject, sha256: doc.files.filter((file) => file.newest).map((file) => file.sha256), except: doc.id }} />
    </FormFrame>
  );
}

function symbolOf({ codeNumber, notation }: Fields): string | undefined {
  return codeNumber ? [codeNumber, notation].filter(Boolean).join('/') : undefined;
}
