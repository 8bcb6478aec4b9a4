import { useEffect, useMemo, useRef } from 'react';
import { navigate, paths } from '@/lib/router';
import type { Material } from './materials';
import { materialUrl } from '@/lib/backend';
import { reachOf, type Reach } from './relay';
import type { Following } from './useFollow';

/** Brings who follows to the leader's material, as far as it can be read here. */
export function useLed(meeting: string, materials: readonly Material[], open: string, { room, state: { place }, stand }: Following): Reach | null {
  const follows = stand === 'follows';
  const reach = useMemo(() => (follows && place ? reachOf(materials, place) : null), [follows, place, materials]);
  const target = reach?.kind === 'here' ? reach.material.id : '';
  // The material that this screen was brought to.
  const at = useRef('');
  useEffect(() => {
    if (target === '' || target === open) at.current = target;
    else if (at.current === target) room?.own(); // he opened another one himself
    else navigate(paths.reading(meeting, target), { replace: true });
  }, [meeting, target, open, room]);
  useFetched(meeting, reach);
  return reach;
}

/** Has a version that is waited for brought before others. */
function useFetched(meeting: string, reach: Reach | null) {
  const url = reach?.kind === 'coming' && reach.version ? materialUrl(meeting, reach.material.id, reach.version.key) : '';
  useEffect(() => {
    if (!url) return;
    const stop = new AbortController();
    void fetch(url, { headers: { Range: 'bytes=0-0' }, signal: stop.signal }).catch(() => {}); // the list says how far it is
    return () => stop.abort();
  }, [url]);
}
