import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './votes.module.css';

/** Đạt or không đạt. */
export function Verdict({ passed, large = false }: { passed: boolean; large?: boolean }) {
  const { t } = useTranslation();
  const Icon = passed ? IconCircleCheck : IconCircleX;
  return (
    <strong className={classes.verdict} data-passed={passed || undefined} data-large={large || undefined}>
      <Icon size={large ? 56 : 26} stroke={1.8} aria-hidden /> {t(passed ? 'vote.passed' : 'vote.failed')}
    </strong>
  );
}
