import { hideNotification, showNotification } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck, IconCloudUp, IconX } from '@tabler/icons-react';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { errorText } from '@/lib/errors';
import classes from './notify.module.css';

function show(tone: 'ok' | 'warn' | 'bad', icon: ReactNode, text: string) {
  // The same words again take the place of the message that says them.
  const id = `${tone}:${text}`;
  hideNotification(id);
  showNotification({
    id,
    icon,
    withBorder: true,
    closeButtonProps: { 'aria-label': i18next.t('action.close') },
    autoClose: tone === 'bad' ? 10_000 : 5000,
    className: classes.note,
    classNames: { icon: classes[tone], description: classes.text },
    message: text,
  });
}

/** Short messages at the corner. Anything that must not be missed belongs on the screen instead. */
export const notify = {
  ok: (text: string) => show('ok', <IconCheck size={16} />, text),
  /** Stored here and waiting for the line. */
  waiting: (text: string) => show('warn', <IconCloudUp size={16} />, text),
  warn: (text: string) => show('warn', <IconAlertTriangle size={16} />, text),
  /** A failure in words; takes whatever was thrown. */
  error: (error: unknown) => show('bad', <IconX size={16} />, typeof error === 'string' ? error : errorText(error)),
};
