import { getCoreRowModel, useReactTable, type ColumnDef, type ColumnSizingState, type Header, type Updater } from '@tanstack/react-table';
import { useCallback, useMemo, useState } from 'react';
import type { Column, Sort } from './types';

const noRows: unknown[] = [];
const noValue = () => null;
const coreRows = getCoreRowModel<unknown>();

/**
 * The column model: which columns are shown, how wide, and by which the list is
 * sorted. TanStack Table keeps that state; the rows never pass through it,
 * because a list of 50,000 comes page by page, already sorted.
 */
export function useColumns<T>(id: string, columns: ReadonlyArray<Column<T>>, boxWidth: number, sort: Sort | null, onSort?: (sort: Sort) => void) {
  const storageKey = `khonggiay.columns.${id}`;
  const [sizing, setSizing] = useState<ColumnSizingState>(() => read(storageKey));

  const visible = useMemo(() => columns.filter((column) => !column.hideBelow || boxWidth >= column.hideBelow), [columns, boxWidth]);
  const defs = useMemo<Array<ColumnDef<unknown>>>(
    () => visible.map((column) => ({
      id: column.id,
      header: column.header,
      accessorFn: noValue, // TanStack sorts only columns that have one
      size: column.width,
      minSize: 48,
      enableSorting: column.sortable ?? false,
      sortDescFirst: false,
    })),
    [visible],
  );
  const onColumnSizingChange = useCallback(
    (updater: Updater<ColumnSizingState>) =>
      setSizing((old) => {
        const next = typeof updater === 'function' ? updater(old) : updater;
        localStorage.setItem(storageKey, JSON.stringify(next));
        return next;
      }),
    [storageKey],
  );
  const table = useReactTable({
    data: noRows,
    columns: defs,
    getCoreRowModel: coreRows,
    state: { columnSizing: sizing, sorting: sort ? [sort] : [] },
    manualSorting: true,
    enableSortingRemoval: false,
    columnResizeMode: 'onChange',
    onColumnSizingChange,
    onSortingChange: (updater) => {
      const next = typeof updater === 'function' ? updater(sort ? [sort] : []) : updater;
      if (next[0]) onSort?.(next[0]);
    },
  });

  const headers: Array<Header<unknown, unknown>> = table.getFlatHeaders();
  const sizes = visible.map((column, i) => headers[i]?.getSize() ?? column.width);
  const template = visible.map(({ grow }, i) => (grow ? `minmax(${sizes[i]}px, ${grow}fr)` : `${sizes[i]}px`)).join(' ');
  const least = sizes.reduce((sum, size) => sum + size, 0);
  return { visible, headers, template, least };
}

function read(storageKey: string): ColumnSizingState {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? '{}') as ColumnSizingState;
  } catch {
    return {};
  }
}
