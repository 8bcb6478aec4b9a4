import type { Doc, PersonInfo, Role } from '@/lib/backend';
import type { People } from '@/lib/people';
import type { PersonOption } from './PersonChoice';

/** People with one of the roles in the unit itself, in the order of the roles. */
export function holders(people: People, unit: string, roles: readonly Role[], except?: string): PersonOption[] {
  return roles.flatMap((role) =>
    people.staff(unit).flatMap((person) => {
      const post = person.posts.find((candidate) => candidate.unit === unit && candidate.role === role);
      return post && person.id !== except ? [{ id: person.id, name: person.name, detail: placeOf(people, post) }] : [];
    }),
  );
}

/** To whom an incoming document may be submitted. */
export function leadersFor(people: People, doc: Doc): PersonOption[] {
  return holders(people, doc.unit.id, ['leader', 'deputy'], doc.submittedTo?.id);
}

/** To whom a draft may be submitted: the head of the drafting division, else a leader or deputy; never oneself. */
export function approversFor(people: People, doc: Doc, self: string | undefined): PersonOption[] {
  const heads = doc.draftUnit ? holders(people, doc.draftUnit.id, ['head'], self) : [];
  return [...heads, ...holders(people, doc.unit.id, ['leader', 'deputy'], self)];
}

const working: readonly Role[] = ['leader', 'deputy', 'head', 'clerk', 'officer'];

/** Who may take over from somebody who has left: anybody who handles documents in the office, those of his division first. */
export function heirsFor(people: People, doc: Doc, from: string): PersonOption[] {
  const unit = doc.handOvers.find((one) => one.from.id === from)?.unit?.id;
  const options = people.ofOffice(doc.unit.id, working).flatMap((person) => {
    const post = person.posts.find((candidate) => (working as readonly string[]).includes(candidate.role) && people.officeOf(candidate.unit)?.id === doc.unit.id);
    return post && person.id !== from ? [{ near: post.unit === unit, id: person.id, name: person.name, detail: placeOf(people, post) }] : [];
  });
  return options.toSorted((a, b) => Number(b.near) - Number(a.near)).map(({ id, name, detail }) => ({ id, name, detail }));
}

/** "Chuyên viên, Phòng Kinh tế": what tells two of the same name apart. */
function placeOf(people: People, { position, unit }: PersonInfo['posts'][number]): string {
  const { short, name } = people.units.get(unit) ?? {};
  return [position, short || name].filter(Boolean).join(', ');
}
