import type { Repair } from '@/lib/backend';

export interface RepairWord {
  /** i18n key and its values. */
  key: string;
  count?: number;
  folder?: string;
}

/** What a person reads of a repair: first whether anything is lost, then what was saved, then where the rest is. */
export function repairWords({ whole, unread, waiting, folder }: Repair): RepairWord[] {
  const lost: RepairWord = whole ? { key: 'repair.whole' } : unread > 0 ? { key: 'repair.lost', count: unread } : { key: 'repair.unknown' };
  const saved: RepairWord = waiting > 0 ? { key: 'repair.saved', count: waiting } : { key: 'repair.none_waiting' };
  return [lost, saved, { key: 'repair.folder', folder }];
}
