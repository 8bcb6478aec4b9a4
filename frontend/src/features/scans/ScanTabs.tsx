import { useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/lib/format';
import { navigate, paths } from '@/lib/router';
import { countOf, type ScanGroup } from './states';
import classes from './scans.module.css';

const groups: readonly ScanGroup[] = ['waiting', 'attention', 'done'];

/** Waiting, to be looked at, done with; arrows move between them. */
export function ScanTabs({ group, counts }: { group: ScanGroup; counts?: Readonly<Record<string, number>> }) {
  const { t } = useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  const choose = (next: ScanGroup) => navigate(next === 'waiting' ? paths.scans : `${paths.scans}?nhom=${next}`, { replace: true });
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = groups[groups.indexOf(group) + by];
    if (!by || !next) return;
    event.preventDefault();
    choose(next);
    bar.current?.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  };
  return (
    <div ref={bar} className={classes.tabs} role="tablist" tabIndex={-1} aria-label={t('scan.groups')} onKeyDown={onKeyDown}>
      {groups.map((one) => (
        <button key={one} type="button" role="tab" data-tab={one} aria-selected={one === group} tabIndex={one === group ? 0 : -1} className={classes.tab} onClick={() => choose(one)}>
          {t(`scan.group.${one}`)}
          {countOf(one, counts) > 0 && <span className={classes.count}>{formatNumber(countOf(one, counts))}</span>}
        </button>
      ))}
    </div>
  );
}
