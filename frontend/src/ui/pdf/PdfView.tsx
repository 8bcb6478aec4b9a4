import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands, type Command } from '@/lib/commands';
import type { PageHit } from './highlight';
import { currentPage, layoutPages, pageAt, scaleOf, stepZoom, unit, visiblePages, type PageSize, type Zoom } from './layout';
import { PdfPage, type Overlay } from './PdfPage';
import { PdfMessage } from './PdfMessage';
import { PdfNotes } from './PdfNotes';
import { PdfThumbs } from './PdfThumbs';
import { PdfToolbar } from './PdfToolbar';
import { usePdfSearch, type SearchState } from './search';
import { useProgram, useSpot, type PdfSpot, type Program } from './spot';
import { useOpenPdf, type PdfState } from './useOpenPdf';
import classes from './pdf.module.css';

export interface PdfPlace {
  /** From 1. */
  page: number;
  pages: number;
  /** CSS pixels per point. */
  scale: number;
}

export interface PdfHandle {
  goTo: (page: number) => void;
  /** Brings a height of a page into view: points from its upper edge, as seen. */
  show: (page: number, y: number) => void;
  find: (text: string) => void;
}

interface Props {
  /** Read by ranges. */
  url?: string;
  /** For a file that was not sent yet; read by ranges as well. */
  file?: Blob;
  /** For screen readers. */
  name: string;
  onPlace?: (place: PdfPlace) => void;
  /** What else can be done with the file, shown when it cannot be read here. */
  otherwise?: ReactNode;
  /** What lies over each page; keep it stable while nothing changes. */
  overlay?: Overlay;
  /** To be there: each new object is followed. */
  spot?: PdfSpot;
  onSpot?: (spot: PdfSpot) => void;
  /** The person scrolled, turned the page or zoomed, which no spot did. */
  onMoved?: () => void;
  ref?: Ref<PdfHandle>;
}

/**
 * Reads a PDF: virtual pages with selectable text, search without accents,
 * zoom, thumbnails, keys. Only the pages in view exist.
 */
export function PdfView({ url, file, otherwise, ...rest }: Props) {
  const [state, retry] = useOpenPdf(url, file);
  if (state.status !== 'open') return <PdfMessage state={state} onRetry={retry} otherwise={otherwise} />;
  return <Reader key={state.document.fingerprints[0]} state={state} {...rest} />;
}

type OpenState = Extract<PdfState, { status: 'open' }>;

