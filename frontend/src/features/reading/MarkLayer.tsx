import { IconMessage } from '@tabler/icons-react';
import { useRef, useState, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { MarkBody } from '@/lib/backend';
import { filePoint, seenBox, seenPoint, type PageFrame } from '@/ui';
import { pathOf, strokeOf, type Colour, type ShownMark, type Tool } from './marks';
import classes from './marks.module.css';

interface Props {
  frame: PageFrame;
  /** CSS pixels per point. */
  scale: number;
  marks: readonly ShownMark[];
  chosen: number | null;
  tool: Tool | null;
  colour: Colour;
  onDraw: (body: MarkBody) => void;
  onPin: (body: MarkBody) => void;
  onChoose: (mark: ShownMark) => void;
}

/** The marks on one page, and the sheet that ink and pins are put on. */
export function MarkLayer({ frame, scale, marks, chosen, tool, colour, onDraw, onPin, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.layer}>
      <svg className={classes.drawing} viewBox={`0 0 ${frame.width} ${frame.height}`} aria-hidden>
        {marks.map((mark) => (
          <g key={`${mark.annotation}.${mark.key}`} data-colour={mark.body.colour || 'yellow'} data-mine={mark.mine || undefined} data-chosen={mark.key === chosen || undefined}>
            {mark.body.rects?.map((rect, i) => {
              const box = seenBox(frame, rect);
              return <rect key={i} className={classes.highlight} x={box.left} y={box.top} width={box.width} height={box.height} rx={1} />;
            })}
            {mark.body.strokes?.map((stroke, i) => <path key={i} className={classes.stroke} d={pathOf(frame, stroke)} />)}
          </g>
        ))}
      </svg>
      {marks.map((mark) => {
        const at = mark.body.kind === 'note' ? mark.body.at : undefined;
        if (!at) return null;
        const [x, y] = seenPoint(frame.transform, at[0] ?? 0, at[1] ?? 0);
        return (
          <button
            key={`${mark.annotation}.${mark.key}`} type="button" className={classes.pin} data-chosen={mark.key === chosen || undefined} data-mine={mark.mine || undefined}
            style={{ left: x * scale, top: y * scale }} title={mark.body.text} aria-label={t('reading.pin', { text: mark.body.text ?? '' })} onClick={() => onChoose(mark)}
          >
            <IconMessage size={16} stroke={2} aria-hidden />
          </button>
        );
      })}
      {(tool === 'ink' || tool === 'note') && <Sheet {...{ frame, scale, tool, colour, onDraw, onPin }} />}
    </div>
  );
}

type Point = readonly [number, number];

function Sheet({ frame, scale, tool, colour, onDraw, onPin }: Pick<Props, 'frame' | 'scale' | 'tool' | 'colour' | 'onDraw' | 'onPin'>) {
  const points = useRef<Point[]>([]);
  const [drawn, setDrawn] = useState<readonly Point[]>([]);
  const pointOf = (event: PointerEvent<Element>): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    if (tool === 'note') {
      onPin({ page: frame.index + 1, kind: 'note', at: filePoint(frame.transform, ...pointOf(event)) });
      return;
    }
    event.currentTarget.setPointerCapture(event.pointerId);
    points.current = [pointOf(event)];
    setDrawn(points.current);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (points.current.length === 0) return;
    points.current = [...points.current, pointOf(event)];
    setDrawn(points.current);
  };
  const onPointerUp = () => {
    if (points.current.length > 0) onDraw({ page: frame.index + 1, kind: 'ink', strokes: [strokeOf(frame, points.current)], colour });
    points.current = [];
    setDrawn([]);
  };
  return (
    <div
      className={classes.sheet} data-tool={tool} onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={onPointerUp}
      onPointerCancel={() => {
        points.current = [];
        setDrawn([]);
      }}
    >
      {drawn.length > 0 && (
        <svg className={classes.drawing} viewBox={`0 0 ${frame.width} ${frame.height}`} aria-hidden>
          <g data-colour={colour}><path className={classes.stroke} d={`M${drawn.map((point) => point.join(' ')).join('L')}`} /></g>
        </svg>
      )}
    </div>
  );
}
