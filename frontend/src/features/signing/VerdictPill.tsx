import { useTranslation } from 'react-i18next';
import type { Verdict } from '@/lib/backend';
import { StatusPill } from '@/ui';
import { signState, stateTones } from './state';
import { verdictText } from './words';

/** What the server's validator said of a file or of a signature. */
export function VerdictPill({ verdict, title }: { verdict: Verdict; title?: string }) {
  const { t } = useTranslation();
  const state = signState(verdict);
  return <StatusPill tone={state === 'unstamped' ? 'ok' : stateTones[state]} title={title ?? verdictText(verdict)}>{t(`sign.indication.${verdict.indication}`)}</StatusPill>;
}
