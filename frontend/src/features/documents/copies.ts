/** Pages of an extract as people write them. */

/** Whether the text names pages, from 1, growing, each once: "1-2, 5". How many there are the laptop knows. */
export function arePages(text: string): boolean {
  let last = 0;
  return text.split(',').every((part) => {
    const found = /^\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?$/.exec(part);
    const from = Number(found?.[1] ?? 0);
    const to = Number(found?.[2] ?? from);
    if (from <= last || to < from) return false;
    last = to;
    return true;
  });
}
