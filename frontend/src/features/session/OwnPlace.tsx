import { Button, Modal } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession, MeetingView, SpeechView } from '@/lib/backend';
import { ConfirmDialog, StatusPill, useAct } from '@/ui';
import { Agenda } from './Agenda';
import { AskHelp } from './AskHelp';
import { CheckIn } from './CheckIn';
import { Floor } from './Floor';
import { SpeechForm } from './SpeechForm';
import { may } from './steps';
import classes from './session.module.css';

/** A participant's screen: am I counted, what runs now, when is it my turn. */
export function OwnPlace({ view, meeting }: { view: LiveSession; meeting: MeetingView }) {
  return (
    <div className={classes.console}>
      <div className={classes.columns} data-flow>
        <div className={classes.column}>
          {view.me && <CheckIn view={view} me={view.me} form={meeting.form} />}
          {view.me?.talks && <Turn view={view} meeting={meeting} />}
          {view.me && <AskHelp view={view} me={view.me} />}
        </div>
        <div className={classes.column}>
          <Floor view={view} />
          <Agenda view={view} />
        </div>
      </div>
    </div>
  );
}

/** My wish to speak, and my place in the queue. */
function Turn({ view, meeting }: { view: LiveSession; meeting: MeetingView }) {
  const { t } = useTranslation();
  const act = useAct();
  const [asking, setAsking] = useState(false);
  const [leaving, setLeaving] = useState<SpeechView | null>(null);
  const mine = [view.speaking, view.called, ...view.paused, ...view.queue, ...view.wishes, ...view.further].filter((each) => each?.mine).filter((each) => each !== undefined);
  const refused = view.over.filter((each) => each.mine && each.state === 'rejected');
  return (
    <section className={classes.panel} aria-labelledby="session-turn">
      <header className={classes.head}>
        <h2 id="session-turn" className={classes.title}>{t('session.turn')}</h2>
        {may(view, 'session.ask_to_speak') && (
          <Button leftSection={<IconHandStop size={17} stroke={1.7} aria-hidden />} disabled={view.queueClosed} onClick={() => setAsking(true)}>{t('session.ask')}</Button>
        )}
      </header>
      {view.queueClosed && may(view, 'session.ask_to_speak') && <p className={classes.note}>{t('session.queue.closed')}</p>}
      {mine.length === 0 && refused.length === 0 && !view.queueClosed && <p className={classes.note}>{t(view.queue.length === 0 ? 'session.turn.none' : 'session.turn.waiting', { count: view.queue.length })}</p>}
      <ul className={classes.entries}>
        {mine.map((speech) => (
          <li key={speech.key} className={classes.entry} data-turn={speech.state === 'called' || undefined}>
            <span className={classes.what}>
              <span className={classes.name}>{place(speech, t)}</span>
              <span className={classes.note}>{[t(`session.kind.${speech.kind}`), speech.text].filter(Boolean).join(' · ')}</span>
            </span>
            {(speech.state === 'waiting' || speech.state === 'called') && (
              <Button size="compact-sm" variant="subtle" color="son" onClick={() => setLeaving(speech)}>{t('session.withdraw')}</Button>
            )}
          </li>
        ))}
        {refused.map((speech) => (
          <li key={speech.key} className={classes.entry}>
            <span className={classes.what}><span className={classes.name}><StatusPill tone="bad">{t('session.rejected')}</StatusPill></span><span className={classes.note}>{speech.reason}</span></span>
          </li>
        ))}
      </ul>
      <Modal opened={asking} onClose={() => setAsking(false)} withCloseButton={false} padding={0} size={480}>
        {asking && <SpeechForm view={view} meeting={meeting} onClose={() => setAsking(false)} />}
      </Modal>
      <ConfirmDialog
        opened={leaving !== null} danger title={t('session.withdraw.title')} confirm={t('session.withdraw')}
        onConfirm={async () => leaving && act({ name: 'session.withdraw_speech.1', id: view.id, base: 0, args: { meeting: view.meeting, speech: leaving.key } })}
        onClose={() => setLeaving(null)}
      />
    </section>
  );
}

function place(speech: SpeechView, t: TFunction): string {
  if (speech.state !== 'waiting') return t(`session.mine.${speech.state}`);
  return speech.accepted ? t('session.mine.place', { n: speech.place }) : t('session.mine.wish');
}
