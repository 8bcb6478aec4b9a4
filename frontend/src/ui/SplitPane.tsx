import { useCallback, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './layout.module.css';

interface Props {
  /** Remembers the width under this name on this machine. */
  id: string;
  left: ReactNode;
  right: ReactNode;
  /** Width of the right pane, pixels. */
  initial?: number;
  min?: number;
  /** Smallest width of the left pane. */
  minLeft?: number;
}

/** Two panes with a handle between, by mouse or by arrow keys; the right one has the fixed width. */
export function SplitPane({ id, left, right, initial = 420, min = 300, minLeft = 360 }: Props) {
  const { t } = useTranslation();
  const storageKey = `khonggiay.split.${id}`;
  const [width, setWidth] = useState(() => Number(localStorage.getItem(storageKey)) || initial);
  const [dragging, setDragging] = useState(false);
  const box = useRef<HTMLDivElement>(null);

  const resize = useCallback(
    (next: number) => {
      const total = box.current?.clientWidth ?? 1000;
      const clamped = Math.round(Math.max(min, Math.min(total - minLeft, next)));
      setWidth(clamped);
      localStorage.setItem(storageKey, String(clamped));
    },
    [min, minLeft, storageKey],
  );
  const onPointerMove = (event: PointerEvent) => {
    if (dragging && box.current) resize(box.current.getBoundingClientRect().right - event.clientX);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? 24 : event.key === 'ArrowRight' ? -24 : 0;
    if (!step) return;
    event.preventDefault();
    resize(width + step);
  };
  return (
    <div ref={box} className={classes.split} style={{ gridTemplateColumns: `minmax(${minLeft}px, 1fr) auto minmax(${min}px, ${width}px)` }}>
      <div className={classes.pane}>{left}</div>
      <div
        className={classes.handle}
        data-dragging={dragging || undefined}
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={t('split.resize')}
        aria-valuenow={width}
        aria-valuemin={min}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDragging(true);
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => setDragging(false)}
        onPointerCancel={() => setDragging(false)}
        onDoubleClick={() => resize(initial)}
        onKeyDown={onKeyDown}
      />
      <div className={classes.pane}>{right}</div>
    </div>
  );
}
