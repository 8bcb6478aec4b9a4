/** The state of a directive being written, and what it may name. */
import type { DirectiveRole, Receiver, TemplateInfo } from '@/lib/backend';
import { score } from '@/lib/fold';
import type { People } from '@/lib/people';

export interface Writing {
  text: string;
  due: string;
  receivers: Receiver[];
}

export const blank: Writing = { text: '', due: '', receivers: [] };

const roles: readonly DirectiveRole[] = ['CHU_TRI', 'PHOI_HOP', 'NHAN_DE_BIET'];

/** A person or a division that a directive may name. */
export interface Candidate {
  id: string;
  unit: boolean;
  name: string;
  detail: string;
}

/** The first one named leads, unless somebody leads already; the others assist. */
export function addReceiver(receivers: readonly Receiver[], { id, unit }: Pick<Candidate, 'id' | 'unit'>, leadTaken = false): Receiver[] {
  if (receivers.some((receiver) => receiver.id === id)) return [...receivers];
  const led = leadTaken || receivers.some((receiver) => receiver.role === 'CHU_TRI');
  return [...receivers, { id, ...(unit ? { unit: true } : {}), role: led ? 'PHOI_HOP' : 'CHU_TRI' }];
}

/** Gives a role; a new chủ trì turns the one before into phối hợp. */
export function setRole(receivers: readonly Receiver[], id: string, role: DirectiveRole): Receiver[] {
  return receivers.map((receiver) => {
    if (receiver.id === id) return { ...receiver, role };
    return role === 'CHU_TRI' && receiver.role === 'CHU_TRI' ? { ...receiver, role: 'PHOI_HOP' } : receiver;
  });
}

/** The role that a click gives next; not chủ trì while somebody else has it. */
export function nextRole(role: DirectiveRole, leadTaken = false): DirectiveRole {
  const next = roles[(roles.indexOf(role) + 1) % roles.length] ?? 'CHU_TRI';
  return leadTaken && next === 'CHU_TRI' ? 'PHOI_HOP' : next;
}

/** What is missing before it can be sent: an i18n key, or null. */
export function missing({ text, receivers }: Writing): 'directive.missing.text' | 'directive.missing.receivers' | null {
  if (!text.trim()) return 'directive.missing.text';
  return receivers.length === 0 ? 'directive.missing.receivers' : null;
}

/** Templates in the order of their number keys, which the first nine have. */
export function inOrder(templates: readonly TemplateInfo[]): TemplateInfo[] {
  return templates.toSorted((a, b) => Number(b.mine ?? false) - Number(a.mine ?? false) || (a.order ?? 0) - (b.order ?? 0) || a.text.localeCompare(b.text, 'vi'));
}

interface Reach {
  office: string;
  /** Only these divisions and their people: for one who passes a directive on. */
  within?: readonly string[];
  self?: string;
}

/** Divisions with a head, and people who handle documents, within reach; leaders and heads first. */
export function candidatesOf(people: People, { office, within, self }: Reach): Candidate[] {
  const inside = new Set<string>();
  const walk = (unit: string) => {
    if (inside.has(unit)) return;
    inside.add(unit);
    for (const child of people.children(unit)) if (!child.office) walk(child.id);
  };
  if (within) for (const unit of within) walk(unit);
  else walk(office);
  const own = new Set(within ?? [office]);
  const units = [...inside].flatMap((id): Candidate[] => {
    const unit = people.units.get(id);
    const head = people.staff(id).find((person) => person.posts.some((post) => post.unit === id && post.role === 'head'));
    return unit && head && !own.has(id) ? [{ id, unit: true, name: unit.name, detail: head.name }] : [];
  });
  const seen = new Set<string>();
  const persons: Array<Candidate & { rank: number }> = [];
  for (const id of inside) {
    for (const person of people.staff(id)) {
      const post = person.posts.find((candidate) => candidate.unit === id && rank[candidate.role] !== undefined);
      if (!post || seen.has(person.id) || person.id === self) continue;
      seen.add(person.id);
      const unit = people.units.get(id);
      persons.push({
        id: person.id, unit: false, name: person.name, rank: rank[post.role] ?? 9,
        detail: [post.position, id === office ? '' : (unit?.short || unit?.name)].filter(Boolean).join(', '),
      });
    }
  }
  const sorted = persons.toSorted((a, b) => a.rank - b.rank || a.name.localeCompare(b.name, 'vi'));
  return [...units, ...sorted.map(({ id, unit, name, detail }) => ({ id, unit, name, detail }))];
}

const rank: Record<string, number | undefined> = { deputy: 0, leader: 1, head: 2, officer: 3, clerk: 4 };

/** The best matches for a few letters, accents or none, without those already named. */
export function suggest(query: string, candidates: readonly Candidate[], receivers: readonly Receiver[], limit = 8): Candidate[] {
  const named = new Set(receivers.map((receiver) => receiver.id));
  return candidates
    .filter((candidate) => !named.has(candidate.id))
    .map((candidate, i) => ({ candidate, i, points: query ? Math.max(score(query, candidate.name), score(query, candidate.detail) * 0.8, score(query, `${candidate.name} ${candidate.detail}`) * 0.6) : 1 }))
    .filter(({ points }) => points > 0)
    .toSorted((a, b) => b.points - a.points || a.i - b.i)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}
