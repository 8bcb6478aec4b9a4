import { Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Doc } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { FormFrame, useAct } from '@/ui';
import type { DocAction } from '../actions';
import { heirsFor } from './people';
import classes from './forms.module.css';

/** Bàn giao: all that the document still waits for from somebody who has left goes to another. */
export function HandOverForm({ doc, action, onClose }: { doc: Doc; action: DocAction; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const [to, setTo] = useState<string | null>(null);
  const [text, setText] = useState('');
  const open = doc.handOvers.find((one) => one.from.id === action.part?.receiver);
  if (!open) return null;
  const options = heirsFor(people, doc, open.from.id);
  const send = async () => {
    const args = { from: open.from.id, to: to ?? '', text: text.trim().normalize('NFC') || undefined };
    await act({ name: 'document.hand_over.1', id: doc.id, base: doc.version, delegation: action.delegation?.id, args }, t('action.document.hand_over.done', { name: people.name(to ?? '') }));
    onClose();
  };
  return (
    <FormFrame title={t('action.document.hand_over')} submit={t('action.document.hand_over.send')} missing={to ? null : t('action.document.hand_over.to')} onSubmit={send} onClose={onClose}>
      <p className={classes.text}>{t('action.document.hand_over.text', { name: open.from.name })}</p>
      <p className={classes.text}>{t('action.document.hand_over.what', { what: open.what.map((queue) => t(`desk.ask.${queue}`)).join(', ') })}</p>
      <Select label={t('action.document.hand_over.to')} searchable data={options.map((one) => ({ value: one.id, label: [one.name, one.detail].filter(Boolean).join(' – ') }))} value={to} onChange={setTo} data-autofocus />
      <Textarea label={t('action.document.hand_over.note')} autosize minRows={2} maxRows={8} maxLength={2000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
    </FormFrame>
  );
}
