/** Names and posts by id, from the directory that every machine holds. */
import { useEffect, useMemo } from 'react';
import { useCatalog, useDirectory, type PersonInfo, type Role, type UnitInfo } from './backend';
import { speakIdsBy } from './errorData';
import { plainCalendar, type WorkCalendar } from './time';

export interface People {
  units: ReadonlyMap<string, UnitInfo>;
  people: ReadonlyMap<string, PersonInfo>;
  /** Units under a unit, in the directory's order; '' gives the roots. */
  children: (unit: string) => readonly UnitInfo[];
  /** People with a post in the unit itself. */
  staff: (unit: string) => readonly PersonInfo[];
  /** The office (cơ quan) a unit belongs to. */
  officeOf: (unit: string) => UnitInfo | undefined;
  /** People of an office and of the divisions in it, optionally only with one of the roles. */
  ofOffice: (office: string, roles?: readonly Role[]) => readonly PersonInfo[];
  name: (id: string | undefined) => string;
}

const none: never[] = [];

export function buildPeople(units: readonly UnitInfo[], people: readonly PersonInfo[]): People {
  const unitById = new Map(units.map((unit) => [unit.id, unit]));
  const personById = new Map(people.map((person) => [person.id, person]));
  const byParent = new Map<string, UnitInfo[]>();
  for (const unit of units) push(byParent, unit.parent ?? '', unit);
  // What belongs to an office stands before the offices below it.
  for (const list of byParent.values()) list.sort((a, b) => rank(a) - rank(b));
  const byUnit = new Map<string, PersonInfo[]>();
  for (const person of people) {
    for (const unit of new Set(person.posts.map((post) => post.unit))) push(byUnit, unit, person);
  }
  const children = (unit: string) => byParent.get(unit) ?? none;
  const inside = (unit: string): string[] => [unit, ...children(unit).filter((child) => !child.office).flatMap((child) => inside(child.id))];
  const officeOf = (id: string): UnitInfo | undefined => {
    let unit = unitById.get(id);
    for (let steps = 0; unit && !unit.office && steps < 20; steps++) unit = unitById.get(unit.parent ?? '');
    return unit;
  };
  return {
    units: unitById,
    people: personById,
    children,
    staff: (unit) => byUnit.get(unit) ?? none,
    officeOf,
    ofOffice: (office, roles) => {
      const members = new Set(inside(office));
      return people.filter((person) => person.posts.some((post) => members.has(post.unit) && (!roles || (roles as readonly string[]).includes(post.role))));
    },
    name: (id) => (id === undefined ? '' : (personById.get(id)?.name ?? unitById.get(id)?.name ?? id)),
  };
}

function rank(unit: UnitInfo): number {
  return unit.office ? (unit.level === 'commune' ? 2 : 1) : 0;
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

export function usePeople(): People {
  const { data } = useDirectory();
  const people = useMemo(() => buildPeople(data?.units ?? none, data?.people ?? none), [data]);
  useEffect(() => speakIdsBy(people.name), [people]);
  return people;
}

/** Days off as the catalogue gives them; weekends only until it has loaded. */
export function useWorkCalendar(): WorkCalendar {
  const { data } = useCatalog();
  return useMemo(() => {
    if (!data) return plainCalendar;
    return { off: new Set(data.holidays.map((holiday) => holiday.day)), working: new Set(data.workdays) };
  }, [data]);
}
