import { Button, Textarea } from '@mantine/core';
import { IconFilePencil } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSession, type Doc } from '@/lib/backend';
import { forgetSecret, useKept } from '@/lib/kept';
import { navigate, paths } from '@/lib/router';
import { FormFrame, StatePill, useAct } from '@/ui';
import classes from './composer.module.css';

interface Props {
  doc: Doc;
  directive: number;
  receiver: string;
  delegation?: string;
  onClose: () => void;
}

const blank = { text: '', draft: '' };
/** Chosen to send none. */
const none = '-';

/** Reports the result of a task: in words, with a draft of the reply, or both. */
export function AnswerForm({ doc, directive, receiver, delegation, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const { data: session } = useSession();
  const [answer, setAnswer, forget] = useKept(`answer.${doc.id}.${directive}`, blank);
  const asked = doc.directives.find((candidate) => candidate.key === directive);
  const mine = asked?.tasks.find((task) => task.receiver.id === receiver);
  const drafts = doc.replies.filter((reply) => reply.direction === 'outgoing');
  // A draft of one's own that nobody has seen yet is most likely the answer.
  const fresh = drafts.find((draft) => draft.state === 'DU_THAO' && draft.drafter?.id === session?.person?.id)?.id ?? '';
  const chosen = answer.draft === none ? '' : drafts.some((draft) => draft.id === answer.draft) ? answer.draft : fresh;

  const send = async () => {
    await act({
      name: 'document.answer.1', id: doc.id, base: doc.version, delegation,
      args: { directive, receiver, text: answer.text.trim().normalize('NFC') || undefined, draft: chosen || undefined },
    });
    forget();
    onClose();
  };
  return (
    <FormFrame
      title={t('directive.answer.title')}
      submit={t('directive.answer.send')}
      missing={!answer.text.trim() && !chosen ? t('directive.answer.missing') : null}
      onSubmit={send}
      onRefused={forgetSecret(forget)}
      onClose={onClose}
    >
      {asked && (
        <div>
          <div className={classes.quoteBy}>{t('directive.answer.asked', { name: (asked.onBehalf ?? asked.by).name })}</div>
          <blockquote className={classes.quote}>{asked.text}</blockquote>
          {mine?.reason && mine.state === 'DANG_XU_LY' && (
            <>
              <div className={classes.quoteBy}>{t('directive.answer.rejected')}</div>
              <blockquote className={classes.quote}>{mine.reason}</blockquote>
            </>
          )}
        </div>
      )}
      <Textarea
        label={t('directive.answer.text')}
        autosize
        minRows={4}
        maxRows={12}
        maxLength={4000}
        data-autofocus
        value={answer.text}
        onChange={(event) => setAnswer({ ...answer, text: event.currentTarget.value })}
      />
      <fieldset className={classes.fieldset}>
        <legend className={classes.label}>{t('directive.answer.draft')}</legend>
        <div className={classes.drafts}>
          {drafts.map((draft) => (
            <label key={draft.id} className={classes.draft}>
              <input type="checkbox" checked={chosen === draft.id} onChange={() => setAnswer({ ...answer, draft: chosen === draft.id ? none : draft.id })} />
              <span className="kg-clip" title={draft.subject}>{draft.symbol || draft.subject}</span>
              <StatePill state={draft.state} hollow />
            </label>
          ))}
          <Button
            variant="default"
            leftSection={<IconFilePencil size={16} stroke={1.7} />}
            onClick={() => navigate(`${paths.draftNew}?tra-loi=${encodeURIComponent(doc.id)}&bao-cao=1`)}
          >
            {t('directive.answer.new_draft')}
          </Button>
        </div>
      </fieldset>
    </FormFrame>
  );
}
