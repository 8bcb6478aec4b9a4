import { ActionIcon, Button } from '@mantine/core';
import { IconCalendarOff, IconCheck, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LiveSession, SessionItemView } from '@/lib/backend';
import { CommandKbd, StatusPill, type Tone } from '@/ui';
import { formatLeft, formatSpan, left, measured, useNow } from './clock';
import { may, nextItem, type Steps } from './steps';
import classes from './session.module.css';

const tones: Record<SessionItemView['state'], Tone> = { CHUA: 'neutral', DANG: 'ok', TAM_DUNG: 'warn', XONG: 'info', HOAN: 'warn' };

/** The agenda with how far it is; for those who move it, with the steps. */
export function Agenda({ view, steps }: { view: LiveSession; steps?: Steps }) {
  const { t } = useTranslation();
  const now = useNow(view);
  const moves = steps !== undefined && may(view, 'session.item');
  const next = nextItem(view);
  return (
    <section className={classes.panel} aria-labelledby="session-agenda">
      <header className={classes.head}>
        <h2 id="session-agenda" className={classes.title}>{t('session.agenda')}</h2>
        {moves && view.status === 'LIVE' && next && (
          <Button size="compact-sm" variant="light" rightSection={<CommandKbd id="session.next" />} onClick={() => steps.item(next, 'next')}>
            {t(view.current ? 'session.item.next' : 'session.item.first')}
          </Button>
        )}
      </header>
      {view.hidden && <p className={classes.note}>{t('session.item.hidden')}</p>}
      {view.items.length === 0 ? <p className={classes.note}>{t('session.agenda.none')}</p> : (
        <ol className={classes.items}>
          {view.items.map((item, i) => (
            <li key={item.key} className={classes.item} data-current={item.key === view.current || undefined} aria-current={item.key === view.current ? 'step' : undefined}>
              <span className={classes.no}>{i + 1}</span>
              <span className={classes.what}>
                <span className={classes.name}>{item.title}</span>
                <span className={classes.note}>{item.presenters.join(', ')}</span>
              </span>
              <ItemTime item={item} now={now} />
              {moves && <ItemSteps item={item} steps={steps} live={view.status === 'LIVE'} />}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function ItemTime({ item, now }: { item: SessionItemView; now: number }) {
  const { t } = useTranslation();
  const rest = left(item.clock, item.planned, now);
  if (item.state === 'DANG' || item.state === 'TAM_DUNG') {
    return (
      <span className={classes.spent} data-over={(rest ?? 0) < 0 || undefined}>
        <span className={classes.time}>{rest === undefined ? formatSpan(measured(item.clock, now)) : formatLeft(rest)}</span>
        <span className={classes.note}>{t(item.state === 'TAM_DUNG' ? 'session.item.state.TAM_DUNG' : rest === undefined ? 'session.spent' : rest < 0 ? 'session.over' : 'session.left')}</span>
      </span>
    );
  }
  return (
    <span className={classes.spent}>
      {item.state === 'CHUA' ? item.planned && <span className={classes.note}>{t('session.minutes', { count: item.planned / 60_000 })}</span> : (
        <StatusPill tone={tones[item.state]}>{t(`session.item.state.${item.state}`)}</StatusPill>
      )}
    </span>
  );
}

function ItemSteps({ item, steps, live }: { item: SessionItemView; steps: Steps; live: boolean }) {
  const { t } = useTranslation();
  const running = item.state === 'DANG';
  return (
    <span className={classes.steps}>
      {running ? (
        <ActionIcon variant="subtle" aria-label={t('session.item.pause', { title: item.title })} title={t('session.pause')} onClick={() => steps.item(item, 'pause')}><IconPlayerPause size={16} /></ActionIcon>
      ) : (
        <ActionIcon variant="subtle" disabled={!live} aria-label={t('session.item.start', { title: item.title })} title={t('session.item.begin')} onClick={() => steps.item(item, 'start')}><IconPlayerPlay size={16} /></ActionIcon>
      )}
      {running || item.state === 'TAM_DUNG' ? (
        <ActionIcon variant="subtle" aria-label={t('session.item.finish', { title: item.title })} title={t('session.item.done')} onClick={() => steps.item(item, 'finish')}><IconCheck size={16} /></ActionIcon>
      ) : (
        <ActionIcon variant="subtle" disabled={item.state !== 'CHUA'} aria-label={t('session.item.defer', { title: item.title })} title={t('session.item.later')} onClick={() => steps.item(item, 'defer')}><IconCalendarOff size={16} /></ActionIcon>
      )}
    </span>
  );
}
