/** What the viewer may do to a meeting, and how the answers to its invitation stand. */
import type { MeetingView, ParticipantView } from '@/lib/backend';
import { fold } from '@/lib/fold';
import { may } from '@/lib/may';

/** Those whom the viewer answers for: himself first, then units. */
export function mineOf(meeting: MeetingView): ParticipantView[] {
  return meeting.participants.filter((one) => one.mine).toSorted((a, b) => Number(a.unit ?? false) - Number(b.unit ?? false));
}

/** Substitutes that wait for the viewer's yes or no. */
export function toDecide(meeting: MeetingView): ParticipantView[] {
  return meeting.participants.filter((one) => one.substitute && !one.approvedBy && may(one.actions, 'meeting.decide_substitute'));
}

export const tallies = ['ACCEPTED', 'DECLINED', 'PENDING', 'DELEGATED'] as const;
export type Tally = (typeof tallies)[number];

export function tallyOf(people: readonly ParticipantView[]): Record<Tally, number> {
  const out = { ACCEPTED: 0, DECLINED: 0, PENDING: 0, DELEGATED: 0 };
  for (const one of people) out[one.reply]++;
  return out;
}

/** Those with the answer, whose name, post or office has the words; accents do not matter. */
export function filtered(people: readonly ParticipantView[], words: string, reply: Tally | null): ParticipantView[] {
  const parts = fold(words).trim().split(/\s+/).filter(Boolean);
  return people.filter((one) => {
    if (reply && one.reply !== reply) return false;
    const text = fold([one.name, one.title, one.position, one.office?.name, one.office?.short].filter(Boolean).join(' '));
    return parts.every((part) => text.includes(part));
  });
}

/** The offices that the invitation goes to: of those invited, without one's own. */
export function officesOf(meeting: MeetingView): string[] {
  return [...new Set(meeting.participants.map((one) => one.office?.id).filter((id) => id !== undefined && id !== meeting.unit.id))] as string[];
}
