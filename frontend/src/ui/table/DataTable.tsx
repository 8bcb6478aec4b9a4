import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useCommands, type Command } from '@/lib/commands';
import { usePrefs } from '@/lib/prefs';
import { focusUnlessWriting } from '../focus';
import { TableHead } from './TableHead';
import { TableRow } from './TableRow';
import type { DataTableProps } from './types';
import { useColumns } from './useColumns';
import classes from './table.module.css';

const rowHeights = { compact: 34, normal: 38, airy: 44 } as const;
const headHeight = 34;
/** Rows before the end of what is loaded at which more is asked for. */
const ahead = 40;

/**
 * A list of any length: only the rows on the screen exist in the page. Keys:
 * ↑ ↓ j k, Page Up/Down, Home, End, Enter opens. An ARIA grid with one active row.
 */
export function DataTable<T>(props: DataTableProps<T>) {
  const { rows, total, hasMore, loading, loadMore, onOpen, onActive, columns } = props;
  const { density } = usePrefs();
  const gridId = useId();
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const boxRef = useRef<HTMLDivElement>(null);
  const mergedRef = useMergedRef(sizeRef, boxRef);
  const { visible, headers, template, least } = useColumns(props.id, columns, width || 1200, props.sort ?? null, props.onSort);

  const count = Math.max(rows.length, total ?? 0, loading && rows.length === 0 ? 14 : 0);
  const rowHeight = rowHeights[density];
  const virtual = useVirtualizer({
    count: props.placeholder ? 0 : count,
    getScrollElement: () => boxRef.current,
    estimateSize: () => rowHeight,
    scrollPaddingStart: headHeight,
    paddingEnd: 8,
    overscan: 14,
  });
  useEffect(() => virtual.measure(), [rowHeight, virtual]);

  const active = useActiveRow(props);
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !loading && loadMore && last >= rows.length - ahead) loadMore();
  }, [hasMore, loading, loadMore, last, rows.length]);

  const { setActive } = active;
  const moveTo = useCallback(
    (index: number) => {
      const to = Math.max(0, Math.min(rows.length - 1, index));
      const row = rows[to];
      if (row === undefined) return;
      setActive(to);
      onActive?.(row);
      virtual.scrollToIndex(to, { align: 'auto' });
      // Asked for again where it did not come: the line broke, or the list was refreshed over it.
      if (to === rows.length - 1 && hasMore && !loading) loadMore?.();
    },
    [rows, onActive, virtual, setActive, hasMore, loading, loadMore],
  );

  const openActive = () => {
    const row = rows[active.index];
    if (row !== undefined) onOpen?.(row);
  };
  useListCommands(moveTo, openActive, active.index, boxRef);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== boxRef.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((boxRef.current.clientHeight - headHeight) / rowHeight) - 1);
    const moves: Record<string, number> = {
      ArrowDown: active.index + 1, ArrowUp: active.index - 1, PageDown: active.index + page, PageUp: active.index - page,
      Home: 0, End: rows.length - 1,
    };
    const to = moves[event.key];
    const row = rows[active.index];
    if (to !== undefined) moveTo(to);
    else if (event.key === 'Enter' && row !== undefined) onOpen?.(row);
    else return;
    event.preventDefault();
  };

  const onRowClick = useCallback(
    (index: number) => {
      moveTo(index);
      const row = rows[index];
      if (row !== undefined) onOpen?.(row);
    },
    [moveTo, rows, onOpen],
  );

  const { autoFocus } = props;
  const hasRows = !props.placeholder;
  useEffect(() => {
    if (autoFocus && hasRows) focusUnlessWriting(boxRef.current);
  }, [autoFocus, hasRows]);

  const activeRow = rows[active.index];
  if (props.placeholder) return <div ref={mergedRef} className={classes.box}>{props.placeholder}</div>;
  return (
    <div
      ref={mergedRef}
      className={classes.box}
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={count + 1}
      aria-colcount={visible.length}
      aria-busy={loading || undefined}
      aria-activedescendant={activeRow !== undefined && active.index >= first && active.index <= last ? `${gridId}-${active.index}` : undefined}
      onKeyDown={onKeyDown}
      style={{ '--cols': template, '--least': `${least}px` } as Record<string, string>}
    >
      <div className={classes.inner} style={{ height: virtual.getTotalSize() + headHeight }}>
        <TableHead columns={visible} headers={headers} />
        {items.map((item) => {
          const row = rows[item.index];
          return (
            <TableRow
              key={item.index}
              id={`${gridId}-${item.index}`}
              index={item.index}
              top={item.start + headHeight}
              row={row}
              columns={visible}
              look={row !== undefined ? props.rowLook : undefined}
              active={item.index === active.index}
              openable={onOpen !== undefined}
              onClick={onRowClick}
            />
          );
        })}
      </div>
    </div>
  );
}

/** The active row stays with its record when the list changes under it. */
function useActiveRow<T>({ rows, rowId, activeId }: DataTableProps<T>) {
  const [place, setPlace] = useState<{ index: number; id: string | null }>({ index: 0, id: null });
  const wanted = activeId ?? place.id;
  const index = useMemo(() => {
    const here = rows[place.index];
    if (wanted === null || (here !== undefined && rowId(here) === wanted)) return Math.min(place.index, Math.max(0, rows.length - 1));
    const found = rows.findIndex((row) => rowId(row) === wanted);
    return found >= 0 ? found : Math.min(place.index, Math.max(0, rows.length - 1));
  }, [rows, rowId, wanted, place.index]);
  const setActive = useCallback(
    (next: number) => {
      const row = rows[next];
      setPlace({ index: next, id: row === undefined ? null : rowId(row) });
    },
    [rows, rowId],
  );
  return { index, setActive };
}

/** j, k and Enter work wherever the focus is; the other keys are listed for the help only. */
function useListCommands(moveTo: (index: number) => void, open: () => void, index: number, box: { current: HTMLDivElement | null }) {
  const latest = useRef({ moveTo, open, index });
  useEffect(() => {
    latest.current = { moveTo, open, index };
  });
  const commands = useMemo<Command[]>(() => {
    const step = (by: number) => () => {
      box.current?.focus({ preventScroll: true });
      latest.current.moveTo(latest.current.index + by);
    };
    return [
      { id: 'list.next', label: 'command.list.next', group: 'list', hotkeys: ['j'], hidden: true, run: step(1) },
      { id: 'list.previous', label: 'command.list.previous', group: 'list', hotkeys: ['k'], hidden: true, run: step(-1) },
      { id: 'list.open', label: 'command.list.open', group: 'list', hotkeys: ['enter'], hidden: true, run: () => latest.current.open() },
      { id: 'list.ends', label: 'command.list.ends', group: 'list', hotkeys: ['home', 'end'], hidden: true },
    ];
  }, [box]);
  useCommands(commands);
}
