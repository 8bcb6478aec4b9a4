import { Checkbox, NumberInput, Radio, Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandArgs, VoteList } from '@/lib/backend';
import { FormFrame, useAct } from '@/ui';
import { RuleText } from './RuleText';
import classes from './votes.module.css';

type Draft = CommandArgs['session.draft_vote.1'];
const types = ['NAMED', 'OPEN_COUNT', 'SECRET'] as const;
const thresholds = ['QUA_NUA', 'HAI_PHAN_BA', 'TAT_CA', 'custom'] as const;
const bases = ['ELIGIBLE', 'PRESENT', 'CAST'] as const;

/** A new vote. The base is chosen, never assumed: it decides many a vote. */
export function DraftForm({ list, meeting, onClose }: { list: VoteList; meeting: string; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const [type, setType] = useState<Draft['type']>('NAMED');
  const [threshold, setThreshold] = useState<Draft['threshold']>('QUA_NUA');
  const [share, setShare] = useState<number | string>(75);
  const [base, setBase] = useState<Draft['base'] | null>(null);
  const [abstain, setAbstain] = useState(true);
  const permille = threshold === 'custom' ? Math.round(Number(share) * 10) : undefined;
  const missing = title.trim() === '' ? t('vote.draft.title_missing') : base === null ? t('vote.draft.base_missing') : permille !== undefined && !(permille >= 1 && permille <= 1000) ? t('vote.draft.share_wrong') : null;
  const give = async () => {
    if (base === null) return;
    await act({ name: 'session.draft_vote.1', id: list.session, base: list.version, args: { meeting, title, text: text || undefined, type, threshold, permille, base, abstain } }, t('vote.did.draft'));
    onClose();
  };
  return (
    <FormFrame title={t('vote.new')} submit={t('vote.draft.save')} missing={missing} onSubmit={give} onClose={onClose}>
      <TextInput label={t('vote.draft.question')} required maxLength={500} value={title} onChange={(event) => setTitle(event.currentTarget.value)} data-autofocus />
      <Textarea label={t('vote.draft.text')} autosize minRows={2} maxRows={6} maxLength={4000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Radio.Group label={t('vote.draft.type')} value={type} onChange={(value) => setType(value as Draft['type'])}>
        {types.map((each) => <Radio key={each} mt={6} value={each} label={t(`vote.type.${each}`)} description={t(`vote.type.${each}.text`)} />)}
      </Radio.Group>
      <div className={classes.pair}>
        <Select label={t('vote.draft.threshold')} data={thresholds.map((each) => ({ value: each, label: t(`vote.threshold.${each}`) }))} value={threshold} onChange={(value) => value && setThreshold(value)} allowDeselect={false} />
        {threshold === 'custom' && <NumberInput label={t('vote.draft.share')} min={0.1} max={100} decimalScale={1} decimalSeparator="," value={share} onChange={setShare} suffix="%" />}
      </div>
      <Radio.Group label={t('vote.draft.base')} required value={base} onChange={(value) => setBase(value as Draft['base'])}>
        {bases.map((each) => <Radio key={each} mt={6} value={each} label={t(`vote.base.${each}.label`)} description={t(`vote.base.${each}.text`)} />)}
      </Radio.Group>
      <Checkbox label={t('vote.draft.abstain')} checked={abstain} onChange={(event) => setAbstain(event.currentTarget.checked)} />
      {base !== null && <p className={classes.preview}><RuleText vote={{ threshold, permille, base }} /></p>}
    </FormFrame>
  );
}