function Reader({ state, name, onPlace, overlay, spot, onSpot, onMoved, ref }: Omit<Props, 'url' | 'file' | 'otherwise'> & { state: OpenState }) {
  const { document, text, first } = state;
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const findRef = useRef<HTMLInputElement>(null);
  const { ref: sizeRef, width, height } = useElementSize<HTMLDivElement>();
  const mergedRef = useMergedRef(scroller, sizeRef);
  const [sizes, setSizes] = useState<readonly PageSize[]>(() => Array.from({ length: document.numPages }, () => first));
  const [zoom, setZoom] = useState<Zoom>('width');
  const [thumbs, setThumbs] = useState(false);
  const [query, setQuery] = useState('');
  const [scrolled, setScrolled] = useState({ top: 0, left: 0 });
  const program = useProgram(scroller);

  const area = useMemo(() => ({ width: width || 800, height: height || 600 }), [width, height]);
  const scale = scaleOf(zoom, first, area);
  const { boxes, height: total, width: widest } = useMemo(() => layoutPages(sizes, scale), [sizes, scale]);
  const [from, to] = visiblePages(boxes, scrolled.top, area.height);
  const page = currentPage(boxes, scrolled.top, area.height);
  const latest = useRef({ page, boxes, scale });

  const onSize = useCallback((index: number, size: PageSize) => {
    setSizes((old) => {
      const known = old[index];
      if (known && known.width === size.width && known.height === size.height) return old;
      return old.with(index, size);
    });
  }, []);

  useKeepPlace(scroller, boxes, program);
  useLayoutEffect(() => {
    latest.current = { page, boxes, scale };
  });
  useEffect(() => onPlace?.({ page: page + 1, pages: document.numPages, scale }), [onPlace, page, document, scale]);

  const startPage = useCallback(() => latest.current.page, []);
  const search = usePdfSearch(text, document.numPages, query, startPage);
  const hitsByPage = useHitsByPage(search);
  const scrollTo = useCallback((top: number) => scroller.current?.scrollTo({ top }), []);
  const goTo = useCallback((number: number) => {
    const box = latest.current.boxes[Math.max(0, Math.min(latest.current.boxes.length, number) - 1)];
    if (box) scrollTo(box.top - 8);
  }, [scrollTo]);
  const show = useCallback((number: number, y: number) => {
    const { boxes: now, scale: factor } = latest.current;
    const box = now[number - 1];
    if (box) scrollTo(box.top + y * factor - (scroller.current?.clientHeight ?? 0) / 3);
  }, [scrollTo]);
  useScrollToHit(search, state, latest, scroller, scrollTo);
  const fit = scaleOf('width', first, area);
  useSpot(spot, onSpot, { layout: { boxes, width: Math.max(widest, area.width), scale, fit }, scrolled, setZoom, program });

  const find = useCallback((words: string) => {
    setQuery(words);
    findRef.current?.focus();
  }, []);
  useImperativeHandle(ref, () => ({ goTo, show, find }), [goTo, show, find]);
  const zoomTo = useCallback((wanted: Zoom) => {
    onMoved?.();
    setZoom(wanted);
  }, [onMoved]);
  const stepBy = useCallback((up: boolean) => zoomTo(stepZoom(latest.current.scale, up)), [zoomTo]);
  usePdfCommands({ stepBy, zoomTo, setThumbs, findRef, step: search.step });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves: Record<string, number> = { ArrowLeft: page, ArrowRight: page + 2, Home: 1, End: document.numPages };
    const target = moves[event.key];
    if (target === undefined || event.target !== scroller.current) return;
    goTo(target);
    event.preventDefault();
  };
  useWheelZoom(scroller, stepBy);

  return (
    <div className={classes.view}>
      <PdfToolbar
        page={page + 1}
        pages={document.numPages}
        percent={Math.round((scale / unit) * 100)}
        zoom={zoom}
        thumbs={thumbs}
        query={query}
        search={search}
        findRef={findRef}
        onPage={goTo}
        onZoom={zoomTo}
        onStep={stepBy}
        onThumbs={() => setThumbs((shown) => !shown)}
        onQuery={setQuery}
        onFindClosed={() => scroller.current?.focus()}
      />
      <PdfNotes document={document} />
      <div className={classes.main} style={thumbs ? undefined : { gridTemplateColumns: '1fr' }}>
        {thumbs && <PdfThumbs document={document} sizes={sizes} current={page} onPick={(index) => goTo(index + 1)} />}
        {/* A scrolled area must be reachable by keyboard. */}
        {/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
        <div
          ref={mergedRef}
          className={classes.scroller}
          tabIndex={0}
          role="document"
          aria-label={name}
          onScroll={({ currentTarget: { scrollTop: top, scrollLeft: left } }) => {
            setScrolled({ top, left });
            if (!program.went({ top, left })) onMoved?.();
          }}
          onKeyDown={onKeyDown}
        >
          {/* oxlint-enable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
          <div className={classes.sheet} style={{ height: total, width: widest }}>
            {boxes.slice(from, to + 1).map((box, i) => (
              <PdfPage
                key={from + i}
                document={document}
                text={text}
                index={from + i}
                box={box}
                scale={scale}
                hits={hitsByPage.get(from + i) ?? noHits}
                label={t('pdf.page', { page: from + i + 1 })}
                onSize={onSize}
                overlay={overlay}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

const noHits: readonly PageHit[] = [];

function useHitsByPage({ hits, current }: SearchState): ReadonlyMap<number, readonly PageHit[]> {
  return useMemo(() => {
    const map = new Map<number, PageHit[]>();
    for (const [i, hit] of hits.entries()) {
      const list = map.get(hit.page) ?? [];
      list.push({ start: hit.start, end: hit.end, current: i === current });
      map.set(hit.page, list);
    }
    return map;
  }, [hits, current]);
}

/** Zooming and newly known page sizes keep what is being read where it is. */
function useKeepPlace(scroller: { current: HTMLDivElement | null }, boxes: ReturnType<typeof layoutPages>['boxes'], program: Program) {
  const before = useRef(boxes);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = boxes;
    const element = scroller.current;
    if (!element || old === boxes) return;
    const index = pageAt(old, element.scrollTop);
    const was = old[index];
    const is = boxes[index];
    if (!was || !is) return;
    const part = (element.scrollTop - was.top) / was.height;
    program.scrollTo({ top: is.top + part * is.height, left: element.scrollLeft });
  }, [scroller, boxes, program]);
}

function useScrollToHit(
  { hits, current }: SearchState,
  { text }: OpenState,
  latest: { current: { boxes: ReturnType<typeof layoutPages>['boxes']; scale: number } },
  scroller: { current: HTMLDivElement | null },
  scrollTo: (top: number) => void,
) {
  const hit = hits[current];
  useEffect(() => {
    if (!hit) return;
    let left = false;
    void text.page(hit.page).then((pageText) => {
      const box = latest.current.boxes[hit.page];
      const view = scroller.current;
      if (left || !box || !view) return;
      const item = pageText.starts.findLastIndex((start) => start <= hit.start);
      const y = box.top + (pageText.tops[item] ?? 0) * latest.current.scale;
      if (y < view.scrollTop + 40 || y > view.scrollTop + view.clientHeight - 40) scrollTo(y - view.clientHeight / 3);
    });
    return () => {
      left = true;
    };
  }, [hit, text, latest, scroller, scrollTo]);
}

interface CommandParts {
  stepBy: (up: boolean) => void;
  zoomTo: (zoom: Zoom) => void;
  setThumbs: (change: (shown: boolean) => boolean) => void;
  findRef: { current: HTMLInputElement | null };
  step: (by: 1 | -1) => void;
}

function usePdfCommands({ stepBy, zoomTo, setThumbs, findRef, step }: CommandParts) {
  const list = useMemo<Command[]>(() => {
    const focusFind = () => {
      findRef.current?.focus();
      findRef.current?.select();
    };
    return [
      { id: 'pdf.find', label: 'pdf.find', group: 'pdf', hotkeys: ['mod+f'], run: focusFind },
      { id: 'pdf.find_next', label: 'pdf.find_next', group: 'pdf', hotkeys: ['f3'], inFields: true, hidden: true, run: () => step(1) },
      { id: 'pdf.find_previous', label: 'pdf.find_previous', group: 'pdf', hotkeys: ['shift+f3'], inFields: true, hidden: true, run: () => step(-1) },
      { id: 'pdf.zoom_in', label: 'pdf.zoom_in', group: 'pdf', hotkeys: ['+', 'mod+=', 'mod++'], run: () => stepBy(true) },
      { id: 'pdf.zoom_out', label: 'pdf.zoom_out', group: 'pdf', hotkeys: ['-', 'mod+-'], run: () => stepBy(false) },
      { id: 'pdf.fit_width', label: 'pdf.fit_width', group: 'pdf', hotkeys: ['0', 'mod+0'], run: () => zoomTo('width') },
      { id: 'pdf.fit_page', label: 'pdf.fit_page', group: 'pdf', hotkeys: ['9'], run: () => zoomTo('page') },
      { id: 'pdf.thumbs', label: 'pdf.thumbs', group: 'pdf', hotkeys: ['alt+t'], run: () => setThumbs((shown) => !shown) },
      { id: 'pdf.pages', label: 'pdf.turn', group: 'pdf', hotkeys: ['arrowleft', 'arrowright'], hidden: true },
    ];
  }, [stepBy, zoomTo, setThumbs, findRef, step]);
  useCommands(list);
}

/** Ctrl+wheel zooms the page, not the window. */
function useWheelZoom(scroller: { current: HTMLDivElement | null }, stepBy: (up: boolean) => void) {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      stepBy(event.deltaY < 0);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [scroller, stepBy]);
}
