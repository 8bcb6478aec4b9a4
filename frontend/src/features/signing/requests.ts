/** Requests to providers: what waits for a confirmation on the telephone, as plain functions. */
import type { RequestState, SigningRequest } from '@/lib/backend';
import type { Tone } from '@/ui';

const ended: ReadonlySet<RequestState> = new Set(['signed', 'refused', 'expired', 'failed', 'cancelled']);

export const hasEnded = ({ state }: Pick<SigningRequest, 'state'>): boolean => ended.has(state);

/** Signed, all of it: there is nothing left to do or to read. */
export const isDone = ({ state, documents }: Pick<SigningRequest, 'state' | 'documents'>): boolean => state === 'signed' && documents.every((doc) => doc.given);

/** Documents that the person may have asked for anew. */
export const unsigned = (request: Pick<SigningRequest, 'state' | 'documents'>): string[] => (hasEnded(request) ? request.documents.filter((doc) => !doc.given).map(({ id }) => id) : []);

export function requestTone(request: Pick<SigningRequest, 'state' | 'documents'>): Tone {
  switch (request.state) {
    case 'signed':
      return isDone(request) ? 'ok' : 'bad';
    case 'refused': case 'expired': case 'failed':
      return 'bad';
    case 'unknown':
      return 'warn';
    case 'cancelled':
      return 'neutral';
    default:
      return 'info';
  }
}

/** "4:05": minutes and seconds that are left. */
export function leftText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
