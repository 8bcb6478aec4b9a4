import { useTranslation } from 'react-i18next';
import { useVote, type VoteView } from '@/lib/backend';
import { useParams } from '@/lib/router';
import { Loaded } from '@/ui';
import { Bars } from './Bars';
import { RuleText } from './RuleText';
import { Verdict } from './Verdict';
import { missing } from './votes';
import classes from './votes.module.css';

/** A vote on the screen of the room: the question, then only what everybody may know. */
export default function RoomScreen() {
  const { meeting = '', vote = '' } = useParams();
  const detail = useVote(meeting, Number(vote));
  return <div className={classes.room}><Loaded query={detail}>{(view) => <Room vote={view} />}</Loaded></div>;
}

function Room({ vote }: { vote: VoteView }) {
  const { t } = useTranslation();
  const { result } = vote;
  return (
    <main className={classes.roomSheet}>
      <p className={classes.roomMeeting}>{vote.meeting}</p>
      <h1 className={classes.roomTitle}>{vote.title}</h1>
      {vote.published === undefined || !result ? (
        <>
          <p className={classes.roomState} role="status">{t(`vote.room.${vote.state}`)}</p>
          {vote.state === 'ready' && vote.progress && <p className={classes.roomBig}>{t('vote.progress.ready', { n: vote.progress.ready, of: vote.eligible })}</p>}
          {vote.state === 'open' && vote.progress && vote.type !== 'SECRET' && <p className={classes.roomBig}>{t('vote.progress.cast', { n: vote.progress.cast, of: vote.eligible })}</p>}
          <RuleText vote={vote} />
        </>
      ) : (
        <>
          {vote.state === 'void' ? <p className={classes.void}><strong>{t('vote.void.said')}</strong> {vote.reason}</p> : <Verdict passed={result.passed} large />}
          <Bars result={result} large />
          <RuleText vote={vote} result={result} />
          <p className={classes.roomNumbers}>{t('vote.numbers', { eligible: result.eligible, present: result.present, cast: result.cast, missing: missing(result) })}</p>
        </>
      )}
    </main>
  );
}
