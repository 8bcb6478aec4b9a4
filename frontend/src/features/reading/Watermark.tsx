import { useEffect, useState } from 'react';
import { useSession } from '@/lib/backend';
import { formatMoment } from '@/lib/time';
import classes from './reading.module.css';

const minute = 60_000;

/** Where it stands on a page, as parts of its height; and its slope. */
const across = [0.2, 0.5, 0.8];
const slope = -30;
const sizeOf = (width: number, height: number) => Math.min(width, height) / 22;

/** The reader's name and the time over each page, so that a photograph tells whose screen it was. */
export function Watermark({ width, height }: { width: number; height: number }) {
  const { data: session } = useSession();
  const words = wordsOf(session?.person?.name, useMinute());
  return (
    <svg className={classes.watermark} viewBox={`0 0 ${width} ${height}`} aria-hidden data-watermark>
      {across.map((at) => (
        <text key={at} x={width / 2} y={height * at} fontSize={sizeOf(width, height)} textAnchor="middle" transform={`rotate(${slope} ${width / 2} ${height * at})`}>{words}</text>
      ))}
    </svg>
  );
}

/** The same on a page that is drawn for paper. */
export function drawWatermark(context: CanvasRenderingContext2D, width: number, height: number, name: string | undefined) {
  const words = wordsOf(name, Date.now());
  context.fillStyle = 'rgb(58 74 85 / 16%)';
  context.font = `600 ${sizeOf(width, height)}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = 'center';
  for (const at of across) {
    context.save();
    context.translate(width / 2, height * at);
    context.rotate((slope * Math.PI) / 180);
    context.fillText(words, 0, 0);
    context.restore();
  }
}

function wordsOf(name: string | undefined, at: number): string {
  return `${name ?? ''} · ${formatMoment(at)}`;
}

function useMinute(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), minute);
    return () => clearInterval(timer);
  }, []);
  return now;
}
