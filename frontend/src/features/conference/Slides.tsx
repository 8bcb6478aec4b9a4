import { Suspense, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Followed } from '@/features/reading';
import { Loading } from '@/ui';
import type { Hall } from './hall';
import { atFirst } from './state';
import { Picture } from './Tile';
import { useWakeLock } from './useWakeLock';
import classes from './hall.module.css';

declare global {
  interface Window {
    /** For the second window of the same machine: a station has one connection only. */
    khonggiayHall?: Hall;
  }
}

/** The room's page that opened this window, as long as it is there. */
function ownHall(): Hall | undefined {
  try {
    return (window.opener as Window | null)?.khonggiayHall;
  } catch {
    return undefined; // of another origin
  }
}

const nothing = () => () => {};

/** The second screen of a meeting point: the screen that somebody shows, else the page that all follow. */
export function Slides({ meeting }: { meeting: string }) {
  const { t } = useTranslation();
  const hall = useMemo(() => ownHall(), []);
  const state = useSyncExternalStore(hall?.subscribe ?? nothing, hall?.state ?? (() => atFirst));
  const { screen } = state.view;
  useWakeLock();
  useEffect(() => {
    document.title = t('conference.slides.title');
  }, [t]);
  useEffect(() => {
    hall?.watch('slides', screen && screen !== state.hello?.station ? [{ station: screen, track: 'screen', height: 1080, rank: 0 }] : []);
    return () => hall?.watch('slides', []);
  }, [hall, screen, state.hello?.station]);
  const picture = screen ? hall?.picture(screen, 'screen') : null;
  return (
    <main className={classes.slides} aria-label={t('conference.slides.title')}>
      {picture ? <div><Picture stream={picture.stream} fit="contain" /></div> : <div style={{ background: 'var(--kg-surface)', color: 'var(--kg-text)' }}><Suspense fallback={<Loading />}><Followed meeting={meeting} /></Suspense></div>}
    </main>
  );
}
