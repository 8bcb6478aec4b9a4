import { Button } from '@mantine/core';
import { IconMicrophone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LiveSession, SpeechView } from '@/lib/backend';
import { CommandKbd } from '@/ui';
import { formatLeft, formatSpan, left, measured, useNow } from './clock';
import { may, type Steps } from './steps';
import classes from './session.module.css';

/** Who has the floor, with the clock; then who was called, and who was interrupted. */
export function Floor({ view, steps }: { view: LiveSession; steps?: Steps }) {
  const { t } = useTranslation();
  const { speaking, called } = view;
  const begins = steps !== undefined && may(view, 'session.begin_speech') && speaking === undefined;
  return (
    <section className={classes.panel} data-floor aria-label={t('session.floor')}>
      {speaking ? <Speaker view={view} speech={speaking} steps={steps} /> : <p className={classes.nobody}><IconMicrophone size={18} stroke={1.6} aria-hidden /> {t('session.floor.nobody')}</p>}
      {called && (
        <div className={classes.turn}>
          <span className={classes.what}><span className={classes.note}>{t('session.called')}</span><span className={classes.name}>{called.person.name}</span></span>
          {begins && <Button size="compact-sm" rightSection={<CommandKbd id="session.begin" />} onClick={() => steps.begin(called)}>{t('session.begin')}</Button>}
        </div>
      )}
      {view.paused.map((speech, i) => (
        <div key={speech.key} className={classes.turn}>
          <span className={classes.what}><span className={classes.note}>{t('session.interrupted')}</span><span className={classes.name}>{speech.person.name}</span></span>
          {begins && <Button size="compact-sm" variant="default" rightSection={i === 0 && !called ? <CommandKbd id="session.begin" /> : undefined} onClick={() => steps.begin(speech)}>{t('session.go_on')}</Button>}
          {steps && may(view, 'session.end_speech') && <Button size="compact-sm" variant="subtle" onClick={() => steps.end(speech)}>{t('session.end')}</Button>}
        </div>
      ))}
    </section>
  );
}

function Speaker({ view, speech, steps }: { view: LiveSession; speech: SpeechView; steps?: Steps }) {
  const { t } = useTranslation();
  const now = useNow(view);
  const rest = left(speech.clock, speech.limit, now);
  const over = rest !== undefined && rest < 0;
  return (
    <div className={classes.speaker} data-over={over || undefined}>
      <span className={classes.what}>
        <span className={classes.note}>{t('session.speaking')} · {t(`session.kind.${speech.kind}`)}</span>
        <span className={classes.speakerName}>{speech.person.name}</span>
        <span className={classes.note}>{speech.title || speech.person.position}</span>
      </span>
      <span className={classes.speakerClock} role="timer" aria-label={t(over ? 'session.over' : rest === undefined ? 'session.spent' : 'session.left')}>
        <span className={classes.big}>{rest === undefined ? formatSpan(measured(speech.clock, now)) : formatLeft(rest)}</span>
        <span className={classes.note}>{t(over ? 'session.over' : rest === undefined ? 'session.spent' : 'session.left')}</span>
      </span>
      {steps && (
        <span className={classes.speakerSteps}>
          {may(view, 'session.pause_speech') && <Button size="compact-sm" variant="default" rightSection={<CommandKbd id="session.pause" />} onClick={() => steps.pause(speech)}>{t('session.pause')}</Button>}
          {may(view, 'session.end_speech') && <Button size="compact-sm" rightSection={<CommandKbd id="session.end" />} onClick={() => steps.end(speech)}>{t('session.end')}</Button>}
        </span>
      )}
    </div>
  );
}
