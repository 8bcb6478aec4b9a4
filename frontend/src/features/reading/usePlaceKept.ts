import { useEffect, useRef, type RefObject } from 'react';
import { api, type AnnotationView } from '@/lib/backend';
import type { PdfHandle, PdfPlace } from '@/ui';
import type { Seek } from './MaterialReader';

interface Parts {
  paper: RefObject<PdfHandle | null>;
  meeting: string;
  material: string;
  mine: AnnotationView | undefined;
  place: PdfPlace | null;
  seek: Seek;
  /** Somebody leads him through it. */
  led: boolean;
}

/** Goes where it was asked to, else to where the person stopped; and keeps where he stops when he leaves. */
export function usePlaceKept({ paper, meeting, material, mine, place, seek, led }: Parts) {
  const gone = useRef<Seek | 'stop' | null>(null);
  const open = place !== null;
  const stoppedAt = mine?.stoppedAt;
  useEffect(() => {
    if (!open || gone.current === seek) return;
    if (led) {
      gone.current = seek;
    } else if (seek.page) {
      paper.current?.goTo(seek.page);
      if (seek.query) paper.current?.find(seek.query);
      gone.current = seek;
    } else if (gone.current === null && stoppedAt) {
      paper.current?.goTo(stoppedAt);
      gone.current = 'stop';
    }
  }, [open, seek, stoppedAt, paper, led]);

  const latest = useRef({ page: 0, kept: 0, id: '' });
  useEffect(() => {
    latest.current = { page: place?.page ?? 0, kept: latest.current.kept || (stoppedAt ?? 0), id: mine && !mine.detached ? mine.id : '' };
  }, [place, stoppedAt, mine]);
  useEffect(() => {
    const keep = () => {
      const { page, kept, id } = latest.current;
      if (!id || page === 0 || page === kept) return;
      latest.current.kept = page;
      // A bookmark of convenience: when it cannot be kept, nobody is told.
      void api.give({ name: 'annotation.stopped.1', id, base: 0, args: { meeting, material, page } }).catch(() => {});
    };
    const onHidden = () => document.hidden && keep();
    document.addEventListener('visibilitychange', onHidden);
    return () => {
      document.removeEventListener('visibilitychange', onHidden);
      keep();
    };
  }, [meeting, material]);
}
