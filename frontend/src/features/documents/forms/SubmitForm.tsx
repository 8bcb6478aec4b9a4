import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, type Doc } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { FormFrame, useAct } from '@/ui';
import type { DocAction } from '../actions';
import { approversFor, leadersFor } from './people';
import { PersonChoice } from './PersonChoice';
import { StalePaper } from './StalePaper';

/** Trình: an incoming document to a leader, a draft to the one who checks or approves it. */
export function SubmitForm({ doc, action, onClose }: { doc: Doc; action: DocAction; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const { data: session } = useSession();
  const draft = action.id === 'submit_draft';
  const options = draft ? approversFor(people, doc, session?.person?.id) : leadersFor(people, doc);
  const [chosen, setChosen] = useState('');
  const [text, setText] = useState('');
  const to = options.some((option) => option.id === chosen) ? chosen : (options[0]?.id ?? '');
  const send = async () => {
    const args = { to, text: text.trim().normalize('NFC') || undefined };
    const target = { id: doc.id, base: doc.version, delegation: action.delegation?.id, args };
    await act(draft ? { ...target, name: 'document.submit_draft.1' } : { ...target, name: 'document.submit.1' }, t('doc.submitted', { name: people.name(to) }));
    onClose();
  };
  return (
    <FormFrame title={t(`action.${action.action}`)} submit={t(`action.${action.action}.send`)} missing={to ? null : t('doc.no_leader')} onSubmit={send} onClose={onClose}>
      {draft && <StalePaper doc={doc} />}
      <PersonChoice label={draft ? t('doc.submit_draft.to') : t('doc.submit.to')} options={options} value={to} onChange={setChosen} />
      <Textarea
        label={draft ? t('doc.note') : t('doc.submit.text')}
        description={draft ? undefined : t('doc.submit.text.hint')}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </FormFrame>
  );
}
