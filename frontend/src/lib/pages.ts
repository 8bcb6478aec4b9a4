/** Pages of a paper as people write them. */

/** From and to, both included, from 1. */
export type PageSpan = readonly [number, number];

/** The pages that a text names, growing, each once: "1-2, 5". Null where it does not. */
export function spansOf(text: string): PageSpan[] | null {
  const spans: PageSpan[] = [];
  for (const part of text.split(',')) {
    const found = /^\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?$/.exec(part);
    const from = Number(found?.[1] ?? 0);
    const to = Number(found?.[2] ?? from);
    if (from <= (spans.at(-1)?.[1] ?? 0) || to < from) return null;
    spans.push([from, to]);
  }
  return spans;
}

/** Each page of the spans. */
export function pagesOf(spans: readonly PageSpan[]): number[] {
  return spans.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}
