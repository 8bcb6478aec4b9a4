import { IconLock } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ShortcutHelp } from '@/app/ShortcutHelp';
import { useParams } from '@/lib/router';
import { formatClock } from '@/lib/time';
import { Console } from './Console';
import { Network } from './Network';
import { Notices } from './Notices';
import { Panel, type PanelName } from './Panel';
import { Reactions } from './Reactions';
import { SelfTest } from './SelfTest';
import { Sound } from './Sound';
import { Stage } from './Stage';
import { leads } from './state';
import { Toolbar } from './Toolbar';
import { useHall, useHostNow, useStation } from './useHall';
import { useWakeLock } from './useWakeLock';
import type { HallMeeting } from './protocol';
import classes from './hall.module.css';

/** Where people sit together: what all see, what the person may do, and one pane beside it. */
export function Room({ meeting }: { meeting: HallMeeting }) {
  const { t } = useTranslation();
  const { view = '' } = useParams();
  const state = useHall();
  const [panel, setPanel] = useState<PanelName | null>(state.hello?.kind === 'point' ? 'point' : null);
  const [over, setOver] = useState<'help' | 'test' | null>(null);
  const leading = view === 'dieu-hanh' && leads(state);
  useWakeLock();
  useShared();
  useEffect(() => {
    document.title = `${meeting.title} · ${t('conference.title')}`;
  }, [meeting.title, t]);
  const open = (name: PanelName) => setPanel((now) => (now === name ? null : name));
  return (
    <div className={classes.room}>
      <header className={classes.top}>
        <h1 className={`${classes.topTitle} kg-clip`}>{meeting.title}</h1>
        {state.door.locked && <span className={classes.locked} title={t('conference.notice.locked')}><IconLock size={15} stroke={1.8} aria-hidden /> {t('conference.locked')}</span>}
        <span className={classes.spring} />
        <Network onTest={() => setOver('test')} />
        <Clock ahead={state.ahead} />
      </header>
      <Notices onTest={() => setOver('test')} onPoint={() => setPanel('point')} />
      <main className={classes.middle}>
        {leading ? <Console meeting={meeting} /> : <div className={classes.stageBox}><Stage /><Reactions /></div>}
        {panel && <Panel name={panel} meeting={meeting} onClose={() => setPanel(null)} onTest={() => setOver('test')} />}
      </main>
      <Toolbar meeting={meeting} panel={panel} console={leading} onPanel={open} onHelp={() => setOver('help')} />
      <Sound />
      <ShortcutHelp opened={over === 'help'} onClose={() => setOver(null)} />
      <SelfTest meeting={meeting.id} opened={over === 'test'} onClose={() => setOver(null)} />
    </div>
  );
}

function Clock({ ahead }: { ahead: number }) {
  return <time className={classes.clock}>{formatClock(useHostNow(ahead))}</time>;
}

/** A second window of this page shows the screen that is shared here. */
function useShared() {
  const { hall } = useStation();
  useEffect(() => {
    window.khonggiayHall = hall;
    return () => {
      delete window.khonggiayHall;
    };
  }, [hall]);
}
