import { locate, type PageText } from './search';

export interface PageHit {
  start: number;
  end: number;
  current: boolean;
}

interface HighlightLike {
  add: (range: Range) => unknown;
  delete: (range: Range) => unknown;
  priority: number;
}

const names = { all: 'kg-pdf-hit', current: 'kg-pdf-current' } as const;

/** The document's named highlight (CSS Custom Highlight API), made on first use; null where it is not known. */
function highlight(name: string): HighlightLike | null {
  const Highlight = (window as unknown as { Highlight?: new () => HighlightLike }).Highlight;
  const registry = (CSS as unknown as { highlights?: Map<string, HighlightLike> }).highlights;
  if (!Highlight || !registry) return null;
  let made = registry.get(name);
  if (!made) {
    made = new Highlight();
    made.priority = name === names.current ? 1 : 0;
    registry.set(name, made);
  }
  return made;
}

/** Colours the hits in a text layer without touching its nodes; the returned function takes the colour away. */
export function markHits(divs: readonly HTMLElement[], text: PageText, hits: readonly PageHit[]): () => void {
  const marked: Array<[HighlightLike, Range]> = [];
  for (const hit of hits) {
    const target = highlight(hit.current ? names.current : names.all);
    const range = target && rangeOf(divs, text, hit);
    if (!target || !range) continue;
    target.add(range);
    marked.push([target, range]);
  }
  return () => {
    for (const [target, range] of marked) target.delete(range);
  };
}

function rangeOf(divs: readonly HTMLElement[], text: PageText, hit: PageHit): Range | null {
  const from = locate(text, hit.start);
  const to = locate(text, hit.end - 1);
  const startNode = divs[from.item]?.firstChild;
  const endNode = divs[to.item]?.firstChild;
  if (!startNode || !endNode) return null;
  const range = document.createRange();
  range.setStart(startNode, Math.min(from.offset, startNode.textContent?.length ?? 0));
  range.setEnd(endNode, Math.min(to.offset + 1, endNode.textContent?.length ?? 0));
  return range;
}
