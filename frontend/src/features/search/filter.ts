import type { Direction, SearchFilter } from '@/lib/backend';
import { paths } from '@/lib/router';
import { isDay, type Day } from '@/lib/time';

/** What the screen offers to narrow by; one value each. */
export interface Filter {
  q?: string;
  direction?: Direction;
  type?: string;
  urgency?: number;
  from?: Day;
  to?: Day;
  /** The office that holds the document. */
  unit?: string;
}

/** The same as the API asks for it. */
export function queryOf({ type, urgency, ...rest }: Filter): SearchFilter {
  return { ...rest, type: type === undefined ? undefined : [type], urgency: urgency === undefined ? undefined : [urgency] };
}

/** Reads words and filters from the address; anything unreadable is left out. */
export function filterOf(search: string): Filter {
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
    direction: direction === 'incoming' || direction === 'outgoing' ? direction : undefined,
    type: text('loai'),
    urgency: urgency && /^[0-3]$/.test(urgency) ? Number(urgency) : undefined,
    from: day('tu'),
    to: day('den'),
    unit: text('don-vi'),
  };
}

const names: Record<keyof Filter, string> = { q: 'q', direction: 'chieu', type: 'loai', urgency: 'khan', from: 'tu', to: 'den', unit: 'don-vi' };

/** The address of the search screen with a changed filter. */
export function withFilter(filter: Filter, change: Partial<Filter>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...filter, ...change })) {
    if (value !== undefined) query.set(names[key as keyof Filter], String(value));
  }
  const text = query.toString();
  return text ? `${paths.search}?${text}` : paths.search;
}
