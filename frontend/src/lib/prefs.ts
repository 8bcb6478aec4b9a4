import { useSyncExternalStore } from 'react';

/** How the screen is laid out, kept on this machine only. */
export interface Prefs {
  density: 'compact' | 'normal' | 'airy';
  sidebar: 'open' | 'narrow';
  /** New work is told by the system's notifications. */
  notices: boolean;
}

const storageKey = 'khonggiay.prefs';
const initial: Prefs = { density: 'normal', sidebar: 'open', notices: false };
const listeners = new Set<() => void>();
let current: Prefs = read();

function read(): Prefs {
  try {
    return { ...initial, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Prefs>) };
  } catch {
    return initial;
  }
}

/** Puts the saved density on the page; call once before the first render. */
export function applyPrefs(): void {
  document.documentElement.dataset.kgDensity = current.density;
}

export function setPrefs(change: Partial<Prefs>): void {
  current = { ...current, ...change };
  localStorage.setItem(storageKey, JSON.stringify(current));
  applyPrefs();
  for (const listener of listeners) listener();
}

export function usePrefs(): Prefs {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
