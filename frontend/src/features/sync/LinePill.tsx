import { IconAlertCircle, IconCloudCheck, IconCloudOff, IconCloudUp } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSync, type SyncStatus } from '@/lib/backend';
import { lineWords } from './line';
import classes from './sync.module.css';

/** The state of the line in the top bar; opens the sync panel. */
export function LinePill({ onOpen }: { onOpen: () => void }) {
  const { t } = useTranslation();
  const { data } = useSync();
  const sent = useJustSent(data);
  if (!data) return null;
  const words = lineWords(data);
  const { tone, key, count } = sent && words.tone === 'ok' ? { tone: 'ok', key: 'line.sent', count: 0 } : words;
  const Icon = tone === 'bad' ? IconAlertCircle : tone === 'warn' ? IconCloudOff : key === 'line.sending' ? IconCloudUp : IconCloudCheck;
  return (
    <button type="button" className={classes.line} data-tone={tone} data-state={data.state} onClick={onOpen}>
      <Icon size={16} stroke={1.9} aria-hidden />
      <span aria-live="polite">{t(key, { count })}</span>
    </button>
  );
}

const shownFor = 6000;

/** True for a moment after the last waiting change has gone up. */
function useJustSent(status: SyncStatus | undefined): boolean {
  const waiting = status?.waitingCount ?? 0;
  const [before, setBefore] = useState(waiting);
  const [sent, setSent] = useState(false);
  if (waiting !== before) {
    setBefore(waiting);
    setSent(waiting === 0);
  }
  useEffect(() => {
    if (!sent) return;
    const timer = setTimeout(() => setSent(false), shownFor);
    return () => clearTimeout(timer);
  }, [sent]);
  return sent;
}
