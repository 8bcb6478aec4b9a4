import { useTranslation } from 'react-i18next';
import type { VoteItem, VoteResult } from '@/lib/backend';
import classes from './votes.module.css';

/** The rule in words: how many of whom, and what that comes to. */
export function RuleText({ vote, result }: { vote: Pick<VoteItem, 'threshold' | 'permille' | 'base'>; result?: VoteResult }) {
  const { t } = useTranslation();
  const rule = t(`vote.rule.${vote.threshold}`, { n: (vote.permille ?? 0) / 10 });
  const base = t(`vote.base.${vote.base}`);
  return (
    <span className={classes.rule}>
      {t('vote.rule', { rule, base })}
      {result && result.base > 0 && <> {t('vote.rule.needed', { needed: result.needed, base: result.base })}</>}
      {result && result.base === 0 && <> {t('vote.rule.nobody')}</>}
    </span>
  );
}
