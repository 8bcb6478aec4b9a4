import i18next from 'i18next';

const vi = new Intl.NumberFormat('vi-VN');
const en = new Intl.NumberFormat('en-GB');
const one = { vi: new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 1 }), en: new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 }) };

function english(): boolean {
  return i18next.language === 'en';
}

/** 12.345 in Vietnamese, 12,345 in English. */
export function formatNumber(n: number): string {
  return (english() ? en : vi).format(n);
}

const fromRight = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;

/**
 * Facts on one line, those that there are. One with letters that run from right
 * to left is isolated, else it would turn the date or the number beside it.
 */
export function formatFacts(...facts: ReadonlyArray<string | number | false | null | undefined>): string {
  return facts.filter(Boolean).map(String).map((fact) => (fromRight.test(fact) ? `\u2068${fact}\u2069` : fact)).join(' · ');
}

/** 950 B, 12,4 KB, 1,2 MB; units of 1,000 bytes. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const number = unit < 2 ? String(Math.round(value)) : (english() ? one.en : one.vi).format(value);
  return `${number} ${units[unit]}`;
}

/** "khoảng 3 phút": how long bytes take at a rate; "" when the rate is not known. */
export function formatEstimate(bytes: number, bytesPerSecond: number): string {
  if (bytes <= 0 || bytesPerSecond <= 0) return '';
  const seconds = bytes / bytesPerSecond;
  if (seconds < 50) return i18next.t('estimate.seconds', { count: Math.max(5, Math.ceil(seconds / 5) * 5) });
  if (seconds < 3300) return i18next.t('estimate.minutes', { count: Math.max(1, Math.round(seconds / 60)) });
  return i18next.t('estimate.hours', { count: Math.max(1, Math.round(seconds / 3600)) });
}

/** "còn khoảng 3 phút"; "" when nobody can tell. */
export function formatLeft(ms: number | undefined): string {
  const time = formatEstimate(ms ?? 0, 1000);
  return time && i18next.t('estimate.left', { time });
}

/** "12,4 MB / 30 MB · còn khoảng 3 phút": how far something has come, and how long it still takes. */
export function formatComing({ done, total, estimateMs }: { done: number; total: number; estimateMs?: number }): string {
  return formatFacts(`${formatBytes(done)} / ${formatBytes(total)}`, formatLeft(estimateMs));
}

/** The end of a device's id, short enough to be read out over the telephone. */
export const machineNumber = (id: string) => `${id.slice(-8, -4)}-${id.slice(-4)}`.toUpperCase();

/** "vừa xong", "5 phút trước", "3 giờ trước", "2 ngày trước". */
export function formatAgo(moment: number, now: number = Date.now()): string {
  const seconds = Math.max(0, (now - moment) / 1000);
  if (seconds < 60) return i18next.t('ago.now');
  if (seconds < 3600) return i18next.t('ago.minutes', { count: Math.floor(seconds / 60) });
  if (seconds < 86_400) return i18next.t('ago.hours', { count: Math.floor(seconds / 3600) });
  return i18next.t('ago.days', { count: Math.floor(seconds / 86_400) });
}
