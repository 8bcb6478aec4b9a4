import { useTranslation } from 'react-i18next';
import type { VoteResult } from '@/lib/backend';
import { choiceTones, percent } from './votes';
import classes from './votes.module.css';

/** Counts as bars: each of the base that decides, with a mark at what it takes. */
export function Bars({ result, large = false }: { result: VoteResult; large?: boolean }) {
  const { t } = useTranslation();
  const of = Math.max(result.base, 1);
  return (
    <ul className={classes.bars} data-large={large || undefined}>
      {result.counts.map(({ choice, count }) => (
        <li key={choice} className={classes.bar}>
          <span className={classes.barLabel}>{t(`vote.choice.${choice}`)}</span>
          <span className={classes.track} aria-hidden>
            <span className={classes.fill} data-tone={choiceTones[choice]} style={{ width: `${Math.min(100, (count / of) * 100)}%` }} />
            {choice === 'DONG_Y' && result.needed > 0 && <span className={classes.needed} style={{ left: `${Math.min(100, (result.needed / of) * 100)}%` }} />}
          </span>
          <span className={classes.count}>{count}<small>{t('vote.percent', { n: percent(count, result.base) })}</small></span>
        </li>
      ))}
    </ul>
  );
}
