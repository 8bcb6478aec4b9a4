/** What is being signed now. Screens ask for it; the dialog is one for the whole program. */
import { useSyncExternalStore } from 'react';
import type { CopyOrder, SignKind } from '@/lib/backend';

export interface SigningAsk {
  kind: SignKind;
  /** Documents, in the order in which they are shown. */
  ids: readonly string[];
  /** Of kind copy: what copy is made of each. */
  copy?: CopyOrder;
  /** Of this asking: the same documents again are a new dialog. */
  turn: number;
}

let turns = 0;
let current: SigningAsk | null = null;
const listeners = new Set<() => void>();

function set(next: SigningAsk | null): void {
  current = next;
  for (const listener of listeners) listener();
}

/** Shows the documents with what it takes to sign them. Nothing is signed before the person says so there. */
export function startSigning(kind: SignKind, ids: readonly string[], copy?: CopyOrder): void {
  if (ids.length > 0) set({ kind, ids: ids.slice(0, mostAtOnce), copy, turn: ++turns });
}

export const endSigning = () => set(null);

/** More than one can look through before he signs. */
export const mostAtOnce = 100;

export function useSigningAsk(): SigningAsk | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
