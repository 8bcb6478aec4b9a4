import { Button } from '@mantine/core';
import { hideNotification, showNotification } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck, IconCloudUp, IconX } from '@tabler/icons-react';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { errorText } from '@/lib/errors';
import classes from './notify.module.css';

interface Options {
  title?: string;
  /** Shows a button, "Hoàn tác" say. */
  action?: { label: string; run: () => void };
  /** Another message with the same id replaces this one. */
  id?: string;
}

function show(tone: 'ok' | 'warn' | 'bad' | 'info', icon: ReactNode, text: string, { title, action, id }: Options = {}) {
  const name = id ?? `${tone}:${text}`;
  hideNotification(name);
  showNotification({
    id: name,
    title,
    icon,
    withBorder: true,
    closeButtonProps: { 'aria-label': i18next.t('action.close') },
    autoClose: tone === 'bad' ? 10_000 : 5000,
    className: classes.note,
    classNames: { icon: classes[tone], description: classes.text, title: classes.title },
    message: action ? (
      <span className={classes.row}>
        <span>{text}</span>
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            hideNotification(name);
            action.run();
          }}
        >
          {action.label}
        </Button>
      </span>
    ) : text,
  });
}

/** Short messages at the corner. Anything that must not be missed belongs on the screen instead. */
export const notify = {
  ok: (text: string, options?: Options) => show('ok', <IconCheck size={16} />, text, options),
  /** Stored here and waiting for the line. */
  waiting: (text: string, options?: Options) => show('warn', <IconCloudUp size={16} />, text, options),
  warn: (text: string, options?: Options) => show('warn', <IconAlertTriangle size={16} />, text, options),
  /** A failure in words; takes whatever was thrown. */
  error: (error: unknown, options?: Options) =>
    show('bad', <IconX size={16} />, typeof error === 'string' ? error : errorText(error), options),
};
