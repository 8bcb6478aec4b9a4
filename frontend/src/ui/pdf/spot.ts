import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, type RefObject } from 'react';
import { gap, pageAt, unit, type PageBox, type Zoom } from './layout';

/**
 * Where a reader stands, in a form that means the same on every screen: what a
 * presenter sends and who follows him takes.
 */
export interface PdfSpot {
  /** From 1. */
  page: number;
  /** How much of the page is above the upper edge of the view, 0 to 1. */
  part: number;
  /** How much of it is left of the view, 0 to 1. */
  side: number;
  /** Of the zoom at which a page is as wide as the view. */
  zoom: number;
}

/** A place in the scrolled area. */
export interface Scrolled {
  top: number;
  left: number;
}

/** How the pages are laid out in a view. */
export interface Layout {
  boxes: readonly PageBox[];
  /** Of the area that scrolls. */
  width: number;
  /** CSS pixels per point: now, and where a page is as wide as the view. */
  scale: number;
  fit: number;
}

const thousandths = (n: number) => Math.round(Math.max(0, Math.min(1, n)) * 1000) / 1000;

/** The spot of a place in the scrolled area. The gap above a page is the page's. */
export function spotAt({ boxes, width, scale, fit }: Layout, { top, left }: Scrolled): PdfSpot {
  const index = pageAt(boxes, top + gap);
  const box = boxes[index];
  const zoom = Math.round((scale / fit) * 1000) / 1000;
  if (!box) return { page: 1, part: 0, side: 0, zoom };
  return { page: index + 1, part: thousandths((top - box.top) / box.height), side: thousandths((left - edgeOf(width, box)) / box.width), zoom };
}

/** Where to scroll to stand at the spot. */
export function scrollOf({ boxes, width }: Pick<Layout, 'boxes' | 'width'>, { page, part, side }: PdfSpot): Scrolled {
  const box = boxes[Math.max(1, Math.min(boxes.length, page)) - 1];
  if (!box) return { top: 0, left: 0 };
  return { top: box.top + part * box.height, left: side === 0 ? 0 : edgeOf(width, box) + side * box.width };
}

/** Pages stand in the middle. */
const edgeOf = (width: number, box: PageBox) => (width - box.width) / 2;

/** The zoom of a spot in a view with that fit. */
export function zoomOf({ zoom }: PdfSpot, fit: number): Zoom {
  return Math.abs(zoom - 1) < 0.005 ? 'width' : (zoom * fit) / unit;
}

/**
 * Whether a scrolled place is where the program went last, or where the browser
 * put it because there is less to scroll now; else the person went there.
 */
export function wentByItself(at: Scrolled, last: Scrolled, room: Scrolled): boolean {
  const along = (is: number, was: number, end: number) => Math.abs(is - was) <= 1 || (is < was && is >= end - 1);
  return along(at.top, last.top, room.top) && along(at.left, last.left, room.left);
}

/** Scrolling that is not the person's own doing. */
export interface Program {
  scrollTo: (to: Scrolled) => void;
  /** Whether the area stands where the program went last. */
  went: (at: Scrolled) => boolean;
}

export function useProgram(scroller: RefObject<HTMLElement | null>): Program {
  const last = useRef<Scrolled>({ top: 0, left: 0 });
  const scrollTo = useCallback((to: Scrolled) => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTo(to);
    last.current = { top: element.scrollTop, left: element.scrollLeft };
  }, [scroller]);
  const went = useCallback((at: Scrolled) => {
    const element = scroller.current;
    return element === null || wentByItself(at, last.current, { top: element.scrollHeight - element.clientHeight, left: element.scrollWidth - element.clientWidth });
  }, [scroller]);
  return useMemo(() => ({ scrollTo, went }), [scrollTo, went]);
}

interface Standing {
  layout: Layout;
  scrolled: Scrolled;
  setZoom: (zoom: Zoom) => void;
  program: Program;
}

/** Follows a given spot, and tells of one's own, at most once a frame. */
export function useSpot(spot: PdfSpot | undefined, onSpot: ((spot: PdfSpot) => void) | undefined, { layout, scrolled, setZoom, program }: Standing) {
  const { fit, scale } = layout;
  const latest = useRef(layout);
  useLayoutEffect(() => {
    latest.current = layout;
  });
  useEffect(() => {
    if (spot) setZoom(zoomOf(spot, fit));
  }, [spot, fit, setZoom]);
  useEffect(() => {
    if (spot) program.scrollTo(scrollOf(latest.current, spot));
  }, [spot, scale, program]);
  useEffect(() => {
    if (!onSpot) return;
    const frame = requestAnimationFrame(() => onSpot(spotAt(latest.current, scrolled)));
    return () => cancelAnimationFrame(frame);
  }, [onSpot, scrolled, scale, fit]);
}
