/** Pure parts of the opinion slips. */
import type { SlipItem } from '@/lib/backend';
import type { Tone } from '@/ui';

export const stateTones: Record<SlipItem['state'], Tone> = { draft: 'neutral', sent: 'info', closed: 'ok', cancelled: 'bad' };

export const folders = ['asked', 'mine'] as const;
export type Folder = (typeof folders)[number];

/** What is asked of the person comes with what waits for him first; what he asks, newest deadline first. */
export function inFolder(list: readonly SlipItem[], folder: Folder): SlipItem[] {
  const rows = list.filter((slip) => (folder === 'asked' ? slip.answer !== undefined : slip.runs));
  return folder === 'asked' ? rows.toSorted((a, b) => Number(waits(b)) - Number(waits(a))) : rows;
}

/** The person has not answered and still can. */
export function waits(slip: SlipItem): boolean {
  return slip.mayAnswer === true && slip.mine === undefined;
}

/** The end of a day in Vietnam, in milliseconds, for a deadline. */
export function endOf(day: string): number {
  return Date.parse(`${day}T23:59:59+07:00`);
}
