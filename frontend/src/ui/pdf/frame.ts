/**
 * A page as it is seen, and the page as the file measures it. What is seen is
 * turned (/Rotate), cut (CropBox) and grows downwards; boxes in a file are in
 * points of the page before it is turned, and grow upwards (ISO 32000, 8.3).
 */

export interface PageFrame {
  /** From 0. */
  index: number;
  /** Of the page as seen, in points. */
  width: number;
  height: number;
  /** From the file's coordinates to those as seen: pdf.js's viewport at the scale 1. */
  transform: readonly number[];
}

/** As seen, points from the upper left corner. */
export interface SeenBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Left, bottom, right, top in the file's coordinates. */
export type PageRect = [number, number, number, number];

/** Where a point of the file is seen. */
export function seenPoint(transform: readonly number[], x: number, y: number): [number, number] {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = transform;
  return [a * x + c * y + e, b * x + d * y + f];
}

/** The point of the file that is seen there. */
export function filePoint(transform: readonly number[], x: number, y: number): [number, number] {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = transform;
  const whole = a * d - b * c;
  return [(d * (x - e) - c * (y - f)) / whole, (a * (y - f) - b * (x - e)) / whole];
}

export function seenBox(frame: Pick<PageFrame, 'transform'>, rect: readonly number[]): SeenBox {
  const [x1, y1] = seenPoint(frame.transform, rect[0] ?? 0, rect[1] ?? 0);
  const [x2, y2] = seenPoint(frame.transform, rect[2] ?? 0, rect[3] ?? 0);
  return { left: Math.min(x1, x2), top: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
}

export function fileRect(frame: Pick<PageFrame, 'transform'>, { left, top, width, height }: SeenBox): PageRect {
  const [x1, y1] = filePoint(frame.transform, left, top);
  const [x2, y2] = filePoint(frame.transform, left + width, top + height);
  return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)].map((n) => Math.round(n * 100) / 100) as PageRect;
}

/** The box moved so far that it lies on the page; one that is too large is made smaller. */
export function onPage({ width: pageWidth, height: pageHeight }: Pick<PageFrame, 'width' | 'height'>, box: SeenBox): SeenBox {
  const width = Math.min(box.width, pageWidth);
  const height = Math.min(box.height, pageHeight);
  const within = (at: number, room: number) => Math.max(0, Math.min(room, at));
  return { left: within(box.left, pageWidth - width), top: within(box.top, pageHeight - height), width, height };
}

/** A piece of text that stands upright on the page as seen. */
export interface TextRun {
  text: string;
  left: number;
  /** Of the line that the letters stand on, from the top. */
  base: number;
  width: number;
  /** Of the letters. */
  size: number;
}

export interface TextPage extends PageFrame {
  runs: readonly TextRun[];
}

export interface TextItemLike {
  str?: string;
  transform?: readonly number[];
  width?: number;
}

/** The upright runs of what pdf.js tells of a page's text; what stands across is left out. */
export function runsOf(items: readonly TextItemLike[], transform: readonly number[]): TextRun[] {
  const unit = Math.sqrt(Math.abs((transform[0] ?? 1) * (transform[3] ?? 1) - (transform[1] ?? 0) * (transform[2] ?? 0)));
  return items.flatMap(({ str, transform: own = [], width = 0 }) => {
    if (!str || str.trim() === '') return [];
    const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = own;
    const [left, base] = seenPoint(transform, x, y);
    const [right, end] = seenPoint(transform, x + a, y + b);
    const across = Math.abs(end - base) > Math.abs(right - left) || right < left;
    return across ? [] : [{ text: str, left, base, width: width * unit, size: Math.hypot(c, d) * unit }];
  });
}
