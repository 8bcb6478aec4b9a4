import { expect, test } from 'vitest';
import type { CourierStatus } from '@/lib/backend';
import { courierWords } from './courier';

const courier = (change: Partial<CourierStatus>): CourierStatus => ({ province: true, colleagues: 0, lacking: 0, waits: false, ...change });

test.each([
  ['alone at the line', courier({}), 'sync.courier.alone', 0],
  ['with colleagues', courier({ colleagues: 2 }), 'sync.courier.office', 2],
  ['with colleagues and no line', courier({ colleagues: 1, province: false }), 'sync.courier.office', 1],
  ['a colleague fetches', courier({ colleagues: 2, province: false, waits: true, lacking: 9 }), 'sync.courier.waits', 2],
  ['with nobody', courier({ province: false }), 'sync.courier.none', 0],
])('%s', (_what, given, key, count) => expect(courierWords(given)).toEqual({ key, count }));

test('nothing is said where no courier runs', () => expect(courierWords(undefined)).toBeNull());
