import { expect, test } from 'vitest';
import type { Repair } from '@/lib/backend';
import { repairWords } from './repair';

const repair = (change: Partial<Repair>): Repair => ({ at: 0, waiting: 0, unread: 0, whole: true, folder: '/d', ...change });

test.each([
  [repair({}), ['repair.whole', 'repair.none_waiting', 'repair.folder']],
  [repair({ waiting: 3 }), ['repair.whole', 'repair.saved', 'repair.folder']],
  [repair({ whole: false, unread: 2, waiting: 3 }), ['repair.lost', 'repair.saved', 'repair.folder']],
  [repair({ whole: false }), ['repair.unknown', 'repair.none_waiting', 'repair.folder']],
])('%o', (given, want) => expect(repairWords(given).map(({ key }) => key)).toEqual(want));
