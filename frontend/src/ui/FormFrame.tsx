import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/lib/errors';
import { Kbd } from './Kbd';
import classes from './form-frame.module.css';

interface Props {
  title: string;
  sub?: ReactNode;
  /** The word on the button: what will happen. */
  submit: string;
  danger?: boolean;
  /** Why it cannot be sent yet; shown beside the button. */
  missing?: string | null;
  /** Resolves when done; what it throws is shown and the form stays. */
  onSubmit: () => Promise<unknown> | unknown;
  onClose: () => void;
  /** Shows a refusal itself and returns true, else the words are shown. */
  onRefused?: (error: unknown) => boolean;
  children: ReactNode;
}

/**
 * A form in a pane or a dialog: title, fields, what went wrong, buttons.
 * Ctrl+Enter sends, Esc closes.
 */
export function FormFrame({ title, sub, submit, danger, missing, onSubmit, onClose, onRefused, children }: Props) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);

  // Before the form is painted: a key pressed at its sight is meant for it.
  useLayoutEffect(() => {
    const target = form.current?.querySelector<HTMLElement>('[data-autofocus]') ?? form.current?.querySelector<HTMLElement>('textarea,input:not([type="hidden"]),button[type="submit"]');
    target?.focus({ preventScroll: true });
  }, []);

  const send = async () => {
    if (busy || missing) return;
    setBusy(true);
    setFailed(null);
    try {
      await onSubmit();
    } catch (error) {
      if (!onRefused?.(error)) setFailed(error);
    }
    setBusy(false);
  };
  // Before the fields hear it: a choice would open its list at Enter.
  const onKeyDownCapture = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || (!event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  };
  return (
    // The form only listens to keys that bubble up from its fields.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      ref={form}
      className={classes.frame}
      aria-label={title}
      noValidate
      onKeyDownCapture={onKeyDownCapture}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <header className={classes.head}>
        <div className={classes.heading}>
          <h2 className={classes.title}>{title}</h2>
          {sub && <div className={classes.sub}>{sub}</div>}
        </div>
        <ActionIcon aria-label={t('action.close')} onClick={onClose}><IconX size={16} /></ActionIcon>
      </header>
      <div className={classes.body}>{children}</div>
      <footer className={classes.foot}>
        {failed !== null && <p role="alert" className={classes.failed}>{errorText(failed)}</p>}
        <div className={classes.buttons}>
          <span className={classes.hint}>{missing ?? <Kbd keys="mod+enter" />}</span>
          <Button variant="default" onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" color={danger ? 'son' : undefined} loading={busy} disabled={Boolean(missing)}>{submit}</Button>
        </div>
      </footer>
    </form>
  );
}
