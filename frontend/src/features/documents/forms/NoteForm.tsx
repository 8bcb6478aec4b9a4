import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnyGive, Doc } from '@/lib/backend';
import { forgetSecret, useKept } from '@/lib/kept';
import { formatDay } from '@/lib/time';
import { FormFrame, useAct } from '@/ui';
import type { DocAction } from '../actions';
import classes from './forms.module.css';

interface Props {
  doc: Doc;
  action: DocAction;
  onClose: () => void;
}

/** A note that may be left out, or a reason that must be there. */
export function NoteForm({ doc, action, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const required = action.form === 'reason';
  const [text, setText, forget] = useKept(`${action.id}.${doc.id}`, '');
  const words = text.trim().normalize('NFC');
  const send = async () => {
    await act(commandOf(doc, action, words));
    forget();
    onClose();
  };
  const about = aboutOf(doc, action);
  return (
    <FormFrame
      title={t(`action.${action.action}`)}
      sub={action.delegation ? t('doc.on_behalf_of', { name: action.delegation.from }) : undefined}
      submit={t(`action.${action.action}.send`)}
      danger={action.danger}
      missing={required && !words ? t('doc.reason.missing') : null}
      onSubmit={send}
      onRefused={forgetSecret(forget)}
      onClose={onClose}
    >
      <p className={classes.text}>{t(`action.${action.action}.text`)}</p>
      {about && (
        <div>
          <div className={classes.by}>{about.by}</div>
          <blockquote className={classes.quote}>{about.text}</blockquote>
        </div>
      )}
      <Textarea
        label={required ? t(`action.${action.action}.reason`) : t('doc.note')}
        withAsterisk={required}
        autosize
        minRows={3}
        maxRows={12}
        maxLength={action.id === 'remark' ? 4000 : 2000}
        data-autofocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </FormFrame>
  );
}

/** The directive or answer that the note is about. */
function aboutOf(doc: Doc, { id, part }: DocAction): { by: string; text: string } | null {
  const directive = doc.directives.find((candidate) => candidate.key === part?.directive);
  if (!directive) return null;
  const task = directive.tasks.find((candidate) => candidate.receiver.id === part?.receiver);
  if ((id === 'accept_answer' || id === 'reject_answer') && task?.answer) return { by: task.receiver.name, text: task.answer };
  return { by: (directive.onBehalf ?? directive.by).name, text: directive.text };
}

function commandOf(doc: Doc, action: DocAction, text: string): AnyGive {
  const target = { id: doc.id, base: doc.version, delegation: action.delegation?.id };
  const directive = action.part?.directive ?? 0;
  const receiver = action.part?.receiver ?? '';
  const note = { text: text || undefined };
  switch (action.id) {
    case 'accept_answer':
      return { ...target, name: 'document.accept_answer.1', args: { directive, receiver, ...note } };
    case 'reject_answer':
      return { ...target, name: 'document.reject_answer.1', args: { directive, receiver, text } };
    case 'return_task':
      return { ...target, name: 'document.return_task.1', args: { directive, receiver, text } };
    case 'remind':
      return { ...target, name: 'document.remind.1', args: { directive, ...note } };
    case 'withdraw_directive':
      return { ...target, name: 'document.withdraw_directive.1', args: { directive, text } };
    case 'complete':
      return { ...target, name: 'document.complete.1', args: note };
    case 'check_content':
      return { ...target, name: 'document.check_content.1', args: note };
    case 'check_form':
      return { ...target, name: 'document.check_form.1', args: note };
    case 'withdraw':
      return { ...target, name: 'document.withdraw.1', args: note };
    case 'archive':
      return { ...target, name: 'document.archive.1', args: note };
    case 'send_back':
      return { ...target, name: 'document.send_back.1', args: { text } };
    case 'return_incoming':
      return { ...target, name: 'document.return_incoming.1', args: { text } };
    case 'recall':
      return { ...target, name: 'document.recall.1', args: { text } };
    case 'cancel':
      return { ...target, name: 'document.cancel.1', args: { text } };
    default:
      return { ...target, name: 'document.remark.1', args: { text } };
  }
}

/** Grants or refuses a request for more time. */
export function DecideForm({ doc, action, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const [grant, setGrant] = useState(true);
  const [text, setText] = useState('');
  const extension = doc.extensions.find((candidate) => candidate.key === action.part?.extension);
  if (!extension) return null;
  const send = async () => {
    await act({
      name: 'document.decide_extension.1', id: doc.id, base: doc.version, delegation: action.delegation?.id,
      args: { extension: extension.key, grant, text: text.trim().normalize('NFC') || undefined },
    });
    onClose();
  };
  return (
    <FormFrame title={t('action.document.decide_extension')} submit={t(grant ? 'doc.extension.grant' : 'doc.extension.refuse')} danger={!grant} onSubmit={send} onClose={onClose}>
      <div>
        <div className={classes.by}>{t('doc.extension.asks', { name: extension.by.name, old: formatDay(extension.old), next: formatDay(extension.new) })}</div>
        <blockquote className={classes.quote}>{extension.reason}</blockquote>
      </div>
      <div className={classes.choices} role="radiogroup" aria-label={t('action.document.decide_extension')}>
        {[true, false].map((yes) => (
          <label key={String(yes)} className={classes.choice}>
            <input type="radio" name="decide" checked={grant === yes} onChange={() => setGrant(yes)} data-autofocus={yes || undefined} />
            <span>{t(yes ? 'doc.extension.grant' : 'doc.extension.refuse')}</span>
          </label>
        ))}
      </div>
      <Textarea label={t('doc.note')} autosize minRows={2} maxRows={8} maxLength={2000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
    </FormFrame>
  );
}
