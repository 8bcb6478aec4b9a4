import { memo, type MouseEvent } from 'react';
import type { Column, RowLook } from './types';
import classes from './table.module.css';

interface Props<T> {
  id: string;
  index: number;
  top: number;
  row: T | undefined;
  columns: ReadonlyArray<Column<T>>;
  look?: (row: T) => RowLook;
  active: boolean;
  openable: boolean;
  onClick: (index: number) => void;
}

function TableRowView<T>({ id, index, top, row, columns, look, active, openable, onClick }: Props<T>) {
  const style = row !== undefined && look ? look(row) : undefined;
  return (
    // The keyboard reaches rows through the grid (aria-activedescendant), so the row itself takes only the mouse.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={active}
      className={classes.row}
      data-active={active || undefined}
      data-openable={(openable && row !== undefined) || undefined}
      data-urgency={style?.urgency || undefined}
      data-unread={style?.unread || undefined}
      data-quiet={style?.quiet || undefined}
      data-pending={style?.pending || undefined}
      style={{ transform: `translateY(${top}px)` }}
      onMouseDown={keepGridFocus}
      onClick={() => row !== undefined && onClick(index)}
    >
      {columns.map((column) => {
        const content = row === undefined ? <div className={classes.bone} /> : column.cell(row);
        return (
          <div key={column.id} className={classes.td} role="gridcell" data-align={column.align}>
            {typeof content === 'string' || typeof content === 'number' ? (
              <span className={classes.clip} title={String(content)}>{content}</span>
            ) : content}
          </div>
        );
      })}
    </div>
  );
}

/** A click must leave the focus on the grid, not on the row that scrolling will remove. */
function keepGridFocus(event: MouseEvent<HTMLDivElement>) {
  if (event.target instanceof HTMLElement && event.target.closest('input,button,a')) return;
  event.preventDefault();
  event.currentTarget.closest<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true });
}

export const TableRow = memo(TableRowView) as typeof TableRowView;
