import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/lib/backend';
import { listenForHotkeys } from '@/lib/hotkeys';
import { Empty } from '@/ui';
import { Attendance } from './Attendance';
import { hasMedia } from './local';
import classes from './hall.module.css';

/** Somebody of outside, by the link that was sent to him: he has no account, and waits in the lobby. */
export default function GuestScreen({ link }: { link: string }) {
  const { t } = useTranslation();
  useEffect(() => listenForHotkeys(), []);
  const ticket = useCallback(() => api.guestTicket(link), [link]);
  if (!hasMedia()) return <main className={classes.door}><Empty tone="warn" title={t('conference.no_media')} text={t('conference.no_media.browser')} /></main>;
  return <Attendance meeting={{ id: '', title: t('conference.guest'), start: 0, end: 0 }} ticket={ticket} place={link} />;
}
