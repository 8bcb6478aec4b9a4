import { useCallback, useEffect, useState } from 'react';
import { api } from '@/lib/backend';
import type { Presign } from './presign';

interface Asked {
  id: string;
  file: number;
}

/**
 * What is found in the files that are to be signed, by document. They are looked
 * at one after the other, in the order in which they come: each takes the laptop's
 * whole attention, and the first is what the person reads.
 */
export function usePresigns(files: readonly Asked[]): { found: Readonly<Record<string, Presign>>; again: (id: string) => void } {
  const [found, setFound] = useState<Record<string, Presign>>({});
  const next = files.find(({ id }) => !(id in found));
  const { id, file } = next ?? {};
  useEffect(() => {
    if (id === undefined || file === undefined) return;
    const own = new AbortController();
    const done = (answer: Presign) => {
      if (!own.signal.aborted) setFound((old) => ({ ...old, [id]: answer }));
    };
    api.presign(id, file, own.signal).then((report) => done({ report }), (error: unknown) => done({ error }));
    return () => own.abort();
  }, [id, file]);
  const again = useCallback((which: string) => setFound((old) => Object.fromEntries(Object.entries(old).filter(([key]) => key !== which))), []);
  return { found, again };
}
