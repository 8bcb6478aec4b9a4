import { Button, Modal, Progress } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VoteItem, VoteList } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { formatMoment } from '@/lib/time';
import { ConfirmDialog, StatusPill, useAct } from '@/ui';
import { BallotPanel } from './BallotPanel';
import { CloseForm } from './CloseForm';
import { ResultView } from './ResultView';
import { RuleText } from './RuleText';
import { TotalsForm } from './TotalsForm';
import { stateTones } from './votes';
import classes from './votes.module.css';

type Asking = 'close' | 'publish' | 'void' | 'totals' | null;

/** One vote: the question, its rule, my ballot, how far it is, what came out, and what may be done. */
export function VoteCard({ vote, list, meeting }: { vote: VoteItem; list: VoteList; meeting: string }) {
  const { t } = useTranslation();
  return (
    <article className={classes.card} aria-label={vote.title}>
      <header>
        <div className={classes.pills}>
          <StatusPill tone={stateTones[vote.state]}>{t(`vote.state.${vote.state}`)}</StatusPill>
          <StatusPill>{t(`vote.type.${vote.type}`)}</StatusPill>
          {vote.pending && <StatusPill tone="warn" hollow>{t('vote.pending')}</StatusPill>}
        </div>
        <h2 className={classes.title}>{vote.title}</h2>
        {vote.text && <p className={classes.text}>{vote.text}</p>}
        {!vote.result && <RuleText vote={vote} />}
        <p className={classes.note}>{t('vote.who', { n: vote.eligible })}{vote.opened !== undefined && ` ${t('vote.opened_at', { at: formatMoment(vote.opened) })}`}</p>
      </header>
      {vote.state === 'void' && <p className={classes.void} role="status"><strong>{t('vote.void.said')}</strong> {vote.reason}</p>}
      <BallotPanel vote={vote} list={list} meeting={meeting} />
      <Going vote={vote} />
      {vote.closed !== undefined && <ResultView vote={vote} meeting={meeting} />}
      <Actions vote={vote} list={list} meeting={meeting} />
    </article>
  );
}

/** How many are ready, and how many have voted; never what. */
function Going({ vote }: { vote: VoteItem }) {
  const { t } = useTranslation();
  if (!vote.progress || (vote.state !== 'ready' && vote.state !== 'open') || (vote.state === 'open' && vote.type === 'SECRET')) return null;
  const n = vote.state === 'ready' ? vote.progress.ready : vote.progress.cast;
  const words = t(vote.state === 'ready' ? 'vote.progress.ready' : 'vote.progress.cast', { n, of: vote.eligible });
  return (
    <section className={classes.going} aria-label={words}>
      <strong className={classes.goingWords} role="status">{words}</strong>
      <Progress value={vote.eligible ? (n / vote.eligible) * 100 : 0} size="lg" aria-label={words} />
    </section>
  );
}

function Actions({ vote, list, meeting }: { vote: VoteItem; list: VoteList; meeting: string }) {
  const { t } = useTranslation();
  const act = useAct();
  const [asking, setAsking] = useState<Asking>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const may = new Set(vote.actions);
  const close = () => setAsking(null);
  const ref = { meeting, vote: vote.key };
  const on = { id: list.session, base: list.version };
  const at = (work: () => Promise<unknown>) => () => {
    setFailed(null);
    void work().catch(setFailed);
  };
  if (vote.actions.length === 0) return null;
  return (
    <footer className={classes.tools}>
      {may.has('session.ready_vote') && <Button variant="light" onClick={at(() => act({ name: 'session.ready_vote.1', ...on, args: ref }, t('vote.did.ready')))}>{t('vote.do.ready')}</Button>}
      {may.has('session.open_vote') && <Button onClick={at(() => act({ name: 'session.open_vote.1', ...on, args: ref }, t('vote.did.open')))}>{t('vote.do.open')}</Button>}
      {may.has('session.close_vote') && <Button onClick={() => setAsking('close')}>{t('vote.do.close')}</Button>}
      {may.has('session.enter_totals') && <Button variant={vote.result ? 'default' : 'filled'} onClick={() => setAsking('totals')}>{t('vote.do.totals')}</Button>}
      {may.has('session.count_late') && <Button variant="light" onClick={at(() => act({ name: 'session.count_late.1', ...on, args: ref }, t('vote.did.count_late')))}>{t('vote.do.count_late')}</Button>}
      {may.has('session.publish_vote') && <Button disabled={!vote.result} onClick={() => setAsking('publish')}>{t('vote.do.publish')}</Button>}
      {may.has('session.void_vote') && <Button variant="subtle" color="son" onClick={() => setAsking('void')}>{t('vote.do.void')}</Button>}
      {vote.graceUntil !== undefined && <span className={classes.note}>{t('vote.grace', { names: vote.grace?.map(({ name }) => name).join(', ') ?? '', until: formatMoment(vote.graceUntil) })}</span>}
      {failed !== null && <p role="alert" className={classes.failed}>{errorText(failed)}</p>}
      <Modal opened={asking === 'close'} onClose={close} withCloseButton={false} padding={0} size={520}>
        {asking === 'close' && <CloseForm vote={vote} list={list} meeting={meeting} onClose={close} />}
      </Modal>
      <Modal opened={asking === 'totals'} onClose={close} withCloseButton={false} padding={0} size={460}>
        {asking === 'totals' && <TotalsForm vote={vote} list={list} meeting={meeting} onClose={close} />}
      </Modal>
      <ConfirmDialog
        opened={asking === 'publish'} title={t('vote.publish.title')} text={t('vote.publish.text')} confirm={t('vote.do.publish')}
        onConfirm={async () => act({ name: 'session.publish_vote.1', ...on, args: ref }, t('vote.did.publish'))} onClose={close}
      />
      <ConfirmDialog
        opened={asking === 'void'} title={t('vote.void.title')} text={t(vote.published === undefined ? 'vote.void.text' : 'vote.void.text.published')} confirm={t('vote.do.void')} danger
        reason={{ label: t('vote.void.reason'), required: true }}
        onConfirm={async (text) => act({ name: 'session.void_vote.1', ...on, args: { ...ref, text } }, t('vote.did.void'))} onClose={close}
      />
    </footer>
  );
}
