import { useMeetings } from '@/lib/backend';
import { dayOf } from '@/lib/time';
import { momentOf } from './when';

/** The day's first moment: it keeps a query's key for the day. */
function today(): number {
  return momentOf(dayOf(Date.now()), '00:00') ?? 0;
}

/** Meetings of today and later. */
export function useMeetingsAhead(text = '') {
  return useMeetings({ from: today(), ...(text ? { text } : {}) });
}

/** The latest of those before today. */
export function useMeetingsBefore(text = '') {
  return useMeetings({ to: today(), newest: true, ...(text ? { text } : {}) });
}
