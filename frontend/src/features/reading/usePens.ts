import { useCallback, useEffect, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { MarkBody } from '@/lib/backend';
import { filePoint, notify, type PageFrame } from '@/ui';
import { selectedMarks, type Colour, type ShownMark, type Tool } from './marks';
import type { useMarking } from './useAnnotations';

interface Parts {
  frames: RefObject<Map<number, PageFrame>>;
  /** The version that is read. */
  version: number;
  marking: ReturnType<typeof useMarking>;
  mayWrite: boolean;
  /** A pin was put down and waits for its words. */
  onPinned: () => void;
}

/** Points from the corner of a page to a pin that was put there by a key. */
const corner = 24;

/** The pens: what is held, and what is made with it. */
export function usePens({ frames, version, marking, mayWrite, onPinned }: Parts) {
  const { t } = useTranslation();
  const [tool, setTool] = useState<Tool | null>(null);
  const [colour, setColour] = useState<Colour>('yellow');
  const [pinned, setPinned] = useState<MarkBody | null>(null);
  /** A mark of another version that is being placed by hand. */
  const [moving, setMoving] = useState<ShownMark | null>(null);
  const [picked, choose] = useState<number | null>(null);
  const { put } = marking;

  const highlight = useCallback(async (bodies: readonly MarkBody[]) => {
    window.getSelection()?.removeAllRanges();
    for (const body of bodies) await put(version, body);
  }, [put, version]);
  const selected = useCallback(() => selectedMarks(frames.current, colour), [frames, colour]);

  const pin = useCallback((body: MarkBody) => {
    setTool(null);
    if (moving) {
      const { page, at } = body;
      void put(version, { ...moving.body, page, at, quote: undefined }, moving.key);
      setMoving(null);
      return;
    }
    setPinned(body);
    onPinned();
  }, [moving, put, version, onPinned]);
  const pinAt = useCallback((page: number) => {
    const frame = frames.current.get(page - 1);
    if (frame) pin({ page, kind: 'note', at: filePoint(frame.transform, corner, corner) });
  }, [frames, pin]);
  const take = useCallback((wanted: Tool) => {
    const bodies = wanted === 'ink' ? [] : selected();
    const [first] = bodies;
    if (first && wanted === 'highlight') void highlight(bodies);
    else if (first) {
      const [left = 0, , , top = 0] = first.rects?.[0] ?? [];
      pin({ page: first.page, kind: 'note', at: [left, top], quote: first.quote });
    } else setTool((now) => (now === wanted ? null : wanted));
  }, [selected, highlight, pin]);

  useEffect(() => {
    if (tool !== 'highlight') return;
    const onUp = () => {
      const bodies = selected();
      if (bodies.length > 0) void highlight(bodies);
    };
    document.addEventListener('pointerup', onUp);
    return () => document.removeEventListener('pointerup', onUp);
  }, [tool, selected, highlight]);

  const place = useCallback((mark: ShownMark) => {
    if (mark.body.kind === 'note') {
      setMoving(mark);
      setTool('note');
      return;
    }
    const [body] = selected();
    if (!body) notify.warn(t('reading.place.select'));
    else void put(version, { ...mark.body, page: body.page, rects: body.rects, quote: body.quote }, mark.key);
  }, [selected, put, version, t]);

  const drop = useCallback(() => {
    setTool(null);
    setPinned(null);
    setMoving(null);
  }, []);
  const saveNote = async (text: string) => {
    if (pinned && (await put(version, { ...pinned, text }))) setPinned(null);
  };
  const hint = mayWrite && tool ? (moving ? 'place' as const : tool) : null;
  return {
    tool: mayWrite ? tool : null, colour, setColour, pinned, picked, choose, take, pin, pinAt, place, drop, saveNote, hint,
    busy: tool !== null || pinned !== null,
    draw: useCallback((body: MarkBody) => void put(version, body), [put, version]),
    /** Changes a mark's words; one that was found in this version is of this version from then on. */
    write: useCallback((mark: ShownMark, text: string) => put(mark.version, { ...mark.body, text }, mark.key), [put]),
  };
}
