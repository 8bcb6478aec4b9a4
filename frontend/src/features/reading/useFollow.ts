import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useSession } from '@/lib/backend';
import type { ChangeEvent } from '@/lib/events';
import { useEvents } from '@/lib/live';
import { atFirst, mayTake, standOf, type Follow, type Stand } from './follow';
import { FollowRoom } from './followRoom';
import type { Lead } from './relay';

/** A screen's part in what is led through, for components. */
export interface Following {
  room: FollowRoom | null;
  state: Follow;
  stand: Stand;
  me: string;
  mayTake: boolean;
}

const nothing = () => () => {};

/** Joins the meeting's live side while the reader is open. */
export function useFollow(meeting: string, elsewhere: (lead: Lead) => boolean): Following {
  const me = useSession().data?.person?.id ?? '';
  const latest = useRef(elsewhere);
  useLayoutEffect(() => {
    latest.current = elsewhere;
  });
  const room = useMemo(() => (me ? new FollowRoom(meeting, me, (lead) => latest.current(lead)) : null), [meeting, me]);
  useEffect(() => {
    room?.start();
    return room?.stop;
  }, [room]);
  const onEvent = useCallback(({ entity }: ChangeEvent) => {
    if (entity === 'meeting' || entity === '*') room?.changed();
  }, [room]);
  useEvents(onEvent);
  const state = useSyncExternalStore(room?.subscribe ?? nothing, room?.state ?? (() => atFirst));
  return useMemo(() => ({ room, state, stand: standOf(state, me), me, mayTake: mayTake(state, me) }), [room, state, me]);
}
