import { MultiSelect, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useVote, type VoteItem, type VoteList } from '@/lib/backend';
import { FormFrame, useAct } from '@/ui';
import classes from './votes.module.css';

/** Minutes that ballots may come later. */
const spans = [15, 30, 60, 240] as const;

/** Ends a vote; names whose ballots may still come when their line is down. */
export function CloseForm({ vote, list, meeting, onClose }: { vote: VoteItem; list: VoteList; meeting: string; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const { data: detail } = useVote(meeting, vote.key);
  const [grace, setGrace] = useState<string[]>([]);
  const [minutes, setMinutes] = useState('30');
  const open = (detail?.people ?? []).filter(({ cast }) => !cast).map(({ person }) => ({ value: person.id, label: person.position ? `${person.name} – ${person.position}` : person.name }));
  const give = async () => {
    const later = grace.length > 0 ? { grace, graceUntil: Date.now() + Number(minutes) * 60_000 } : {};
    await act({ name: 'session.close_vote.1', id: list.session, base: list.version, args: { meeting, vote: vote.key, ...later } }, t('vote.did.close'));
    onClose();
  };
  return (
    <FormFrame title={t('vote.close.title')} sub={vote.title} submit={t('vote.do.close')} onSubmit={give} onClose={onClose}>
      {vote.type === 'SECRET' ? <p>{t('vote.close.secret')}</p> : (
        <>
          <p>{t('vote.close.text', { n: vote.progress?.cast ?? 0, of: vote.eligible })}</p>
          {open.length > 0 && (
            <>
              <MultiSelect
                label={t('vote.close.grace')} description={t('vote.close.grace.text')} data={open} value={grace} onChange={setGrace} searchable
                placeholder={grace.length === 0 ? t('vote.close.nobody') : undefined} nothingFoundMessage={t('vote.nobody_found')} maxDropdownHeight={220} mt={8}
              />
              {grace.length > 0 && <Select mt={10} label={t('vote.close.until')} value={minutes} onChange={(value) => value && setMinutes(value)} allowDeselect={false} data={spans.map((span) => ({ value: String(span), label: t('vote.close.minutes', { n: span }) }))} />}
            </>
          )}
          <p className={classes.note}>{t('vote.close.late')}</p>
        </>
      )}
    </FormFrame>
  );
}
