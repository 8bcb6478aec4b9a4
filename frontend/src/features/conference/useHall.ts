import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { notify } from '@/ui';
import type { LocalState } from './local';
import type { HallState } from './state';
import type { OwnStation } from './station';

const StationContext = createContext<OwnStation | null>(null);

export const StationProvider = StationContext.Provider;

/** This machine as a station of the conference around the component. */
export function useStation(): OwnStation {
  const station = useContext(StationContext);
  if (!station) throw new Error('no conference around this component');
  return station;
}

/** What is known of the conference. */
export function useHall(): HallState {
  const { hall } = useStation();
  return useSyncExternalStore(hall.subscribe, hall.state);
}

/** The devices of this machine. */
export function useLocal(): LocalState {
  const { local } = useStation();
  return useSyncExternalStore(local.subscribe, local.state);
}

/** The host's time, every second, and at a moment of it that something waits for. */
export function useHostNow(ahead: number, turns = 0): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (turns === 0) return;
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, turns - ahead - Date.now()) + 5);
    return () => clearTimeout(timer);
  }, [turns, ahead]);
  return now + ahead;
}

/** Runs what may be refused, and says so. */
export function useRun(): (it: Promise<unknown>) => void {
  return useCallback((it) => void it.catch((error: unknown) => notify.error(error)), []);
}
