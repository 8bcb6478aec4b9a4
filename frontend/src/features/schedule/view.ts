/** What the address of the calendar says: which view, which day, whose meetings. */
import { isDay, today, type Day } from '@/lib/time';

export const views = ['week', 'month', 'rooms', 'plan', 'manage', 'points'] as const;
export type View = (typeof views)[number];

export type Whose = 'all' | 'mine' | 'office';

export interface Place {
  view: View;
  day: Day;
  whose: Whose;
  room: string;
  unit: string;
}

const words: Record<View, string> = { week: 'tuan', month: 'thang', rooms: 'theo-phong', plan: 'lich-tuan', manage: 'phong-hop', points: 'diem-cau' };
const whoseWords: Record<Whose, string> = { all: '', mine: 'toi', office: 'co-quan' };

function keyOf<K extends string>(names: Record<K, string>, word: string | null, otherwise: K): K {
  return (Object.keys(names) as K[]).find((key) => names[key] === word) ?? otherwise;
}

export function readPlace(search: string, now: Day = today()): Place {
  const query = new URLSearchParams(search);
  const day = query.get('ngay') ?? '';
  return {
    view: keyOf(words, query.get('xem'), 'week'), day: isDay(day) ? day : now, whose: keyOf(whoseWords, query.get('cua') ?? '', 'all'),
    room: query.get('phong') ?? '', unit: query.get('don-vi') ?? '',
  };
}

export function writePlace({ view, day, whose, room, unit }: Place): string {
  const query = new URLSearchParams({ xem: words[view], ngay: day });
  if (whose !== 'all') query.set('cua', whoseWords[whose]);
  if (room) query.set('phong', room);
  if (unit) query.set('don-vi', unit);
  return query.toString();
}
