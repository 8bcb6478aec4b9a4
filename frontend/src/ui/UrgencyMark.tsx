import { IconChevronUp, IconChevronsUp, IconFlame } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Urgency } from '@/lib/backend';
import classes from './marks.module.css';

const icons = [null, IconChevronUp, IconChevronsUp, IconFlame] as const;

/**
 * Degree of urgency: the word, a shape and a colour, so that it can be read
 * without colour. An ordinary document has no mark, unless `always` is set.
 */
export function UrgencyMark({ level, always = false }: { level: Urgency; always?: boolean }) {
  const { t } = useTranslation();
  if (level === 0 && !always) return null;
  const Icon = icons[level];
  return (
    <span className={classes.urgency} data-level={level}>
      {Icon && <Icon size={13} stroke={2.4} className={classes.icon} aria-hidden />}
      {t(`urgency.${level}`)}
    </span>
  );
}
