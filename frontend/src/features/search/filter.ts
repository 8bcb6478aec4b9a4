import type { Direction, SearchFilter, Urgency } from '@/lib/backend';
import { paths } from '@/lib/router';
import { isDay } from '@/lib/time';

/** Reads words and filters from the address; anything unreadable is left out. */
export function filterOf(search: string): SearchFilter {
  const query = new URLSearchParams(search);
  const text = (name: string) => query.get(name)?.trim() || undefined;
  const day = (name: string) => {
    const value = text(name);
    return value && isDay(value) ? value : undefined;
  };
  const direction = text('chieu');
  const urgency = text('khan');
  return {
    q: text('q')?.normalize('NFC'),
    direction: direction === 'incoming' || direction === 'outgoing' ? (direction as Direction) : undefined,
    type: text('loai'),
    urgency: urgency && /^[0-3]$/.test(urgency) ? (Number(urgency) as Urgency) : undefined,
    from: day('tu'),
    to: day('den'),
    unit: text('don-vi'),
  };
}

const names: Record<keyof SearchFilter, string> = { q: 'q', direction: 'chieu', type: 'loai', urgency: 'khan', from: 'tu', to: 'den', unit: 'don-vi' };

/** The address of the search screen with a changed filter. */
export function withFilter(filter: SearchFilter, change: Partial<SearchFilter>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...filter, ...change })) {
    if (value !== undefined) query.set(names[key as keyof SearchFilter], String(value));
  }
  const text = query.toString();
  return text ? `${paths.search}?${text}` : paths.search;
}
