import { Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/lib/errors';

interface Props {
  opened: boolean;
  title: string;
  text?: ReactNode;
  /** The word on the button: what will happen, not "OK". */
  confirm: string;
  danger?: boolean;
  /** Ask for a reason in words; it must be there when `required`. */
  reason?: { label: string; placeholder?: string; required?: boolean; maxLength?: number };
  /** May take time; the dialog waits and shows a failure in words. */
  onConfirm: (reason: string) => void | Promise<unknown>;
  onClose: () => void;
}

/** One question before something that matters; optionally with a reason. */
export function ConfirmDialog(props: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size={460} closeButtonProps={{ tabIndex: -1, 'aria-label': t('action.close') }}>
      {props.opened && <Body {...props} />}
    </Modal>
  );
}

function Body({ text, confirm, danger, reason, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const missing = Boolean(reason?.required) && words.trim() === '';

  const submit = async () => {
    if (missing || busy) return;
    setBusy(true);
    setFailed(null);
    try {
      await onConfirm(words.trim().normalize('NFC'));
      onClose();
    } catch (error) {
      setFailed(error);
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {text && <Text size="md" c="var(--kg-text-2)" mb={reason ? 12 : 0}>{text}</Text>}
      {reason && (
        <Textarea
          label={reason.label}
          placeholder={reason.placeholder}
          withAsterisk={reason.required}
          maxLength={reason.maxLength ?? 2000}
          autosize
          minRows={3}
          maxRows={8}
          data-autofocus
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
          }}
        />
      )}
      {failed !== null && <Text role="alert" size="sm" c="var(--kg-bad)" mt={10}>{errorText(failed)}</Text>}
      <Group justify="flex-end" gap={8} mt={18}>
        <Button variant="default" onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" color={danger ? 'son' : undefined} loading={busy} disabled={missing} data-autofocus={reason ? undefined : true}>
          {confirm}
        </Button>
      </Group>
    </form>
  );
}
