import { expect, test } from 'vitest';
import type { SyncStatus } from '@/lib/backend';
import { lineWords } from './line';

const status = (change: Partial<SyncStatus>): SyncStatus => ({
  state: 'online', waiting: [], waitingCount: 0, refused: [], refusedCount: 0, doubtful: 0, uploads: [], downloads: [], firstLoadComplete: true, serverTimeOffset: 0,
  ...change,
});

test.each([
  [status({}), 'ok', 'line.online'],
  [status({ waitingCount: 2 }), 'ok', 'line.sending'],
  [status({ state: 'cut' }), 'warn', 'line.offline'],
  [status({ state: 'offline', waitingCount: 1 }), 'warn', 'line.offline_waiting'],
  [status({ state: 'offline', waitingCount: 1, refusedCount: 1 }), 'bad', 'line.refused'],
  [status({ state: 'offline', waitingCount: 1, trouble: 'server.full' }), 'warn', 'line.full_waiting'],
  [status({ state: 'offline', trouble: 'server.full' }), 'warn', 'line.full'],
  [status({ state: 'offline', trouble: 'storage.full' }), 'warn', 'line.offline'],
  [status({ state: 'revoked', refusedCount: 1 }), 'bad', 'line.revoked'],
  [status({ state: 'forgotten', waitingCount: 1, refusedCount: 1 }), 'warn', 'line.forgotten'],
  [status({ state: 'server' }), 'ok', 'line.server'],
])('%o', (given, tone, key) => expect(lineWords(given)).toMatchObject({ tone, key }));
