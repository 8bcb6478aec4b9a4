import { Button, Textarea } from '@mantine/core';
import { IconBuildingCommunity, IconCheck, IconClockPause, IconCloudCheck, IconHourglass } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VoteChoice, VoteItem, VoteList } from '@/lib/backend';
import { useCommands, type Command } from '@/lib/commands';
import { errorText } from '@/lib/errors';
import { formatMoment } from '@/lib/time';
import { Kbd, useAct } from '@/ui';
import { choiceTones, task, truth } from './votes';
import classes from './votes.module.css';

/** What a member does: say that he is ready, then one large ballot, then what became of it. */
export function BallotPanel({ vote, list, meeting }: { vote: VoteItem; list: VoteList; meeting: string }) {
  const what = task(vote);
  const [again, setAgain] = useState(false);
  if (what === 'ready') return <Ready vote={vote} list={list} meeting={meeting} />;
  if (vote.state === 'open' && (what === 'cast' || again)) return <Ballot vote={vote} meeting={meeting} onDone={() => setAgain(false)} />;
  if (vote.mine) return <Given vote={vote} onAgain={vote.state === 'open' ? () => setAgain(true) : undefined} />;
  if (vote.state === 'ready' && what === 'done') return <Note words="vote.ready.said" />;
  return null;
}

function Note({ words }: { words: string }) {
  const { t } = useTranslation();
  return <p className={classes.said} role="status"><IconCheck size={20} aria-hidden /> {t(words)}</p>;
}

function Ready({ vote, list, meeting }: { vote: VoteItem; list: VoteList; meeting: string }) {
  const { t } = useTranslation();
  const act = useAct();
  const [failed, setFailed] = useState<unknown>(null);
  const say = () => act({ name: 'attendance.ready.1', id: list.attendance, base: 0, args: { meeting, vote: vote.key } }, t('vote.ready.said')).catch(setFailed);
  return (
    <section className={classes.ballot} aria-label={t('vote.ready.ask')}>
      <h3 className={classes.ask}>{t('vote.ready.ask')}</h3>
      <Button size="lg" onClick={() => void say()} data-autofocus>{t('vote.ready.yes')}</Button>
      {failed !== null && <p role="alert" className={classes.failed}>{errorText(failed)}</p>}
    </section>
  );
}

/** One ballot: 1, 2, 3, 4 choose, Enter sends. */
function Ballot({ vote, meeting, onDone }: { vote: VoteItem; meeting: string; onDone: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const [choice, setChoice] = useState<VoteChoice | null>(vote.mine?.choice ?? null);
  const [text, setText] = useState(vote.mine?.text ?? '');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const confirm = useRef<HTMLButtonElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  useCommands(useMemo<Command[]>(() => vote.choices.map((each, i) => ({
    id: `vote.choose.${i + 1}`, label: `vote.choice.${each}`, group: 'view', hotkeys: [String(i + 1)], hidden: true, run: () => setChoice(each),
  })), [vote.choices]));
  useEffect(() => {
    if (choice === 'Y_KIEN_KHAC') area.current?.focus();
    else if (choice) confirm.current?.focus();
  }, [choice]);
  const incomplete = choice === null || (choice === 'Y_KIEN_KHAC' && text.trim() === '');
  const send = async () => {
    if (choice === null || incomplete || busy) return;
    setBusy(true);
    setFailed(null);
    try {
      await act({ name: 'ballot.cast.1', id: vote.ballot, base: 0, args: { meeting, vote: vote.key, epoch: vote.epoch, choice, text: choice === 'Y_KIEN_KHAC' ? text : undefined } }, t('vote.cast.done'));
      onDone();
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  };
  return (
    <section className={classes.ballot} aria-label={t('vote.ballot')}>
      <h3 className={classes.ask}>{t('vote.ballot.ask')}</h3>
      <div className={classes.choices} role="radiogroup" aria-label={t('vote.ballot')}>
        {vote.choices.map((each, i) => (
          <button
            key={each} type="button" role="radio" aria-checked={choice === each} className={classes.choice} data-tone={choiceTones[each]}
            onClick={() => setChoice(each)}
          >
            <span>{t(`vote.choice.${each}`)}</span> <Kbd keys={String(i + 1)} />
          </button>
        ))}
      </div>
      {choice === 'Y_KIEN_KHAC' && (
        <Textarea ref={area} label={t('vote.ballot.text')} required autosize minRows={2} maxLength={2000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      )}
      <div className={classes.send}>
        <Button ref={confirm} size="lg" disabled={incomplete} loading={busy} onClick={() => void send()}>
          {choice ? t('vote.ballot.send', { choice: t(`vote.choice.${choice}`) }) : t('vote.ballot.choose')}
        </Button>
        <span className={classes.note}>{t(vote.type === 'NAMED' ? 'vote.ballot.named' : 'vote.ballot.counted')}</span>
      </div>
      {failed !== null && <p role="alert" className={classes.failed}>{errorText(failed)}</p>}
    </section>
  );
}

/** What became of the person's ballot, no better than it is. */
function Given({ vote, onAgain }: { vote: VoteItem; onAgain?: () => void }) {
  const { t } = useTranslation();
  if (!vote.mine) return null;
  const how = truth(vote);
  const Icon = { waiting: IconHourglass, atPlace: IconBuildingCommunity, late: IconClockPause, received: IconCloudCheck }[how];
  return (
    <section className={classes.given} data-how={how} aria-label={t('vote.mine')} role="status">
      <Icon size={26} stroke={1.7} aria-hidden />
      <div className={classes.givenWords}>
        <strong>{t('vote.mine.choice', { choice: t(`vote.choice.${vote.mine.choice}`) })}</strong>
        <span>{t(`vote.mine.${how}`, { at: formatMoment(vote.mine.at) })}</span>
        {vote.mine.text && vote.mine.choice === 'Y_KIEN_KHAC' && <span>{vote.mine.text}</span>}
      </div>
      {onAgain && <Button variant="default" onClick={onAgain}>{t('vote.mine.change')}</Button>}
    </section>
  );
}
