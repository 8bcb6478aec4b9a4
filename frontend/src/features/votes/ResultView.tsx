import { Button, Select, TextInput } from '@mantine/core';
import { IconDownload, IconScreenShare } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { protocolUrl, useVote, type VoteItem, type VoterView } from '@/lib/backend';
import { paths } from '@/lib/router';
import { DataTable, Empty, Loaded, type Column } from '@/ui';
import { Bars } from './Bars';
import { RuleText } from './RuleText';
import { Verdict } from './Verdict';
import { found, missing } from './votes';
import classes from './votes.module.css';

/** The result of a closed vote: large, with its rule in words and, when it was named, who voted what. */
export function ResultView({ vote, meeting }: { vote: VoteItem; meeting: string }) {
  const { t } = useTranslation();
  const { result } = vote;
  if (!result) return <p className={classes.note}>{t('vote.not_published')}</p>;
  const named = vote.type === 'NAMED' && vote.published !== undefined;
  return (
    <section className={classes.result} aria-label={t('vote.result')}>
      <div className={classes.resultHead}>
        <Verdict passed={result.passed} />
        <RuleText vote={vote} result={result} />
        <span className={classes.tools}>
          {vote.published !== undefined && <Button component="a" href={paths.voteScreen(meeting, vote.key)} target="_blank" variant="default" size="compact-md" leftSection={<IconScreenShare size={15} />}>{t('vote.screen')}</Button>}
          {named && <Button component="a" href={protocolUrl(meeting, vote.key)} download variant="default" size="compact-md" leftSection={<IconDownload size={15} />}>{t('vote.protocol')}</Button>}
        </span>
      </div>
      <Bars result={result} />
      <p className={classes.note}>
        {t('vote.numbers', { eligible: result.eligible, present: result.present, cast: result.cast, missing: missing(result) })}
        {result.paper && ` ${t('vote.paper', { invalid: result.invalid ?? 0 })}`}
        {Boolean(result.late) && ` ${t('vote.late_count', { n: result.late })}`}
      </p>
      {named && <Names vote={vote} meeting={meeting} />}
    </section>
  );
}

/** Who voted what, to be searched. */
function Names({ vote, meeting }: { vote: VoteItem; meeting: string }) {
  const { t } = useTranslation();
  const detail = useVote(meeting, vote.key);
  const [text, setText] = useState('');
  const [choice, setChoice] = useState<string | null>(null);
  const columns = useMemo<Array<Column<VoterView>>>(() => [
    { id: 'name', header: t('vote.col.name'), width: 190, grow: 1, cell: (row) => row.person.name },
    { id: 'position', header: t('vote.col.position'), width: 190, grow: 1, hideBelow: 560, cell: (row) => row.person.position ?? '' },
    { id: 'choice', header: t('vote.col.choice'), width: 160, cell: (row) => t(row.choice ? `vote.choice.${row.choice}` : row.late ? 'vote.late' : 'vote.no_ballot') },
    { id: 'text', header: t('vote.col.text'), width: 200, grow: 2, hideBelow: 745, cell: (row) => row.text ?? '' },
  ], [t]);
  return (
    <Loaded query={detail} lines={4}>
      {(view) => {
        const rows = found(view.people, text, choice);
        return (
          <div className={classes.names}>
            <div className={classes.filters}>
              <TextInput aria-label={t('vote.find')} placeholder={t('vote.find')} value={text} onChange={(event) => setText(event.currentTarget.value)} />
              <Select
                aria-label={t('vote.col.choice')} placeholder={t('vote.all_choices')} clearable clearButtonProps={{ 'aria-label': t('vote.all_choices') }} value={choice} onChange={setChoice}
                data={[...vote.choices.map((each) => ({ value: each as string, label: t(`vote.choice.${each}`) })), { value: '', label: t('vote.no_ballot') }]}
              />
            </div>
            <div className={classes.table} style={{ height: `min(46vh, 420px, calc(${Math.max(3, rows.length)} * var(--kg-row) + 46px))` }}>
              <DataTable id="voters" label={t('vote.names')} columns={columns} rows={rows} rowId={(row) => row.person.id} placeholder={rows.length === 0 ? <Empty title={t('vote.nobody_found')} /> : undefined} />
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}
