import { Button, Modal } from '@mantine/core';
import { IconMessageQuestion, IconPlus, IconThumbUp } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useVotes, type MeetingView, type VoteList } from '@/lib/backend';
import { navigate, paths } from '@/lib/router';
import { Empty, Loaded, StatusPill } from '@/ui';
import { DraftForm } from './DraftForm';
import { VoteCard } from './VoteCard';
import { foremost, stateTones } from './votes';
import classes from './votes.module.css';

/** Biểu quyết: the votes of a meeting; what is under way comes first. */
export default function VotesTab({ meeting }: { meeting: MeetingView }) {
  const votes = useVotes(meeting.id);
  return <Loaded query={votes}>{(list) => <Votes list={list} meeting={meeting} />}</Loaded>;
}

function Votes({ list, meeting }: { list: VoteList; meeting: MeetingView }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<number | null>(null);
  const [drafting, setDrafting] = useState(false);
  const shown = list.votes.find(({ key }) => key === chosen) ?? foremost(list.votes);
  const draft = list.mayDraft && <Button size="compact-md" leftSection={<IconPlus size={15} />} onClick={() => setDrafting(true)}>{t('vote.new')}</Button>;
  const slip = list.mayDraft && <Button size="compact-md" variant="default" leftSection={<IconMessageQuestion size={15} />} onClick={() => navigate(paths.slipsOf(meeting.id))}>{t('vote.by_slip')}</Button>;
  return (
    <div className={classes.sheet}>
      {list.votes.length === 0 ? (
        <Empty icon={IconThumbUp} title={t('vote.none')} text={t(list.mayDraft ? 'vote.none.text' : 'vote.none.wait')}>{draft} {slip}</Empty>
      ) : (
        <div className={classes.two}>
          <nav className={classes.list} aria-label={t('vote.list')}>
            {draft}
            {slip}
            {list.votes.map((vote) => (
              <button key={vote.key} type="button" className={classes.item} aria-current={vote.key === shown?.key || undefined} onClick={() => setChosen(vote.key)}>
                <span className={classes.itemTitle}>{vote.title}</span>
                <span className={classes.itemMore}>
                  <StatusPill tone={stateTones[vote.state]}>{t(`vote.state.${vote.state}`)}</StatusPill>
                  {vote.result && vote.published !== undefined && <span>{t(vote.result.passed ? 'vote.passed' : 'vote.failed')}</span>}
                </span>
              </button>
            ))}
          </nav>
          {shown && <VoteCard key={shown.key} vote={shown} list={list} meeting={meeting.id} />}
        </div>
      )}
      <Modal opened={drafting} onClose={() => setDrafting(false)} withCloseButton={false} padding={0} size={560}>
        {drafting && <DraftForm list={list} meeting={meeting.id} onClose={() => setDrafting(false)} />}
      </Modal>
    </div>
  );
}
