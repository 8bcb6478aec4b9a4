import type { UnitInfo } from '@/lib/backend';
import { score } from '@/lib/fold';
import type { People } from '@/lib/people';

/** A line of the tree as shown. */
export interface TreeLine {
  unit: UnitInfo;
  depth: number;
  open: boolean;
  parent: boolean;
}

/** Lines of the units' tree: opened branches only; with a query, what fits and the way to it. */
export function treeLines(people: People, opened: ReadonlySet<string>, query: string): TreeLine[] {
  const lines: TreeLine[] = [];
  const wanted = query.trim() ? matching(people, query) : null;
  const walk = (parent: string, depth: number) => {
    for (const unit of people.children(parent)) {
      if (wanted && !wanted.has(unit.id)) continue;
      const children = people.children(unit.id);
      const open = wanted ? children.some((child) => wanted.has(child.id)) : opened.has(unit.id);
      lines.push({ unit, depth, open, parent: children.length > 0 });
      if (open) walk(unit.id, depth + 1);
    }
  };
  walk('', 0);
  return lines;
}

function matching(people: People, query: string): Set<string> {
  const wanted = new Set<string>();
  for (const unit of people.units.values()) {
    if (Math.max(score(query, unit.name), score(query, unit.short ?? ''), score(query, unit.notation ?? '')) < 150) continue;
    let at: UnitInfo | undefined = unit;
    for (let steps = 0; at && steps < 20 && !wanted.has(at.id); steps++) {
      wanted.add(at.id);
      at = people.units.get(at.parent ?? '');
    }
  }
  return wanted;
}
