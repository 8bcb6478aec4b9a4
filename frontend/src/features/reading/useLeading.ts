import { useCallback, useEffect, useMemo, useRef, type PointerEvent } from 'react';
import type { PdfSpot } from '@/ui';
import { pointAt, placeOf, spotOf } from './relay';
import type { Following } from './useFollow';

/** One paper's part in what is led through: the spot that is followed, and what a leader's screen tells of itself. */
export function useLeading({ room, state: { place }, stand }: Following, material: string, version: number, pdf: boolean) {
  const leads = stand === 'leads';
  const led = stand === 'follows' && place?.material === material && (place.version === version || place.version === 0) ? place : undefined;
  const spot = useMemo(() => led && spotOf(led), [led]);
  const mouse = useRef<{ x: number; y: number } | null>(null);
  const aim = useCallback(() => {
    const at = mouse.current;
    room?.point(at && pointAt(document.elementFromPoint(at.x, at.y), at.x, at.y));
  }, [room]);
  const onSpot = useCallback((to: PdfSpot) => {
    room?.stand(placeOf(material, version, to));
    aim(); // the page has moved under the pointer
  }, [room, material, version, aim]);
  useEffect(() => {
    if (leads && !pdf) room?.stand(placeOf(material, version, { page: 1, part: 0, side: 0, zoom: 1 }));
  }, [leads, pdf, room, material, version]);
  const put = (at: { x: number; y: number } | null) => {
    mouse.current = at;
    if (leads) aim();
  };
  const onPointer = (event: PointerEvent) => put({ x: event.clientX, y: event.clientY });
  const pointing = {
    onPointerMove: onPointer,
    onPointerDown: onPointer,
    onPointerLeave: () => put(null),
    onPointerUp: (event: PointerEvent) => event.pointerType === 'touch' && put(null),
  };
  return { spot, onSpot: leads ? onSpot : undefined, pointing };
}
