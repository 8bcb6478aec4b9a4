import type { ReactNode } from 'react';

/** One column. Keep the list of columns stable (a constant or useMemo). */
export interface Column<T> {
  /** Also the key given to onSort. */
  id: string;
  /** Heading, translated. */
  header: string;
  cell: (row: T) => ReactNode;
  /** Width in pixels before the person changes it. */
  width: number;
  /** Takes the room that is left, in this share; one column of a table should. */
  grow?: number;
  align?: 'left' | 'right' | 'center';
  sortable?: boolean;
  /** Left out while the table is narrower than this, pixels. */
  hideBelow?: number;
}

export interface Sort {
  id: string;
  desc: boolean;
}

/** How a row looks, without saying how. */
export interface RowLook {
  /** Urgency strip at the left edge, 0 none. */
  urgency?: number;
  unread?: boolean;
  /** Shown quietly: finished, cancelled. */
  quiet?: boolean;
  /** Given here, not yet at the server. */
  pending?: boolean;
}

export interface DataTableProps<T> {
  /** Keeps column widths under this name on this machine. */
  id: string;
  /** For screen readers. */
  label: string;
  columns: ReadonlyArray<Column<T>>;
  /** Rows loaded so far; those that are still to come, up to total, are shown as loading. */
  rows: readonly T[];
  rowId: (row: T) => string;
  rowLook?: (row: T) => RowLook;
  /** Rows there are in all; the scroll bar is true from the start. */
  total?: number;
  hasMore?: boolean;
  loading?: boolean;
  /** Asked for whenever the screen nears the end of what is loaded. */
  loadMore?: () => void;
  sort?: Sort | null;
  onSort?: (sort: Sort) => void;
  /** Enter, or a click. */
  onOpen?: (row: T) => void;
  /** The row under the keyboard. */
  activeId?: string | null;
  onActive?: (row: T) => void;
  /** Take the keyboard when the screen appears. */
  autoFocus?: boolean;
  /** Shown instead of rows: Empty, Failure. */
  placeholder?: ReactNode;
}
