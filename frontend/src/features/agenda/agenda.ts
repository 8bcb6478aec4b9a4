/** The agenda on the planned clock, and moving its items. */
import type { AgendaItem } from '@/lib/backend';

const minute = 60_000;

export interface Planned {
  item: AgendaItem;
  /** When it begins if all goes as planned. */
  at: number;
}

/** Items one after the other from the meeting's start. */
export function planned(items: readonly AgendaItem[], start: number): Planned[] {
  let at = start;
  return items.map((item) => {
    const here = { item, at };
    at += (item.minutes ?? 0) * minute;
    return here;
  });
}

export function totalMinutes(items: readonly AgendaItem[]): number {
  return items.reduce((sum, item) => sum + (item.minutes ?? 0), 0);
}

/** The items in an order of keys; items that it does not know come after, as they were. */
export function inOrder(items: readonly AgendaItem[], order: readonly number[] | null): AgendaItem[] {
  if (!order) return [...items];
  const place = new Map(order.map((key, i) => [key, i]));
  return items.toSorted((a, b) => (place.get(a.key) ?? order.length) - (place.get(b.key) ?? order.length));
}

/** The keys with one moved by a number of places; the same when it cannot go there. */
export function moved(keys: readonly number[], key: number, by: number): number[] {
  const from = keys.indexOf(key);
  const to = from + by;
  if (from < 0 || to < 0 || to >= keys.length) return [...keys];
  const out = keys.filter((other) => other !== key);
  out.splice(to, 0, key);
  return out;
}

/** A line typed in haste: "Báo cáo tình hình 15" or "… 15 phút" says how long it takes. */
export function readLine(text: string): { title: string; minutes: number } {
  const found = /^(.*\S)[\s,–-]+(\d{1,3})\s*(?:phút|ph|p|min|')?\.?$/iu.exec(text.trim());
  // A year or a number of a document belongs to the title.
  const minutes = found ? Number(found[2]) : 0;
  const title = found?.[1]?.replace(/[\s,–-]+$/u, '') ?? '';
  if (!found || minutes === 0 || minutes > 480 || /(?:số|năm|quý|tháng|ngày|khóa|kỳ|thứ|điều|mục|no\.?|year|quarter)$/iu.test(title)) return { title: text.trim(), minutes: 0 };
  return { title, minutes };
}
