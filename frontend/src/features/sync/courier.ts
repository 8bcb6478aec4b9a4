import type { CourierStatus } from '@/lib/backend';

export interface CourierWords {
  /** i18n key and its count. */
  key: string;
  count: number;
}

/** What is said of the exchange of files within the office, the most telling first; null where no courier runs. */
export function courierWords(courier: CourierStatus | undefined): CourierWords | null {
  if (!courier) return null;
  if (courier.waits) return { key: 'sync.courier.waits', count: courier.colleagues };
  if (courier.colleagues > 0) return { key: 'sync.courier.office', count: courier.colleagues };
  return { key: courier.province ? 'sync.courier.alone' : 'sync.courier.none', count: 0 };
}
