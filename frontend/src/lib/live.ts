/** The event stream for components: its state, and single events (progress of an enrolment). */
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { ChangeEvent, EventStream, StreamState } from './events';

const StreamContext = createContext<EventStream | null>(null);

export const StreamProvider = StreamContext.Provider;

const noSubscribe = () => () => {};

/** Whether this window hears of changes. */
export function useStreamState(): StreamState {
  const stream = useContext(StreamContext);
  return useSyncExternalStore(stream?.subscribe ?? noSubscribe, stream?.state ?? (() => 'closed' as const));
}

/** Calls back for every event; keep the function stable. */
export function useEvents(listener: (event: ChangeEvent) => void): void {
  const stream = useContext(StreamContext);
  useEffect(() => stream?.onChange(listener), [stream, listener]);
}
