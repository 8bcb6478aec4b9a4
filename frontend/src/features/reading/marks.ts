/** Marks of a material on its pages: how they are made from what a person does, and how they are shown. Pure, but for the selection. */
import type { AnnotationView, MarkBody, OpenedMark } from '@/lib/backend';
import { fileRect, filePoint, seenBox, seenPoint, type PageFrame, type SeenBox } from '@/ui';

export type Colour = 'yellow' | 'green' | 'blue' | 'red';
export const colours: readonly Colour[] = ['yellow', 'green', 'blue', 'red'];
export type Tool = 'highlight' | 'ink' | 'note';

/** A mark that can be read, with whose it is. */
export interface ShownMark {
  key: number;
  version: number;
  at: number;
  body: MarkBody;
  annotation: string;
  mine: boolean;
  by: string;
}

const maxQuote = 2000;
const context = 60;

export function shownMarks(annotations: readonly AnnotationView[]): ShownMark[] {
  return annotations.flatMap((annotation) => annotation.marks.flatMap((mark: OpenedMark) => (mark.body
    ? [{ key: mark.key, version: mark.version, at: mark.at, body: mark.body, annotation: annotation.id, mine: annotation.mine ?? false, by: annotation.person.name }]
    : [])));
}

/** How many marks of the person's own this machine cannot open. */
export function sealedCount(annotations: readonly AnnotationView[]): number {
  return annotations.filter(({ mine }) => mine).flatMap(({ marks }) => marks).filter(({ body }) => !body).length;
}

export function marksByPage(marks: readonly ShownMark[]): Map<number, ShownMark[]> {
  const pages = new Map<number, ShownMark[]>();
  for (const mark of marks) pages.set(mark.body.page, [...(pages.get(mark.body.page) ?? []), mark]);
  return pages;
}

/** Where a mark begins on its page, points from the upper edge as seen. */
export function markTop(frame: PageFrame | undefined, body: MarkBody): number {
  if (!frame) return 0;
  if (body.rects?.[0]) return seenBox(frame, body.rects[0]).top;
  const [x = 0, y = frame.height] = body.at ?? body.strokes?.[0] ?? [];
  return seenPoint(frame.transform, x, y)[1];
}

/** Boxes on one line that touch become one. */
export function joinBoxes(boxes: readonly SeenBox[]): SeenBox[] {
  const out: SeenBox[] = [];
  for (const box of boxes) {
    if (box.width < 1 || box.height < 1) continue;
    const last = out.at(-1);
    const sameLine = last && Math.abs(last.top + last.height / 2 - box.top - box.height / 2) < Math.min(last.height, box.height) / 2;
    if (last && sameLine && box.left <= last.left + last.width + box.height && box.left + box.width >= last.left - box.height) {
      const left = Math.min(last.left, box.left);
      const top = Math.min(last.top, box.top);
      out[out.length - 1] = {
        left, top,
        width: Math.max(last.left + last.width, box.left + box.width) - left,
        height: Math.max(last.top + last.height, box.top + box.height) - top,
      };
    } else out.push(box);
  }
  return out;
}

/** Points of a stroke that are needed to draw it to within a tolerance (Douglas and Peucker). */
export function simplify(points: ReadonlyArray<readonly [number, number]>, tolerance: number): Array<readonly [number, number]> {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last || points.length < 3) return [...points];
  let far = 0;
  let at = 0;
  for (let i = 1; i < points.length - 1; i++) {
    const distance = distanceTo(points[i] ?? first, first, last);
    if (distance > far) [far, at] = [distance, i];
  }
  if (far <= tolerance) return [first, last];
  return [...simplify(points.slice(0, at + 1), tolerance).slice(0, -1), ...simplify(points.slice(at), tolerance)];
}

function distanceTo([x, y]: readonly [number, number], [x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): number {
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (length === 0) return Math.hypot(x - x1, y - y1);
  return Math.abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length;
}

const round = (n: number) => Math.round(n * 10) / 10;

/** A stroke as it was drawn on the page as seen, in the file's coordinates. */
export function strokeOf(frame: PageFrame, points: ReadonlyArray<readonly [number, number]>): number[] {
  return simplify(points, 0.6).flatMap(([x, y]) => filePoint(frame.transform, x, y).map(round));
}

/** The path of a stroke on the page as seen. */
export function pathOf(frame: PageFrame, stroke: readonly number[]): string {
  const points: string[] = [];
  for (let i = 0; i + 1 < stroke.length; i += 2) points.push(seenPoint(frame.transform, stroke[i] ?? 0, stroke[i + 1] ?? 0).map(round).join(' '));
  return points.length === 1 ? `M${points[0]}l0.1 0` : `M${points.join('L')}`;
}

/** What was marked, with what stands before and after it. */
export function quoteOf(before: string, exact: string, after: string) {
  const plain = (part: string) => part.replaceAll(/\s+/gu, ' ').normalize('NFC');
  return { exact: plain(exact).trim().slice(0, maxQuote), prefix: plain(before.slice(-context)), suffix: plain(after.slice(0, context)) };
}

/** What is selected on the pages, one mark for each page; none when nothing is. */
export function selectedMarks(frames: ReadonlyMap<number, PageFrame>, colour: Colour): MarkBody[] {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return [];
  const range = selection.getRangeAt(0);
  return [...document.querySelectorAll<HTMLElement>('.kg-pdf-text')].flatMap((layer) => {
    if (!range.intersectsNode(layer)) return [];
    const page = layer.closest<HTMLElement>('[data-page]');
    const frame = frames.get(Number(page?.dataset.page) - 1);
    const part = clip(range, layer);
    if (!page || !frame || part.collapsed) return [];
    const around = page.getBoundingClientRect();
    const scale = around.width / frame.width;
    const boxes = [...textRects(part)].map((rect) => ({
      left: (rect.left - around.left) / scale, top: (rect.top - around.top) / scale, width: rect.width / scale, height: rect.height / scale,
    }));
    const before = whole(layer);
    before.setEnd(part.startContainer, part.startOffset);
    const after = whole(layer);
    after.setStart(part.endContainer, part.endOffset);
    const quote = quoteOf(textOf(before), textOf(part), textOf(after));
    if (!quote.exact) return [];
    return [{ page: frame.index + 1, kind: 'highlight' as const, rects: joinBoxes(boxes).map((box) => fileRect(frame, box)), quote, colour }];
  });
}

function whole(layer: HTMLElement): Range {
  const range = document.createRange();
  range.selectNodeContents(layer);
  return range;
}

/** The part of a range inside an element. */
function clip(range: Range, element: HTMLElement): Range {
  const part = whole(element);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
  return part;
}

/** Text nodes in a range, with the part of each that is in it. */
function* textNodes(range: Range): Generator<[Text, number, number]> {
  const root = range.commonAncestorContainer;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = root.nodeType === Node.TEXT_NODE ? root : walker.nextNode(); node; node = walker.nextNode()) {
    if (!range.intersectsNode(node)) continue;
    const text = node as Text;
    yield [text, node === range.startContainer ? range.startOffset : 0, node === range.endContainer ? range.endOffset : text.length];
  }
}

/** Each run of the text layer is a line or less; between them is a space. */
function textOf(range: Range): string {
  return [...textNodes(range)].map(([node, start, end]) => node.data.slice(start, end)).join(' ');
}

function* textRects(range: Range): Generator<DOMRect> {
  for (const [node, start, end] of textNodes(range)) {
    const part = document.createRange();
    part.setStart(node, start);
    part.setEnd(node, end);
    yield* part.getClientRects();
  }
}
