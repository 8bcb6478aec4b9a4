/** Who is invited, while the list is written: found by a few letters, added, put in order. */
import type { Invitee, MeetingRole, MeetingView, PersonInfo, UnitInfo } from '@/lib/backend';
import { fold, score } from '@/lib/fold';
import type { People } from '@/lib/people';

export interface Invited {
  id: string;
  unit: boolean;
  role: MeetingRole;
  voting: boolean;
  title: string;
  seat: string;
}

export const roles: readonly MeetingRole[] = ['CHU_TRI', 'THU_KY', 'THANH_VIEN', 'TRINH_BAY', 'KHACH_MOI', 'QUAN_SAT', 'KY_THUAT'];
export const unitRoles: readonly MeetingRole[] = ['THANH_VIEN', 'TRINH_BAY', 'KHACH_MOI', 'QUAN_SAT'];

/** Somebody, a unit or a group that may be invited. */
export interface Candidate {
  kind: 'person' | 'unit' | 'group';
  id: string;
  name: string;
  detail: string;
  /** How else it is called. */
  also?: string;
  /** Of a group: its units. */
  members?: readonly string[];
}

const votes = (role: MeetingRole) => role === 'CHU_TRI' || role === 'THANH_VIEN';

export function invitedAs(id: string, unit: boolean, role: MeetingRole): Invited {
  return { id, unit, role, voting: !unit && votes(role), title: '', seat: '' };
}

/** Adds those who are not on the list yet. */
export function addTo(list: readonly Invited[], more: readonly Invited[]): Invited[] {
  const has = new Set(list.map((one) => one.id));
  const out = [...list];
  for (const one of more) {
    if (has.has(one.id)) continue;
    has.add(one.id);
    out.push(one);
  }
  return out;
}

/** Another role; a new chair takes the place of the one before, who stays a member. */
export function withRole(list: readonly Invited[], id: string, role: MeetingRole): Invited[] {
  return list.map((one) => {
    if (one.id === id) return { ...one, role, voting: !one.unit && votes(role) };
    return role === 'CHU_TRI' && one.role === 'CHU_TRI' ? { ...one, role: 'THANH_VIEN' } : one;
  });
}

/** Moves one to another place. */
export function moveTo<T>(list: readonly T[], from: number, to: number): T[] {
  const out = [...list];
  const [one] = out.splice(from, 1);
  if (one !== undefined) out.splice(Math.max(0, Math.min(out.length, to)), 0, one);
  return out;
}

function postOf(person: PersonInfo, people: People): string {
  const post = person.posts.find((each) => each.main) ?? person.posts[0];
  const unit = people.units.get(post?.unit ?? '');
  return [post?.position, unit?.short ?? unit?.name].filter(Boolean).join(', ');
}

/** All that can be invited; made once for a directory. */
export function candidatesOf(people: People, groups: ReadonlyArray<{ id: string; name: string; members: readonly string[] }>): Candidate[] {
  const unit = (one: UnitInfo): Candidate => ({ kind: 'unit', id: one.id, name: one.name, detail: people.units.get(one.parent ?? '')?.short ?? '', also: one.short });
  return [
    ...[...people.people.values()].map((person): Candidate => ({ kind: 'person', id: person.id, name: person.name, detail: postOf(person, people) })),
    ...[...people.units.values()].map(unit),
    ...groups.map((group): Candidate => ({ kind: 'group', id: group.id, name: group.name, detail: '', members: group.members })),
  ];
}

/** The best for a few letters, without those on the list. A position counts as well as a name, less. */
export function findCandidates(all: readonly Candidate[], query: string, taken: ReadonlySet<string>, limit = 12): Candidate[] {
  if (!query.trim()) return [];
  return all
    .filter((one) => !taken.has(one.id))
    .map((one) => ({ one, points: Math.max(score(query, one.name) * 2, one.also ? score(query, one.also) * 2 : 0, whole(query, `${one.name} ${one.detail}`)) }))
    .filter(({ points }) => points >= 160)
    .toSorted((a, b) => b.points - a.points || a.one.name.localeCompare(b.one.name, 'vi'))
    .slice(0, limit)
    .map(({ one }) => one);
}

/** Every word begins a word of the text. */
function whole(query: string, text: string): number {
  const words = fold(text).split(/[^\p{L}\p{N}]+/u);
  return fold(query).trim().split(/\s+/).every((part) => words.some((word) => word.startsWith(part))) ? 200 : 0;
}

/** Reads pasted lines, "name" or "name, position": those known for certain, and the lines that are not. */
export function readPasted(text: string, all: readonly Candidate[]): { found: Candidate[]; unclear: string[] } {
  const byName = new Map<string, Candidate[]>();
  for (const one of all) {
    const key = fold(one.name);
    byName.set(key, [...(byName.get(key) ?? []), one]);
  }
  const found: Candidate[] = [];
  const unclear: string[] = [];
  for (const line of text.split(/[\n;]/).map((each) => each.replace(/^\s*(?:[-•*]|\d+[.)])\s*/, '').trim()).filter(Boolean)) {
    const [name = '', ...rest] = line.split(/[,\t–]/);
    const same = byName.get(fold(name.trim().replace(/^(?:đ\/c|đồng chí|ông|bà)\s+/i, ''))) ?? [];
    const wanted = fold(rest.join(' ')).trim();
    const fit = same.length > 1 && wanted ? same.filter((one) => wanted.split(/\s+/).every((word) => fold(one.detail).includes(word))) : same;
    if (fit.length === 1 && fit[0]) found.push(fit[0]);
    else unclear.push(line);
  }
  return { found, unclear };
}

/** Those on the list of a meeting; who stands for somebody is not named by the organiser. */
export function invitedOf(view: MeetingView): Invited[] {
  return view.participants.filter((one) => !one.for).map((one) => ({
    id: one.id, unit: Boolean(one.unit), role: one.role, voting: Boolean(one.voting), title: one.title ?? '', seat: one.seat ?? '',
  }));
}

/** The people of an earlier meeting as they would be invited again. */
export function copiedOf(view: MeetingView, known: People): Invited[] {
  return invitedOf(view).map((one) => ({ ...one, seat: '' })).filter((one) => (one.unit ? known.units.has(one.id) : known.people.has(one.id)));
}

/** As commands take the list; its order is the order of the list. */
export function inviteesOf(list: readonly Invited[]): Invitee[] {
  return list.map((one, order) => ({
    id: one.id, unit: one.unit || undefined, role: one.role, voting: one.voting || undefined, title: one.title.trim() || undefined,
    order: order + 1, seat: one.seat.trim() || undefined,
  }));
}

/** What changed from one list to another. */
export function changeOf(before: readonly Invited[], after: readonly Invited[]): { set: Invitee[]; remove: string[] } {
  const old = new Map(inviteesOf(before).map((one) => [one.id, JSON.stringify(one)]));
  const kept = new Set(after.map((one) => one.id));
  return {
    set: inviteesOf(after).filter((one) => old.get(one.id) !== JSON.stringify(one)),
    remove: before.filter((one) => !kept.has(one.id)).map((one) => one.id),
  };
}
