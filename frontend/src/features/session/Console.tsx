import { Button } from '@mantine/core';
import { IconDeviceTv } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession, MeetingView } from '@/lib/backend';
import { useCommands, type Command } from '@/lib/commands';
import { paths } from '@/lib/router';
import { formatClock } from '@/lib/time';
import { ConfirmDialog, notify, StatusPill, useAct } from '@/ui';
import { Agenda } from './Agenda';
import { CheckIn, isHere } from './CheckIn';
import { formatSpan, measured, useNow } from './clock';
import { Floor } from './Floor';
import { Help } from './Help';
import { Queue } from './Queue';
import { may, nextItem, useSteps, type Steps } from './steps';
import classes from './session.module.css';

/** The chair's and the secretary's screen: everything on one page, everything by one key. */
export function Console({ view, meeting }: { view: LiveSession; meeting: MeetingView }) {
  const steps = useSteps(view);
  useKeys(view, steps);
  return (
    <div className={classes.console}>
      <Bar view={view} />
      <div className={classes.columns}>
        <div className={classes.column}>
          {view.me && !isHere(view.me) && <CheckIn view={view} me={view.me} form={meeting.form} />}
          <Agenda view={view} steps={steps} />
          <Help view={view} steps={steps} />
        </div>
        <div className={classes.column}>
          <Floor view={view} steps={steps} />
          <Queue view={view} steps={steps} meeting={meeting} />
        </div>
      </div>
    </div>
  );
}

/** One key for each step that comes next. */
function useKeys(view: LiveSession, steps: Steps) {
  const first = view.queue[0];
  const turn = view.called ?? view.paused[0];
  const { speaking } = view;
  const next = nextItem(view);
  const live = view.status === 'LIVE';
  useCommands(
    useMemo(() => {
      const command = (id: string, key: string, when: boolean, run: () => void): Command => ({
        id: `session.${id}`, label: `session.key.${id}`, group: 'list', hotkeys: [key], when: () => when, run,
      });
      return [
        command('call', 'n', live && first !== undefined, () => first && steps.call(first)),
        command('begin', 'b', live && turn !== undefined && speaking === undefined, () => turn && steps.begin(turn)),
        command('pause', 'p', speaking !== undefined, () => speaking && steps.pause(speaking)),
        command('end', 'e', speaking !== undefined, () => speaking && steps.end(speaking)),
        command('next', 'x', live && next !== undefined, () => next && steps.item(next, 'next')),
      ];
    }, [live, first, turn, speaking, next, steps]),
  );
}

/** Time, quorum and what moves the whole meeting. */
function Bar({ view }: { view: LiveSession }) {
  const { t } = useTranslation();
  const now = useNow(view);
  return (
    <section className={classes.bar} aria-label={t('session.bar')}>
      <div className={classes.fact}>
        <span className={classes.label}>{t('session.clock')}</span>
        <span className={classes.time}>{formatSpan(measured(view.clock, now))}</span>
      </div>
      <div className={classes.fact}>
        <span className={classes.label}>{t('session.planned')}</span>
        <span>{t('session.from_to', { from: formatClock(view.start), to: formatClock(view.end) })}</span>
      </div>
      {view.ends !== undefined && (
        <div className={classes.fact}>
          <span className={classes.label}>{t('session.ends')}</span>
          <span data-tone={view.warnings.includes('running_late') || view.warnings.includes('meeting_over') ? 'warn' : undefined}>{formatClock(view.ends)}</span>
        </div>
      )}
      <div className={classes.fact}>
        <span className={classes.label}>{t('session.quorum')}</span>
        <span>
          {t('session.quorum.of', { present: view.quorum.present, entitled: view.quorum.entitled })}{' '}
          {view.quorum.required > 0 && (
            <StatusPill tone={view.quorum.reached ? 'ok' : 'bad'}>
              {t(view.quorum.reached ? 'session.quorum.reached' : 'session.quorum.missing', { count: view.quorum.required - view.quorum.present })}
            </StatusPill>
          )}
        </span>
      </div>
      <div className={classes.barEnd}>
        <Button component="a" href={paths.display(view.meeting)} target="_blank" rel="noopener" variant="subtle" size="compact-md" leftSection={<IconDeviceTv size={16} stroke={1.7} aria-hidden />}>{t('session.display')}</Button>
        <Course view={view} />
      </div>
    </section>
  );
}

type Asking = 'start' | 'pause' | 'finish' | null;

/** Start, pause, go on, finish. */
function Course({ view }: { view: LiveSession }) {
  const { t } = useTranslation();
  const act = useAct();
  const [asking, setAsking] = useState<Asking>(null);
  const give = (name: 'session.start.1' | 'session.pause.1' | 'session.resume.1' | 'session.finish.1', text?: string) =>
    act({ name, id: view.id, base: 0, args: { meeting: view.meeting, text: text || undefined } });
  const close = () => setAsking(null);
  const [busy, setBusy] = useState(false);
  const resume = async () => {
    setBusy(true);
    await give('session.resume.1').catch((error: unknown) => notify.error(error));
    setBusy(false);
  };
  return (
    <>
      {may(view, 'session.start') && <Button size="compact-md" onClick={() => setAsking('start')}>{t('session.start')}</Button>}
      {may(view, 'session.pause') && <Button size="compact-md" variant="default" onClick={() => setAsking('pause')}>{t('session.pause')}</Button>}
      {may(view, 'session.resume') && <Button size="compact-md" loading={busy} onClick={() => void resume()}>{t('session.resume')}</Button>}
      {may(view, 'session.finish') && <Button size="compact-md" variant="light" color="son" onClick={() => setAsking('finish')}>{t('session.finish')}</Button>}
      <ConfirmDialog opened={asking === 'start'} title={t('session.start.title')} confirm={t('session.start')} text={t(view.quorum.reached ? 'session.start.text' : 'session.start.no_quorum', view.quorum)} onConfirm={() => give('session.start.1')} onClose={close} />
      <ConfirmDialog opened={asking === 'pause'} title={t('session.pause.title')} confirm={t('session.pause')} text={t('session.pause.text')} reason={{ label: t('session.pause.reason') }} onConfirm={(text) => give('session.pause.1', text)} onClose={close} />
      <ConfirmDialog opened={asking === 'finish'} danger title={t('session.finish.title')} confirm={t('session.finish')} text={t('session.finish.text')} onConfirm={() => give('session.finish.1')} onClose={close} />
    </>
  );
}
