import type { AgendaRef, MaterialState, MaterialsView, MaterialVersion, MaterialView } from '@/lib/backend';
import { dayOf, type Day } from '@/lib/time';
import type { Tone } from '@/ui';

/** Materials of one agenda item; of the meeting itself without one. */
export interface MaterialGroup {
  item?: AgendaRef;
  materials: MaterialView[];
}

/** The materials by agenda item, in the order of the agenda. One whose item is not shown to the viewer is the meeting's. */
export function groupsOf({ items, materials }: MaterialsView): MaterialGroup[] {
  const known = new Set(items.map((item) => item.key));
  const own: MaterialGroup = { materials: materials.filter(({ item }) => item === undefined || !known.has(item)) };
  return [own, ...items.map((item) => ({ item, materials: materials.filter((each) => each.item === item.key) }))].filter((group) => group.materials.length > 0);
}

export const tones: Record<MaterialState, Tone> = {
  asked: 'warn', draft: 'neutral', pending: 'warn', rejected: 'bad', waits: 'info', open: 'ok', recalled: 'bad',
};


export const newestOf = (material: MaterialView): MaterialVersion | undefined => material.versions.find((version) => version.key === material.newest);

/** How much of a version is on this machine, percent; never 100 before it is whole. */
export function percentHere({ here, progress }: MaterialVersion): number {
  if (here) return 100;
  if (!progress || progress.total <= 0) return 0;
  return Math.min(99, Math.floor((100 * progress.done) / progress.total));
}

/** Versions that came after the viewer last opened the material. */
export const newSince = ({ read, versions }: MaterialView): MaterialVersion[] => (read ? versions.filter((version) => version.at > read) : []);

/** The moment of a day and a time of that day, in Vietnam; undefined without a day or with a time that is none. */
export function momentOf(day: Day | null, time: string): number | undefined {
  if (!day || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return undefined;
  return Date.parse(`${day}T${time}:00+07:00`);
}

/** The time of the day of a moment, in Vietnam. */
export function timeOf(moment: number): string {
  return new Date(moment + 7 * 3600_000).toISOString().slice(11, 16);
}

export const dayAndTime = (moment: number | undefined): { day: Day | null; time: string } =>
  moment ? { day: dayOf(moment), time: timeOf(moment) } : { day: null, time: '' };

/** A title made of a file's name: without its ending and with spaces for underscores. */
export const titleOf = (file: string): string => file.replace(/\.[^.]+$/, '').replaceAll('_', ' ').trim().slice(0, 500);
