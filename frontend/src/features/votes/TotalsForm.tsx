import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VoteItem, VoteList } from '@/lib/backend';
import { FormFrame, useAct } from '@/ui';
import classes from './votes.module.css';

const fields = { DONG_Y: 'for', KHONG_DONG_Y: 'against', Y_KIEN_KHAC: 'other', KHONG_BIEU_QUYET: 'abstain' } as const;

/** Totals of a secret vote, as counted on paper. */
export function TotalsForm({ vote, list, meeting, onClose }: { vote: VoteItem; list: VoteList; meeting: string; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const before = vote.result?.paper ? vote.result : undefined;
  const [counts, setCounts] = useState<Record<string, number>>(() => Object.fromEntries([
    ...vote.choices.map((choice) => [fields[choice], before?.counts.find((each) => each.choice === choice)?.count ?? 0]), ['invalid', before?.invalid ?? 0],
  ]));
  const sum = Object.values(counts).reduce((a, b) => a + b, 0);
  const missing = sum > vote.eligible ? t('vote.totals.many', { n: sum, of: vote.eligible }) : sum === 0 ? t('vote.totals.none') : null;
  const give = async () => {
    await act({ name: 'session.enter_totals.1', id: list.session, base: list.version, args: { meeting, vote: vote.key, ...counts } }, t('vote.did.totals'));
    onClose();
  };
  const field = (name: string, label: string) => (
    <NumberInput key={name} label={label} min={0} max={vote.eligible} allowDecimal={false} value={counts[name] ?? 0} onChange={(value) => setCounts({ ...counts, [name]: Number(value) || 0 })} />
  );
  return (
    <FormFrame title={t('vote.totals.title')} sub={vote.title} submit={t('vote.totals.save')} missing={missing} onSubmit={give} onClose={onClose}>
      <p>{t('vote.totals.text')}</p>
      {vote.choices.map((choice) => field(fields[choice], t(`vote.choice.${choice}`)))}
      {field('invalid', t('vote.totals.invalid'))}
      <p className={classes.note} role="status">{t('vote.totals.sum', { n: sum, of: vote.eligible })}</p>
    </FormFrame>
  );
}
