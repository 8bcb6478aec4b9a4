/**
 * New work, told by the system while the person looks at another window. Only
 * where a browser shows the laptop's pages: a window has notifications of its own.
 */
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangeEvent } from './events';
import { useEvents } from './live';
import { setPrefs, usePrefs } from './prefs';
import { navigate } from './router';

interface Notice {
  what: string;
  subject: string;
  path: string;
}

/** Shows what comes as notices; once for the whole page. */
export function useNotices(): void {
  const { t } = useTranslation();
  const { notices } = usePrefs();
  const listener = useCallback((event: ChangeEvent) => {
    if (event.entity !== 'notice' || !notices || !allowed() || document.hasFocus()) return;
    const { what, subject, path } = event.data as Notice;
    // The tag makes one of the same notice in several tabs.
    const shown = new Notification(t(`notice.${what}`), { body: subject, tag: path });
    shown.onclick = () => {
      window.focus();
      navigate(path);
      shown.close();
    };
  }, [t, notices]);
  useEvents(listener);
}

/** The person's choice, which the browser must agree to. */
export function useNoticeChoice(): { on: boolean; denied: boolean; choose: (on: boolean) => Promise<void> } {
  const { notices } = usePrefs();
  const [denied, setDenied] = useState(false);
  useEffect(() => setDenied(notices && !allowed()), [notices]);
  const choose = useCallback(async (on: boolean) => {
    const agreed = !on || (supported() && (await Notification.requestPermission()) === 'granted');
    setDenied(!agreed);
    setPrefs({ notices: on && agreed });
  }, []);
  return { on: notices && allowed(), denied, choose };
}

const supported = () => typeof Notification !== 'undefined';
const allowed = () => supported() && Notification.permission === 'granted';
