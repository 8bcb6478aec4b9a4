import { ActionIcon, Button, Modal, Switch } from '@mantine/core';
import { IconArrowUp, IconCheck, IconX } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession, MeetingView, SpeechView } from '@/lib/backend';
import { formatClock } from '@/lib/time';
import { CommandKbd, ConfirmDialog, StatusPill, useAct } from '@/ui';
import { SpeechForm } from './SpeechForm';
import { may, type Steps } from './steps';
import classes from './session.module.css';

/** The speaking queue as those who run the meeting work on it. */
export function Queue({ view, steps, meeting }: { view: LiveSession; steps: Steps; meeting: MeetingView }) {
  const { t } = useTranslation();
  const act = useAct();
  const [entering, setEntering] = useState(false);
  const [rejecting, setRejecting] = useState<SpeechView | null>(null);
  const works = may(view, 'session.accept_speech');
  const row = (speech: SpeechView, wish: boolean, first: boolean) => (
    <Entry key={speech.key} speech={speech} view={view}>
      {works && wish && <ActionIcon variant="subtle" aria-label={t('session.accept', { name: speech.person.name })} title={t('session.accept.short')} onClick={() => steps.accept(speech)}><IconCheck size={16} /></ActionIcon>}
      {works && !wish && <ActionIcon variant="subtle" aria-label={t('session.raise', { name: speech.person.name })} title={t('session.raise.short')} onClick={() => steps.raise(speech)}><IconArrowUp size={16} /></ActionIcon>}
      {works && <ActionIcon variant="subtle" color="son" aria-label={t('session.reject', { name: speech.person.name })} title={t('session.reject.short')} onClick={() => setRejecting(speech)}><IconX size={16} /></ActionIcon>}
      {may(view, 'session.call') && !wish && <Button size="compact-sm" variant={first ? 'light' : 'default'} rightSection={first ? <CommandKbd id="session.call" /> : undefined} onClick={() => steps.call(speech)}>{t('session.call')}</Button>}
    </Entry>
  );
  return (
    <section className={classes.panel} aria-labelledby="session-queue">
      <header className={classes.head}>
        <h2 id="session-queue" className={classes.title}>{t('session.queue')} <span className={classes.count}>{view.queue.length}</span></h2>
        <div className={classes.headTools}>
          {view.questions && may(view, 'session.question_time') && <Switch size="xs" label={t('session.question_time')} checked={view.questionTime === true} onChange={(event) => steps.questions(event.currentTarget.checked)} />}
          {may(view, 'session.close_queue') && <Switch size="xs" label={t('session.queue.taking')} checked={!view.queueClosed} onChange={(event) => steps.queue(event.currentTarget.checked)} />}
          {may(view, 'session.enter_speech') && <Button size="compact-sm" variant="default" onClick={() => setEntering(true)}>{t('session.enter')}</Button>}
        </div>
      </header>
      {view.queue.length + view.wishes.length + view.further.length === 0 && <p className={classes.note}>{t('session.queue.none')}</p>}
      <ol className={classes.entries} aria-label={t('session.queue')}>{view.queue.map((speech, i) => row(speech, false, i === 0))}</ol>
      {view.wishes.length > 0 && (
        <>
          <h3 className={classes.sub}>{t('session.wishes')} <span className={classes.count}>{view.wishes.length}</span></h3>
          <ol className={classes.entries} aria-label={t('session.wishes')}>{view.wishes.map((speech) => row(speech, true, false))}</ol>
        </>
      )}
      {view.further.length > 0 && (
        <>
          <h3 className={classes.sub}>{t(view.questionTime ? 'session.further.speeches' : 'session.further.questions')} <span className={classes.count}>{view.further.length}</span></h3>
          <ol className={classes.entries} aria-label={t(view.questionTime ? 'session.further.speeches' : 'session.further.questions')}>
            {view.further.map((speech) => <Entry key={speech.key} speech={speech} view={view} />)}
          </ol>
        </>
      )}
      <Modal opened={entering} onClose={() => setEntering(false)} withCloseButton={false} padding={0} size={480}>
        {entering && <SpeechForm view={view} meeting={meeting} onClose={() => setEntering(false)} forOthers />}
      </Modal>
      <ConfirmDialog
        opened={rejecting !== null} danger title={t('session.reject', { name: rejecting?.person.name ?? '' })} confirm={t('session.reject.short')}
        reason={{ label: t('session.reject.reason'), required: true, maxLength: 500 }}
        onConfirm={async (text) => rejecting && act({ name: 'session.reject_speech.1', id: view.id, base: 0, args: { meeting: view.meeting, speech: rejecting.key, text } })}
        onClose={() => setRejecting(null)}
      />
    </section>
  );
}

/** One entry: who, what, since when. */
export function Entry({ speech, view, children }: { speech: SpeechView; view: LiveSession; children?: ReactNode }) {
  const { t } = useTranslation();
  const item = view.items.find((each) => each.key === speech.item);
  const about = [speech.to && t('session.asks', { name: speech.to.name }), speech.text, item && t('session.about', { title: item.title })].filter(Boolean).join(' · ');
  return (
    <li className={classes.entry}>
      <span className={classes.no}>{speech.accepted ? speech.place : ''}</span>
      <span className={classes.what}>
        <span className={classes.name}>
          {speech.person.name}{' '}
          {speech.kind !== 'contribution' && <StatusPill tone={speech.kind === 'point_of_order' ? 'bad' : 'info'}>{t(`session.kind.${speech.kind}`)}</StatusPill>}{' '}
          {(speech.priority ?? 0) > 0 && <StatusPill tone="warn">{t('session.priority', { n: speech.priority })}</StatusPill>}
        </span>
        <span className={classes.note}>{[speech.title || speech.person.position, formatClock(speech.asked), about].filter(Boolean).join(' · ')}</span>
      </span>
      {children && <span className={classes.steps}>{children}</span>}
    </li>
  );
}
