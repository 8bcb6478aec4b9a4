/** Recipient offices as a tree that can be searched. */
import type { UnitInfo } from '@/lib/backend';
import { score } from '@/lib/fold';

export interface Branch {
  id: string;
  name: string;
  /** Can receive documents itself. */
  office: boolean;
  depth: number;
  children: Branch[];
  /** Offices at and below it. */
  offices: string[];
}

/** The tree of units that hold offices, without one's own. Divisions are left out. */
export function officeTree(units: readonly UnitInfo[], own: string): Branch[] {
  const byParent = new Map<string, UnitInfo[]>();
  for (const unit of units) byParent.set(unit.parent ?? '', [...(byParent.get(unit.parent ?? '') ?? []), unit]);
  const known = new Set(units.map((unit) => unit.id));
  const build = (unit: UnitInfo, depth: number): Branch[] => {
    const children = (byParent.get(unit.id) ?? []).flatMap((child) => build(child, depth + 1));
    const office = Boolean(unit.office) && unit.id !== own;
    const offices = [...(office ? [unit.id] : []), ...children.flatMap((child) => child.offices)];
    return offices.length > 0 ? [{ id: unit.id, name: unit.name, office, depth, children, offices }] : [];
  };
  return units.filter((unit) => !unit.parent || !known.has(unit.parent)).flatMap((root) => build(root, 0));
}

export interface Line {
  branch: Branch;
  open: boolean;
}

/** The lines to show: open branches, or with a query the offices that match, the best first. */
export function linesOf(tree: readonly Branch[], open: ReadonlySet<string>, query = '', limit = 300): Line[] {
  if (query.trim()) {
    return flatten(tree)
      .filter((branch) => branch.office)
      .map((branch, i) => ({ branch, i, points: score(query, branch.name) }))
      .filter(({ points }) => points > 0)
      .toSorted((a, b) => b.points - a.points || a.i - b.i)
      .slice(0, limit)
      .map(({ branch }) => ({ branch: { ...branch, depth: 0, children: [] }, open: false }));
  }
  const lines: Line[] = [];
  const walk = (branches: readonly Branch[]) => {
    for (const branch of branches) {
      if (lines.length >= limit) return;
      const shown = open.has(branch.id);
      lines.push({ branch, open: shown });
      if (shown) walk(branch.children);
    }
  };
  walk(tree);
  return lines;
}

function flatten(tree: readonly Branch[]): Branch[] {
  return tree.flatMap((branch) => [branch, ...flatten(branch.children)]);
}

/** Adds all, or takes all away when every one is chosen already. */
export function toggle(chosen: readonly string[], ids: readonly string[]): string[] {
  const has = new Set(chosen);
  if (ids.every((id) => has.has(id))) {
    const leave = new Set(ids);
    return chosen.filter((id) => !leave.has(id));
  }
  return [...chosen, ...ids.filter((id) => !has.has(id))];
}

/** Members of a group that exist today and are not oneself. */
export function membersOf(group: { members: readonly string[] }, tree: readonly Branch[]): string[] {
  const all = new Set(tree.flatMap((branch) => branch.offices));
  return group.members.filter((id) => all.has(id));
}
