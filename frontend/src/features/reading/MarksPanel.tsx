import { ActionIcon, Button, Textarea } from '@mantine/core';
import { IconBookmarkFilled, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnnotationView } from '@/lib/backend';
import { formatMoment } from '@/lib/time';
import { Empty } from '@/ui';
import type { ShownMark } from './marks';
import classes from './reading.module.css';

interface Props {
  mine: AnnotationView | undefined;
  placed: readonly ShownMark[];
  /** Of another version, and not found again in this one. */
  lost: readonly ShownMark[];
  /** Of mine that this machine cannot open. */
  sealed: number;
  chosen: number | null;
  onRemove: (mark: ShownMark) => void;
  /** The others are there while the paper is. */
  onGo?: (mark: ShownMark) => void;
  onPage?: (page: number) => void;
  onUnmark?: (page: number) => void;
  onText?: (mark: ShownMark, text: string) => Promise<boolean>;
  onPlace?: (mark: ShownMark) => void;
}

/** Bookmarks and marks by page, and what could not be placed in this version. */
export function MarksPanel(props: Props) {
  const { t } = useTranslation();
  const { mine, placed, lost, sealed } = props;
  const bookmarks = mine?.bookmarks ?? [];
  return (
    <div className={classes.panel}>
      {sealed > 0 && <p className={classes.hint} role="status">{t('reading.sealed', { count: sealed })}</p>}
      {lost.length > 0 && (
        <section aria-label={t('reading.lost')} className={classes.lost}>
          <h3>{t('reading.lost')}</h3>
          <p className={classes.hint}>{t('reading.lost.text')}</p>
          <ul>{lost.map((mark) => <MarkCard key={mark.key} {...props} mark={mark} adrift />)}</ul>
        </section>
      )}
      {bookmarks.length > 0 && (
        <section aria-label={t('reading.bookmarks')}>
          <h3>{t('reading.bookmarks')}</h3>
          <ul>
            {bookmarks.map((page) => (
              <li key={page} className={classes.bookmark}>
                <button type="button" className={classes.go} onClick={() => props.onPage?.(page)}>
                  <IconBookmarkFilled size={15} aria-hidden /> {t('reading.page', { page })}
                </button>
                <ActionIcon variant="subtle" color="gray" aria-label={t('reading.unbookmark', { page })} onClick={() => props.onUnmark?.(page)}><IconTrash size={15} /></ActionIcon>
              </li>
            ))}
          </ul>
        </section>
      )}
      {placed.length > 0 && (
        <section aria-label={t('reading.marks')}>
          <h3>{t('reading.marks')}</h3>
          <ul>{placed.map((mark) => <MarkCard key={`${mark.annotation}.${mark.key}`} {...props} mark={mark} />)}</ul>
        </section>
      )}
      {placed.length + lost.length + bookmarks.length + sealed === 0 && <Empty title={t('reading.no_marks')} text={t('reading.no_marks.text')} />}
    </div>
  );
}

type CardProps = Pick<Props, 'chosen' | 'onGo' | 'onText' | 'onRemove' | 'onPlace'> & { mark: ShownMark; adrift?: boolean };

function MarkCard({ mark, adrift = false, chosen, onGo, onText, onRemove, onPlace }: CardProps) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const { body } = mark;
  return (
    <li className={classes.mark} data-colour={body.colour || 'yellow'} data-chosen={mark.key === chosen || undefined}>
      <button type="button" className={classes.go} disabled={!onGo} onClick={() => onGo?.(mark)}>
        <span className={classes.markHead}>
          {t(`reading.kind.${body.kind}`)} · {t('reading.page', { page: body.page })}
          {!mark.mine && <> · {mark.by}</>}
        </span>
        {body.quote && <q className={classes.quote}>{body.quote.exact}</q>}
        {!editing && body.text && <span className={classes.text}>{body.text}</span>}
        <span className={classes.when}>{formatMoment(mark.at)}</span>
      </button>
      {editing && <NoteForm text={body.text ?? ''} onCancel={() => setEditing(false)} onSave={async (text) => (await onText?.(mark, text)) && setEditing(false)} />}
      {mark.mine && !editing && (
        <span className={classes.markTools}>
          {adrift && body.kind !== 'ink' && <Button size="compact-xs" variant="light" onClick={() => onPlace?.(mark)}>{t('reading.place')}</Button>}
          {onText && <ActionIcon variant="subtle" color="gray" aria-label={t('reading.edit')} onClick={() => setEditing(true)}><IconPencil size={15} /></ActionIcon>}
          <ActionIcon variant="subtle" color="gray" aria-label={t('reading.remove')} onClick={() => onRemove(mark)}><IconTrash size={15} /></ActionIcon>
        </span>
      )}
    </li>
  );
}

interface FormProps {
  text: string;
  required?: boolean;
  onSave: (text: string) => Promise<unknown>;
  onCancel: () => void;
}

/** The words of a note. */
export function NoteForm({ text, required = false, onSave, onCancel }: FormProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState(text);
  const [busy, setBusy] = useState(false);
  const empty = required && words.trim() === '';
  const save = async () => {
    if (busy || empty) return;
    setBusy(true);
    await onSave(words.trim().normalize('NFC'));
    setBusy(false);
  };
  return (
    <form
      className={classes.noteForm}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Textarea
        label={t('reading.note')} autosize minRows={2} maxRows={8} maxLength={4000} data-autofocus autoFocus value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onCancel();
        }}
      />
      <span className={classes.formButtons}>
        <Button size="compact-sm" variant="default" onClick={onCancel}>{t('action.cancel')}</Button>
        <Button size="compact-sm" type="submit" loading={busy} disabled={empty}>{t('action.save')}</Button>
      </span>
    </form>
  );
}
