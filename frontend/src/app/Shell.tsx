import { Suspense, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Redirect } from 'wouter';
import { ForgottenNotice } from '@/features/enrolment';
import { LostWork } from '@/features/login';
import { SigningHost } from '@/features/signing';
import { MachineNotice, SyncPanel } from '@/features/sync';
import type { Session } from '@/lib/backend';
import { useCommands } from '@/lib/commands';
import { listenForHotkeys } from '@/lib/hotkeys';
import { useNotices } from '@/lib/notices';
import { usePrefs } from '@/lib/prefs';
import { paths, Route, Switch, useLocation } from '@/lib/router';
import { Empty, Loading, Palette } from '@/ui';
import { CatchErrors } from './CatchErrors';
import { DemoBanner } from './DemoBanner';
import { featureCommands, nav, paletteProviders, routes } from './features';
import { shellCommands } from './shellCommands';
import { ShortcutHelp } from './ShortcutHelp';
import { Sidebar } from './Sidebar';
import { TopBar } from './TopBar';
import classes from './shell.module.css';

type Overlay = 'palette' | 'sync' | 'help' | null;

/** The frame around every screen. */
export function Shell({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [location] = useLocation();
  const [overlay, setOverlay] = useState<Overlay>(null);
  const { sidebar } = usePrefs();

  useEffect(() => listenForHotkeys(), []);
  useNotices();
  const parts = useMemo(() => nav.filter((item) => item.wanted?.(session) ?? true), [session]);
  useCommands(useMemo(() => [...shellCommands({ show: setOverlay, nav: parts }), ...featureCommands], [parts]));
  useEffect(() => {
    document.title = session.person ? `${session.person.name} · ${t('app.name')}` : t('app.name');
  }, [session.person, t]);

  const close = () => setOverlay(null);
  return (
    <div className={classes.shell} data-sidebar={sidebar}>
      <a className={classes.skip} href="#noi-dung">{t('shell.skip')}</a>
      <Sidebar nav={parts} />
      <div className={classes.column}>
        {session.demo && <DemoBanner demo={session.demo} />}
        <TopBar session={session} onSync={() => setOverlay('sync')} />
        <MachineNotice />
        <ForgottenNotice />
        <main id="noi-dung" className={classes.main} tabIndex={-1}>
          <CatchErrors key={location.split('/')[1]}>
            <Suspense fallback={<Loading />}>
              <Switch>
                {routes.filter((route) => !route.bare).map(({ path, screen: Screen }) => (
                  <Route key={path} path={path}><Screen /></Route>
                ))}
                <Route path="/"><Redirect to={paths.desk} replace /></Route>
                {/* An invitation that was opened where the laptop is somebody's already; ForgottenNotice has taken it where it is needed. */}
                <Route path="/moi/*"><Redirect to={paths.desk} replace /></Route>
                <Route><Empty title={t('screen.not_found')} text={t('screen.not_found.text')} /></Route>
              </Switch>
            </Suspense>
          </CatchErrors>
        </main>
      </div>
      <SigningHost />
      <LostWork />
      <Palette opened={overlay === 'palette'} onClose={close} providers={paletteProviders} />
      <SyncPanel opened={overlay === 'sync'} onClose={close} />
      <ShortcutHelp opened={overlay === 'help'} onClose={close} />
    </div>
  );
}
