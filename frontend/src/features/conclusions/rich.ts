/** Rich text as the editor and the records hold it: a tree of nodes as JSON. */

export interface RichNode {
  type: string;
  attrs?: Record<string, unknown>;
  marks?: Array<{ type: string }>;
  text?: string;
  content?: RichNode[];
}

const blank: RichNode = { type: 'doc', content: [{ type: 'paragraph' }] };

/** The tree of a stored text; an empty document for what is none. */
export function parseRich(text: string | undefined): RichNode {
  if (!text) return blank;
  try {
    const node = JSON.parse(text) as RichNode;
    return node.type === 'doc' ? node : blank;
  } catch {
    return blank;
  }
}

/** Only what the records take: no empty attributes, and those of lists and headings alone. */
export function cleanRich(node: RichNode): RichNode {
  const attrs = Object.fromEntries(Object.entries(node.attrs ?? {}).filter(([name, value]) => (name === 'level' || name === 'start') && typeof value === 'number'));
  return {
    type: node.type,
    ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(node.marks?.length ? { marks: node.marks.map(({ type }) => ({ type })) } : {}),
    ...(node.text === undefined ? {} : { text: node.text }),
    ...(node.content?.length ? { content: node.content.map(cleanRich) } : {}),
  };
}

/** One way of writing a tree, so that two texts can be compared. */
export const writeRich = (node: RichNode): string => JSON.stringify(cleanRich(node));

/** Whether two stored texts say the same in the same looks. */
export const sameRich = (a: string | undefined, b: string | undefined): boolean => writeRich(parseRich(a)) === writeRich(parseRich(b));

/** The words, a line a paragraph. */
export function plainRich(node: RichNode): string {
  if (node.type === 'text') return node.text ?? '';
  if (node.type === 'hardBreak') return '\n';
  const inside = (node.content ?? []).map(plainRich);
  return inside.join(node.content?.some(({ type }) => type === 'text' || type === 'hardBreak') ? '' : '\n');
}

/** Paragraphs for lines of plain text. */
export const paragraphsOf = (lines: readonly string[]): RichNode[] =>
  lines.map((line) => ({ type: 'paragraph', ...(line.trim() ? { content: [{ type: 'text', text: line }] } : {}) }));

/** One text after the other, with nothing lost of either. */
export const joinRich = (first: RichNode, second: RichNode): RichNode => ({ type: 'doc', content: [...(first.content ?? []), ...(second.content ?? [])] });
