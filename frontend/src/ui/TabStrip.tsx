import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import classes from './tab-strip.module.css';

export interface Tab<Id extends string | number> {
  id: Id;
  label: ReactNode;
  /** How many things are behind it. */
  count?: ReactNode;
  /** Said in full where the label may be cut. */
  title?: string;
}

interface Props<Id extends string | number> {
  /** For screen readers. */
  label: string;
  tabs: ReadonlyArray<Tab<Id>>;
  value: Id;
  onChange: (id: Id) => void;
  /** The id of the tabpanel, which is named by `${panel}-${value}`. */
  panel?: string;
  /** 'sheets' are the papers of one folder: smaller, and as long as their names. */
  look?: 'line' | 'sheets';
  className?: string;
}

/**
 * A strip of tabs with a roving focus: Tab comes to the chosen one, ← → Home and
 * End choose another, round the ends. Number keys are the screen's: useTabKeys.
 */
export function TabStrip<Id extends string | number>({ label, tabs, value, onChange, panel, look = 'line', className }: Props<Id>) {
  const strip = useRef<HTMLDivElement>(null);
  const at = tabs.findIndex((tab) => tab.id === value);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = placeAfter(event.key, at, tabs.length);
    const next = tabs[to];
    if (!next || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onChange(next.id);
    strip.current?.querySelectorAll<HTMLElement>('[role="tab"]')[to]?.focus();
  };
  return (
    <div ref={strip} className={`${classes.strip} ${className ?? ''}`} data-look={look} role="tablist" tabIndex={-1} aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          id={panel && `${panel}-${tab.id}`}
          type="button"
          role="tab"
          aria-selected={tab.id === value}
          aria-controls={panel}
          tabIndex={tab.id === value ? 0 : -1}
          className={classes.tab}
          title={tab.title}
          onClick={() => onChange(tab.id)}
        >
          {tab.label}
          {tab.count !== undefined && <span className={classes.count}>{tab.count}</span>}
        </button>
      ))}
    </div>
  );
}

/** Where a key leads from a tab; -1 for a key that leads nowhere. */
function placeAfter(key: string, at: number, count: number): number {
  switch (key) {
    case 'ArrowRight': return (at + 1) % count;
    case 'ArrowLeft': return (at - 1 + count) % count;
    case 'Home': return 0;
    case 'End': return count - 1;
    default: return -1;
  }
}
