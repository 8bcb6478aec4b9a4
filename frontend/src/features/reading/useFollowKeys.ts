import { useLayoutEffect, useMemo, useRef } from 'react';
import { useCommands, type Command } from '@/lib/commands';
import type { Following } from './useFollow';

/** The keys of following and leading. */
export function useFollowKeys(following: Following) {
  const latest = useRef(following);
  useLayoutEffect(() => {
    latest.current = following;
  });
  const list = useMemo<Command[]>(() => [
    {
      id: 'reading.follow', label: 'reading.follow.toggle', group: 'pdf', hotkeys: ['t'],
      when: () => latest.current.stand === 'follows' || latest.current.stand === 'own',
      run: () => (latest.current.stand === 'own' ? latest.current.room?.follow() : latest.current.room?.own()),
    },
    {
      id: 'reading.lead', label: 'reading.follow.present', group: 'pdf', hotkeys: ['p'],
      when: () => latest.current.mayTake || latest.current.stand === 'leads',
      run: () => (latest.current.stand === 'leads' ? latest.current.room?.release() : latest.current.room?.take()),
    },
  ], []);
  useCommands(list);
}
