/** Where the pages of a document stand in the scrolled area. Pure arithmetic. */

export interface PageSize {
  /** Points (1/72 inch), as rotated. */
  width: number;
  height: number;
}

export interface PageBox {
  top: number;
  width: number;
  height: number;
}

export type Zoom = 'width' | 'page' | number;

export const gap = 14;
/** CSS pixels per point. */
export const unit = 96 / 72;
export const zoomSteps = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4];

/** CSS pixels per point for a zoom in an area. */
export function scaleOf(zoom: Zoom, page: PageSize, area: { width: number; height: number }): number {
  if (typeof zoom === 'number') return zoom * unit;
  const byWidth = Math.max(0.1, (area.width - 2 * gap) / page.width);
  if (zoom === 'width') return Math.min(byWidth, 4 * unit);
  return Math.max(0.1, Math.min(byWidth, (area.height - 2 * gap) / page.height));
}

/** The next step up or down from a scale. */
export function stepZoom(scale: number, up: boolean): number {
  const zoom = scale / unit;
  const next = up ? zoomSteps.find((step) => step > zoom + 0.01) : zoomSteps.findLast((step) => step < zoom - 0.01);
  return next ?? (up ? 4 : 0.5);
}

/** Boxes of all pages, and the height of the whole. */
export function layoutPages(sizes: readonly PageSize[], scale: number): { boxes: PageBox[]; height: number; width: number } {
  let top = gap;
  let widest = 0;
  const boxes = sizes.map((size) => {
    const box = { top, width: Math.floor(size.width * scale), height: Math.floor(size.height * scale) };
    top += box.height + gap;
    widest = Math.max(widest, box.width);
    return box;
  });
  return { boxes, height: top, width: widest + 2 * gap };
}

/** Index of the last box that starts at or before y. */
export function pageAt(boxes: readonly PageBox[], y: number): number {
  let low = 0;
  let high = boxes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((boxes[middle]?.top ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Pages to draw: those in view and one more at each end. */
export function visiblePages(boxes: readonly PageBox[], scrollTop: number, height: number): [number, number] {
  if (boxes.length === 0) return [0, -1];
  return [Math.max(0, pageAt(boxes, scrollTop) - 1), Math.min(boxes.length - 1, pageAt(boxes, scrollTop + height) + 1)];
}

/** The page a reader would say he is on: the one under the upper third of the view. */
export function currentPage(boxes: readonly PageBox[], scrollTop: number, height: number): number {
  return pageAt(boxes, scrollTop + height / 3);
}
