/** The delegation under which the person works in this window, when he chose one. */
import { useSyncExternalStore } from 'react';
import type { AnyGive, Session } from './backend';

type Delegation = Session['delegations'][number];

const storageKey = 'khonggiay.acting';
const listeners = new Set<() => void>();

/** Chooses the delegation for what is done from now on; null is the person's own work. */
export function actUnder(delegation: string | null): void {
  if (delegation) sessionStorage.setItem(storageKey, delegation);
  else sessionStorage.removeItem(storageKey);
  for (const listener of listeners) listener();
}

/** The chosen delegation while it is in force; one that has ended lends nothing and is not shown. */
export function actingOf(session: Session | undefined, chosen = sessionStorage.getItem(storageKey)): Delegation | undefined {
  return chosen === null ? undefined : session?.delegations.find((delegation) => delegation.id === chosen && delegation.end > Date.now());
}

export function useActing(session: Session | undefined): Delegation | undefined {
  const chosen = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => sessionStorage.getItem(storageKey),
  );
  return actingOf(session, chosen);
}

/**
 * The command as it is given: work on documents carries the chosen delegation,
 * unless the screen named one. What is the person's own (having seen something,
 * his templates, his delegations) never does.
 */
export function underDelegation(give: AnyGive, session: Session | undefined): AnyGive {
  if (give.delegation || !give.name.startsWith('document.') || give.name === 'document.seen.1') return give;
  const acting = actingOf(session);
  return acting ? { ...give, delegation: acting.id } : give;
}
