import { useSyncExternalStore } from 'react';

/** What takes the noise out of the microphone: a network in the page, the browser, or nothing. */
export type Noise = 'network' | 'browser' | 'off';

/** Devices and what is saved on, kept on this machine only. */
export interface HallPrefs {
  /** Ids of devices; "" for the system's choice. */
  mic: string;
  camera: string;
  speaker: string;
  micOn: boolean;
  cameraOn: boolean;
  noise: Noise;
  /** For weak machines: one layer, and no pictures but of who has the floor. */
  lowCpu: boolean;
  /** For weak lines: no pictures at all. */
  audioOnly: boolean;
  /** The meeting point that came in last from here. */
  point: string;
}

const storageKey = 'khonggiay.conference';
const initial: HallPrefs = { mic: '', camera: '', speaker: '', micOn: false, cameraOn: true, noise: 'network', lowCpu: false, audioOnly: false, point: '' };
const listeners = new Set<() => void>();
let current = read();

function read(): HallPrefs {
  try {
    return { ...initial, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<HallPrefs>) };
  } catch {
    return initial;
  }
}

export const hallPrefs = (): HallPrefs => current;

export function setHallPrefs(change: Partial<HallPrefs>): void {
  current = { ...current, ...change };
  localStorage.setItem(storageKey, JSON.stringify(current));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useHallPrefs = (): HallPrefs => useSyncExternalStore(subscribe, hallPrefs);
