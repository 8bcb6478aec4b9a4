import { useEffect, useMemo, useState } from 'react';
import type { MarkBody } from '@/lib/backend';
import { readPdf, type TextPage } from '@/ui';
import type { ShownMark } from './marks';
import { reanchor } from './reanchor';

export interface Anchored {
  placed: ShownMark[];
  lost: ShownMark[];
}

/**
 * Marks as they stand in the version that is read. Those of another version are
 * looked for in its text, which is read for them alone; until then, and when it
 * cannot be read, they are in neither list.
 */
export function useReanchored(marks: readonly ShownMark[], version: number, url: string): Anchored {
  const foreign = useMemo(() => marks.filter((mark) => mark.version !== version), [marks, version]);
  const [found, setFound] = useState<{ of: readonly ShownMark[]; bodies: ReadonlyMap<ShownMark, MarkBody | null> } | null>(null);
  useEffect(() => {
    if (foreign.length === 0) return;
    const stop = new AbortController();
    const look = async () => {
      const file = await readPdf(url, stop.signal);
      const pages: TextPage[] = [];
      for (let i = 0; i < file.count && !stop.signal.aborted; i++) pages.push(await file.page(i));
      if (!stop.signal.aborted) setFound({ of: foreign, bodies: new Map(foreign.map((mark) => [mark, reanchor(mark.body, pages)])) });
    };
    look().catch(() => {}); // the view says what is wrong with the file
    return () => stop.abort();
  }, [foreign, url]);
  return useMemo(() => {
    const placed = marks.filter((mark) => mark.version === version);
    const lost: ShownMark[] = [];
    for (const mark of found?.of === foreign ? foreign : []) {
      const body = found?.bodies.get(mark);
      if (body) placed.push({ ...mark, version, body });
      else if (mark.mine) lost.push(mark);
    }
    return { placed: placed.toSorted((a, b) => a.body.page - b.body.page || a.key - b.key), lost };
  }, [marks, version, foreign, found]);
}
