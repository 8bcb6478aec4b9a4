import {
  IconDeviceDesktopShare, IconFileText, IconHandStop, IconLayoutDashboard, IconLogout, IconMessage, IconMicrophone, IconMicrophoneOff, IconMoodSmile, IconSettings, IconUsers, IconVideo, IconVideoOff,
  IconBroadcast,
} from '@tabler/icons-react';
import { Menu } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands, type Command } from '@/lib/commands';
import { navigate, paths } from '@/lib/router';
import { ConfirmDialog } from '@/ui';
import { LookChoice } from './Look';
import type { PanelName } from './Panel';
import { reactions, type HallMeeting } from './protocol';
import { isSilenced, leads } from './state';
import { useHall, useLocal, useRun, useStation } from './useHall';
import classes from './hall.module.css';

interface Props {
  meeting: HallMeeting;
  panel: PanelName | null;
  console: boolean;
  onPanel: (name: PanelName) => void;
  onHelp: () => void;
}

/** Everything that the person does, each by one click or one key. */
export function Toolbar({ meeting, panel, console: board, onPanel, onHelp }: Props) {
  const { t } = useTranslation();
  const station = useStation();
  const { hall } = station;
  const state = useHall();
  const run = useRun();
  const [leaving, setLeaving] = useState(false);
  const { wants, me, talk, hello, stations } = state;
  const { cameraOpens } = useLocal();
  const own = stations.get(hello?.station ?? '');
  const raised = Boolean(own?.h);
  const silenced = isSilenced(state);
  const leading = leads(state);
  const waiting = state.door.waiting ?? 0;
  const unread = useUnread(state.chat.length, panel === 'chat');
  const mayShow = (me?.may.includes('screen') ?? false) || wants.screen;
  const turn = useMemo(() => ({
    mic: () => run(station.mic(!hall.state().wants.audio)),
    camera: () => run(station.camera(!hall.state().wants.camera && !station.local.state().cameraOpens)),
    share: () => run(station.screen(!hall.state().wants.screen)),
    hand: () => run(hall.hand(!hall.state().stations.get(hall.state().hello?.station ?? '')?.h)),
    console: () => navigate(paths.hall(meeting.id, board ? undefined : 'dieu-hanh')),
    leave: () => setLeaving(true),
  }), [run, station, hall, meeting.id, board]);
  useKeys(turn, { onPanel, onHelp, leading, mayShow, papers: meeting.id !== '' });
  useHeldKey();
  const micKey = silenced ? 'conference.mic.silenced' : wants.audio ? 'conference.mic.on' : 'conference.mic.off';
  const cameraKey = wants.camera ? 'conference.camera.on' : cameraOpens ? 'conference.camera.opens' : 'conference.camera.shut';
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('conference.toolbar')}>
      <Tool icon={wants.audio ? IconMicrophone : IconMicrophoneOff} label={t(micKey)} hint={t('conference.key.mic')} keys="M" pressed={wants.audio} tone={silenced ? 'warn' : wants.audio ? undefined : 'bad'} onClick={turn.mic} />
      <Tool icon={wants.camera ? IconVideo : IconVideoOff} label={t(cameraKey)} hint={t('conference.key.camera')} keys="V" pressed={wants.camera || cameraOpens} tone={wants.camera || cameraOpens ? undefined : 'bad'} onClick={turn.camera} />
      {mayShow && <Tool icon={IconDeviceDesktopShare} label={t(wants.screen ? 'conference.share.stop' : 'conference.share')} hint={t('conference.key.share')} keys="S" pressed={wants.screen} onClick={turn.share} />}
      <Tool icon={IconHandStop} label={t(raised ? 'conference.hand.lower' : 'conference.hand')} hint={t('conference.key.hand')} keys="H" pressed={raised} onClick={turn.hand} />
      {talk.reactions && <React />}
      {!board && <LookChoice />}
      <span className={classes.gap} />
      {talk.chat !== undefined && !meeting.secret && <Tool icon={IconMessage} label={t('conference.chat')} hint={t('conference.key.chat')} keys="C" expanded={panel === 'chat'} count={unread} onClick={() => onPanel('chat')} />}
      <Tool icon={IconUsers} label={t('conference.people')} hint={t('conference.key.people')} keys="P" expanded={panel === 'people'} onClick={() => onPanel('people')} />
      {meeting.id && <Tool icon={IconFileText} label={t('conference.papers')} hint={t('conference.key.papers')} keys="D" expanded={panel === 'papers'} onClick={() => onPanel('papers')} />}
      {hello?.kind === 'point' && <Tool icon={IconBroadcast} label={t('conference.point')} hint={t('conference.key.point')} keys="B" expanded={panel === 'point'} onClick={() => onPanel('point')} />}
      <Tool icon={IconSettings} label={t('conference.settings')} hint={t('conference.key.settings')} keys="," expanded={panel === 'settings'} onClick={() => onPanel('settings')} />
      {leading && <Tool icon={IconLayoutDashboard} label={t('conference.console')} hint={t('conference.key.console')} keys="O" pressed={board} count={waiting} onClick={turn.console} />}
      <span className={classes.gap} />
      <Tool icon={IconLogout} label={t('conference.leave')} hint={t('conference.key.leave')} keys="L" tone="bad" onClick={turn.leave} />
      <ConfirmDialog
        opened={leaving} danger title={t('conference.leave.title')} text={t('conference.leave.text')} confirm={t('conference.leave')} onClose={() => setLeaving(false)}
        onConfirm={() => {
          station.leave();
          if (meeting.id) navigate(paths.meeting(meeting.id));
        }}
      />
    </div>
  );
}

