import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { startSigning } from '@/features/signing';
import type { CopyOrder, Doc } from '@/lib/backend';
import { spansOf } from '@/lib/pages';
import { FormFrame } from '@/ui';
import classes from './forms.module.css';

const forms: ReadonlyArray<CopyOrder['form']> = ['SY', 'SL', 'TrS'];

/** Sao văn bản: in which form and, of an extract, which pages. The agency's key makes it a copy, in the signing dialog. */
export function CopyForm({ doc, onClose }: { doc: Doc; onClose: () => void }) {
  const { t } = useTranslation();
  const [form, setForm] = useState<CopyOrder['form']>('SY');
  const [pages, setPages] = useState('');
  const [text, setText] = useState('');
  const extract = form === 'TrS';
  const verdict = doc.files.find((file) => file.newest && file.role === 0)?.verdict;
  const unsure = verdict !== undefined && (verdict.signatures ?? 0) > 0 && verdict.indication !== 'TOTAL-PASSED';
  const wrong = extract && pages.trim() !== '' && spansOf(pages) === null;
  const missing = extract && spansOf(pages) === null ? t('doc.copy.pages.missing') : null;
  const next = () => {
    startSigning('copy', [doc.id], { form, pages: extract ? pages.trim() : undefined, text: text.trim().normalize('NFC') || undefined });
    onClose();
    return Promise.resolve();
  };
  return (
    <FormFrame title={t('action.document.copy')} submit={t('action.document.copy.send')} missing={missing} onSubmit={next} onClose={onClose}>
      <p className={classes.text}>{t('action.document.copy.text')}</p>
      {unsure && <p className={classes.warn} role="alert">{t('doc.copy.unsure')}</p>}
      <div className={classes.choices} role="radiogroup" aria-label={t('doc.copy.form')}>
        {forms.map((one) => (
          <label key={one} className={classes.choice}>
            <input type="radio" name="copy-form" checked={form === one} onChange={() => setForm(one)} data-autofocus={one === 'SY' || undefined} />
            <span className={classes.name}>{t(`doc.copy.form.${one}`)}<small>{t(`doc.copy.form.${one}.text`)}</small></span>
          </label>
        ))}
      </div>
      {extract && (
        <TextInput
          label={t('doc.copy.pages')}
          description={t('doc.copy.pages.text')}
          withAsterisk
          maxLength={100}
          value={pages}
          error={wrong ? t('doc.copy.pages.missing') : undefined}
          onChange={(event) => setPages(event.currentTarget.value)}
        />
      )}
      <Textarea label={t('doc.note')} autosize minRows={2} maxRows={6} maxLength={500} value={text} onChange={(event) => setText(event.currentTarget.value)} />
    </FormFrame>
  );
}
