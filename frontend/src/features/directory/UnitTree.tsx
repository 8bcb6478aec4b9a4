import { IconChevronRight } from '@tabler/icons-react';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { People } from '@/lib/people';
import { navigate, paths } from '@/lib/router';
import { treeLines, type TreeLine } from './tree';
import classes from './directory.module.css';

interface Props {
  people: People;
  current: string;
  query: string;
}

/** The province as a tree: ↑ ↓ move, → opens, ← closes. */
export function UnitTree({ people, current, query }: Props) {
  const { t } = useTranslation();
  const [toggled, setToggled] = useState<ReadonlySet<string>>(() => new Set());
  const box = useRef<HTMLDivElement>(null);
  const opened = useMemo(() => {
    const open = new Set(people.children('').map((unit) => unit.id));
    for (let unit = people.units.get(current), steps = 0; unit && steps < 20; unit = people.units.get(unit.parent ?? ''), steps++) open.add(unit.id);
    for (const id of toggled) if (!open.delete(id)) open.add(id);
    return open;
  }, [people, current, toggled]);
  const lines = useMemo(() => treeLines(people, opened, query), [people, opened, query]);
  const at = lines.findIndex((line) => line.unit.id === current);

  const toggle = (id: string) =>
    setToggled((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const pick = (line: TreeLine | undefined) => {
    if (!line) return;
    navigate(paths.unit(line.unit.id), { replace: true });
    box.current?.querySelector(`[data-unit="${CSS.escape(line.unit.id)}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const line = lines[at];
    if (event.key === 'ArrowDown') pick(lines[at + 1]);
    else if (event.key === 'ArrowUp') pick(lines[at - 1]);
    else if (event.key === 'ArrowRight' && line?.parent && !line.open) toggle(line.unit.id);
    else if (event.key === 'ArrowLeft' && line?.parent && line.open) toggle(line.unit.id);
    else if (event.key === 'ArrowLeft') pick(lines.slice(0, Math.max(0, at)).findLast((other) => other.depth === (line?.depth ?? 0) - 1));
    else return;
    event.preventDefault();
  };
  return (
    <div ref={box} className={classes.tree} role="tree" tabIndex={0} aria-label={t('directory.units')} aria-activedescendant={at >= 0 ? `unit-${current}` : undefined} onKeyDown={onKeyDown}>
      {lines.map((line) => (
        // The tree holds the focus and the keys; the mouse is a second way.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={line.unit.id}
          id={`unit-${line.unit.id}`}
          data-unit={line.unit.id}
          role="treeitem"
          tabIndex={-1}
          aria-level={line.depth + 1}
          aria-selected={line.unit.id === current}
          aria-expanded={line.parent ? line.open : undefined}
          className={classes.unit}
          style={{ paddingLeft: 8 + line.depth * 16 }}
          onClick={() => pick(line)}
        >
          <span
            className={classes.twist}
            data-open={line.open || undefined}
            aria-hidden
            onClick={(event) => {
              event.stopPropagation();
              toggle(line.unit.id);
            }}
          >
            {line.parent && <IconChevronRight size={14} />}
          </span>
          <span className="kg-clip" title={line.unit.name}>{line.unit.short || line.unit.name}</span>
        </div>
      ))}
      {lines.length === 0 && <div className={classes.noUnit}>{t('directory.no_unit')}</div>}
    </div>
  );
}
