import { flexRender, type Header } from '@tanstack/react-table';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { Column } from './types';
import classes from './table.module.css';

interface Props<T> {
  columns: ReadonlyArray<Column<T>>;
  headers: Array<Header<unknown, unknown>>;
}

export function TableHead<T>({ columns, headers }: Props<T>) {
  return (
    <div className={classes.head} role="row" aria-rowindex={1}>
      {columns.map((column, i) => {
        const header = headers[i];
        if (!header) return null;
        const sorted = header.column.getIsSorted();
        return (
          <div
            key={column.id}
            className={classes.th}
            role="columnheader"
            data-align={column.align}
            aria-sort={sorted ? (sorted === 'asc' ? 'ascending' : 'descending') : undefined}
          >
            {column.sortable ? (
              <button type="button" className={classes.sort} tabIndex={-1} onClick={header.column.getToggleSortingHandler()}>
                <span className={classes.clip}>{flexRender(header.column.columnDef.header, header.getContext())}</span>
                {sorted === 'asc' && <IconArrowUp size={13} aria-hidden />}
                {sorted === 'desc' && <IconArrowDown size={13} aria-hidden />}
              </button>
            ) : (
              <span className={classes.clip}>{flexRender(header.column.columnDef.header, header.getContext())}</span>
            )}
            <div
              className={classes.resizer}
              aria-hidden
              onMouseDown={header.getResizeHandler()}
              onTouchStart={header.getResizeHandler()}
              onDoubleClick={() => header.column.resetSize()}
            />
          </div>
        );
      })}
    </div>
  );
}
