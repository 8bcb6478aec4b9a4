import { IconAlertCircle, IconCloudCheck, IconCloudOff, IconCloudUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSync } from '@/lib/backend';
import { lineWords } from './line';
import classes from './sync.module.css';

/** The state of the line in the top bar; opens the sync panel. */
export function LinePill({ onOpen }: { onOpen: () => void }) {
  const { t } = useTranslation();
  const { data } = useSync();
  if (!data) return null;
  const { tone, key, count } = lineWords(data);
  const Icon = tone === 'bad' ? IconAlertCircle : tone === 'warn' ? IconCloudOff : key === 'line.sending' ? IconCloudUp : IconCloudCheck;
  return (
    <button type="button" className={classes.line} data-tone={tone} data-state={data.state} onClick={onOpen}>
      <Icon size={16} stroke={1.9} aria-hidden />
      <span aria-live="polite">{t(key, { count })}</span>
    </button>
  );
}
