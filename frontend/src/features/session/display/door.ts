import type { MeetingItem } from '@/lib/backend';

/** What a door shows: the meeting that is held, and those still to come today. One that is over its time holds the room until it is finished. */
export function doorPlan(list: readonly MeetingItem[], now: number): { current?: MeetingItem; coming: MeetingItem[] } {
  const sits = (each: MeetingItem) => each.status === 'LIVE' || each.status === 'PAUSED';
  const planned = list.filter((each) => each.status === 'INVITED').toSorted((a, b) => a.start - b.start);
  const current = list.find(sits) ?? planned.find((each) => each.start <= now && now < each.end);
  return { current, coming: planned.filter((each) => each !== current && each.start > now) };
}
