import type { SyncStatus } from '@/lib/backend';

export type LineTone = 'ok' | 'warn' | 'bad';

export interface LineWords {
  tone: LineTone;
  /** i18n key and its count. */
  key: string;
  count: number;
}

/**
 * What the pill says, the most serious first: refusals, a server without
 * room, then the state of the line with what waits to go up.
 */
export function lineWords(status: SyncStatus): LineWords {
  const waiting = status.waitingCount;
  if (status.state === 'revoked') return { tone: 'bad', key: 'line.revoked', count: 0 };
  if (status.state === 'forgotten') return { tone: 'warn', key: 'line.forgotten', count: 0 };
  if (status.refusedCount > 0) return { tone: 'bad', key: 'line.refused', count: status.refusedCount };
  // There is a line; what is missing is room at its other end.
  if (status.trouble === 'server.full') return { tone: 'warn', key: waiting > 0 ? 'line.full_waiting' : 'line.full', count: waiting };
  switch (status.state) {
    case 'server':
      return { tone: 'ok', key: 'line.server', count: 0 };
    case 'online':
      return waiting > 0 ? { tone: 'ok', key: 'line.sending', count: waiting } : { tone: 'ok', key: 'line.online', count: 0 };
    case 'connecting':
      return { tone: 'warn', key: waiting > 0 ? 'line.connecting_waiting' : 'line.connecting', count: waiting };
    default:
      return { tone: 'warn', key: waiting > 0 ? 'line.offline_waiting' : 'line.offline', count: waiting };
  }
}
