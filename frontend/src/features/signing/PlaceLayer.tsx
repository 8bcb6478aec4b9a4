import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { seenBox, type PageFrame, type SeenBox } from '@/ui';
import { dropPlace, putPlace } from './moving';
import { placeKinds, type PlaceKind, type Places } from './places';
import classes from './placing.module.css';

interface Props {
  frame: PageFrame;
  /** CSS pixels per point. */
  scale: number;
  places: Places;
  /** Addresses of what is drawn in a box. */
  pictures: Partial<Record<PlaceKind, string>>;
  onChange: (places: Places) => void;
}

/** The boxes on one page, to be moved by mouse or by arrow keys. */
export function PlaceLayer({ frame, scale, places, pictures, onChange }: Props) {
  // The seal lies over the signature, but the signature must still be reached: the smaller box is on top.
  const here = placeKinds.filter((kind) => places[kind]?.page === frame.index).toReversed();
  return (
    <div className={classes.layer}>
      {here.map((kind) => (
        <PlaceBox
          key={kind}
          kind={kind}
          page={frame.index}
          scale={scale}
          box={seenBox(frame, places[kind]?.rect ?? [])}
          picture={pictures[kind]}
          onMove={(box) => onChange(putPlace(places, kind, frame, box))}
          onDrop={() => onChange(dropPlace(places, kind))}
        />
      ))}
    </div>
  );
}

interface BoxProps {
  kind: PlaceKind;
  page: number;
  scale: number;
  box: SeenBox;
  picture?: string;
  onMove: (box: SeenBox) => void;
  onDrop: () => void;
}

/** Points that one press of an arrow key moves. */
const keyStep = 3;
const arrows: Record<string, [number, number]> = { ArrowLeft: [-keyStep, 0], ArrowRight: [keyStep, 0], ArrowUp: [0, -keyStep], ArrowDown: [0, keyStep] };

function PlaceBox({ kind, page, scale, box, picture, onMove, onDrop }: BoxProps) {
  const { t } = useTranslation();
  const from = useRef<{ x: number; y: number; box: SeenBox; size: boolean } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const size = event.target instanceof HTMLElement && event.target.dataset.grip !== undefined;
    from.current = { x: event.clientX, y: event.clientY, box, size };
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!from.current) return;
    const { x, y, box: start, size } = from.current;
    onMove(shifted(start, (event.clientX - x) / scale, (event.clientY - y) / scale, size));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = arrows[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (by) onMove(shifted(box, ...by, event.shiftKey));
    else if (event.key === 'Delete' || event.key === 'Backspace') onDrop();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const done = () => {
    from.current = null;
  };
  return (
    <button
      type="button"
      className={classes.box}
      data-kind={kind}
      aria-label={t('signing.place.box', { what: t(`signing.place.${kind}`), page: page + 1 })}
      title={t('signing.place.keys')}
      style={{ left: box.left * scale, top: box.top * scale, width: box.width * scale, height: box.height * scale }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={done}
      onPointerCancel={done}
      onKeyDown={onKeyDown}
    >
      {picture ? <img src={picture} alt="" draggable={false} /> : <span className={classes.name}>{t(`signing.place.${kind}`)}</span>}
      <span className={classes.grip} data-grip aria-hidden />
    </button>
  );
}

function shifted(box: SeenBox, x: number, y: number, size: boolean): SeenBox {
  return size ? { ...box, width: box.width + x, height: box.height + y } : { ...box, left: box.left + x, top: box.top + y };
}
