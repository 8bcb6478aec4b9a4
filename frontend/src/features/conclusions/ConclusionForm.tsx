import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConclusionView } from '@/lib/backend';
import { asApiError } from '@/lib/errors';
import { FormFrame, useAct } from '@/ui';
import { begin, next, type Draft } from './autosave';
import { Conflict } from './Conflict';
import { parseRich, plainRich, writeRich } from './rich';
import { RichEditor } from './RichEditor';

interface Props {
  meeting: string;
  minutes: string;
  conclusion?: ConclusionView;
  order: number;
  onClose: () => void;
}

/** One conclusion, sent as a whole. When somebody else changed it meanwhile, both texts are shown. */
export function ConclusionForm({ meeting, minutes, conclusion, order, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const [draft, setDraft] = useState<Draft>(() => begin(writeRich(parseRich(conclusion?.text)), conclusion?.revision ?? 0));
  const [shown, setShown] = useState(0); // raised when another text is put into the editor
  const missing = draft.theirs ? t('minutes.state.conflict') : plainRich(parseRich(draft.text)).trim() === '' ? t('conclusions.missing') : null;
  const send = async () => {
    await act({ name: 'minutes.put_conclusion.1', id: minutes, base: 0, args: { meeting, key: conclusion?.key, text: draft.text, item: conclusion?.item, order, revision: draft.revision } });
    onClose();
  };
  const refused = (error: unknown) => {
    const { reason, data } = asApiError(error);
    if (reason !== 'minutes.conflict') return false;
    setDraft((now) => next(now, { type: 'clashed', theirs: { text: String(data.theirs), revision: Number(data.revision), by: String(data.by), at: Number(data.at) } }));
    return true;
  };
  const choose = (text: string) => {
    setDraft((now) => next(now, { type: 'chose', text }));
    setShown((n) => n + 1);
  };
  return (
    <FormFrame title={t(conclusion ? 'conclusions.edit.title' : 'conclusions.add')} submit={t('conclusions.save')} missing={missing} onSubmit={send} onRefused={refused} onClose={onClose}>
      <Conflict draft={draft} onChoose={choose} />
      <RichEditor key={shown} label={t('conclusions.text')} start={parseRich(draft.text)} readOnly={draft.theirs !== undefined} autoFocus onChange={(text) => setDraft((now) => next(now, { type: 'typed', text }))} />
    </FormFrame>
  );
}