interface ToolProps {
  icon: typeof IconVideo;
  label: string;
  hint: string;
  keys: string;
  pressed?: boolean;
  expanded?: boolean;
  tone?: 'bad' | 'warn';
  count?: number;
  onClick: () => void;
}

function Tool({ icon: Icon, label, hint, keys, pressed, expanded, tone, count, onClick }: ToolProps) {
  return (
    <button type="button" className={classes.tool} data-tone={tone} aria-pressed={pressed} aria-expanded={expanded} title={`${hint} (${keys})`} aria-keyshortcuts={keys} onClick={onClick}>
      <Icon size={20} stroke={1.7} aria-hidden />
      {label}
      {count ? <span className={classes.dot}>{count > 99 ? '99+' : count}</span> : null}
    </button>
  );
}

function React(): ReactNode {
  const { t } = useTranslation();
  const { hall } = useStation();
  const run = useRun();
  return (
    <Menu position="top" withinPortal>
      <Menu.Target><button type="button" className={classes.tool} title={t('conference.react')}><IconMoodSmile size={20} stroke={1.7} aria-hidden />{t('conference.react')}</button></Menu.Target>
      <Menu.Dropdown>{reactions.map((kind) => <Menu.Item key={kind} onClick={() => run(hall.react(kind))}>{t(`conference.react.${kind}`)}</Menu.Item>)}</Menu.Dropdown>
    </Menu>
  );
}

/** Lines that have come since the chat was last seen. */
function useUnread(count: number, open: boolean): number {
  const [seen, setSeen] = useState(count);
  if (open && seen !== count) setSeen(count);
  return open ? 0 : Math.max(0, count - seen);
}

function useKeys(turn: Record<'mic' | 'camera' | 'share' | 'hand' | 'console' | 'leave', () => void>, { onPanel, onHelp, leading, mayShow, papers }: Pick<Props, 'onPanel' | 'onHelp'> & { leading: boolean; mayShow: boolean; papers: boolean }) {
  const latest = useRef({ onPanel, onHelp });
  useEffect(() => {
    latest.current = { onPanel, onHelp };
  });
  useCommands(useMemo<Command[]>(() => {
    const command = (id: string, key: string, run: () => void, when = true): Command => ({
      id: `conference.${id}`, label: `conference.key.${id}`, group: 'view', hotkeys: [key], hidden: true, when: () => when, run,
    });
    const panel = (name: PanelName, key: string, when = true) => command(name, key, () => latest.current.onPanel(name), when);
    return [
      command('mic', 'm', turn.mic), command('camera', 'v', turn.camera), command('share', 's', turn.share, mayShow), command('hand', 'h', turn.hand),
      panel('chat', 'c'), panel('people', 'p'), panel('papers', 'd', papers), panel('point', 'b'), panel('settings', ','),
      command('console', 'o', turn.console, leading), command('leave', 'l', turn.leave), command('fullscreen', 'f', toggleFullscreen), command('help', '?', () => latest.current.onHelp()),
      { id: 'conference.talk', label: 'conference.key.talk', group: 'view', hotkeys: ['space'], hidden: true },
    ];
  }, [turn, leading, mayShow, papers]));
}

/** For the television of a meeting point. */
function toggleFullscreen() {
  void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => {}); // the browser says why
}

const ownKeys = 'input, textarea, select, button, a, [contenteditable], [role="grid"], [role="option"], [role="menuitem"], [aria-modal="true"]';

/** Space opens the microphone for as long as it is held. */
function useHeldKey() {
  const station = useStation();
  const run = useRun();
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.code !== 'Space' || event.repeat || event.ctrlKey || event.altKey || event.metaKey || (event.target instanceof Element && event.target.closest(ownKeys))) return;
      event.preventDefault();
      run(station.talk(true));
    };
    const up = (event: KeyboardEvent) => {
      if (event.code === 'Space') run(station.talk(false));
    };
    const away = () => run(station.talk(false));
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', away);
    return () => {
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', away);
    };
  }, [station, run]);
}
