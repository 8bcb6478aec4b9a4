/** The kit. Features import from '@/ui' only. */
export { ConfirmDialog } from './ConfirmDialog';
export { DateField, workingDayAfter } from './date/DateField';
export { Due } from './Due';
export { FrontDoor } from './FrontDoor';
export { CommandKbd, Kbd } from './Kbd';
export { NavBadge } from './NavBadge';
export { notify } from './notify';
export { Page, PageHeader } from './PageHeader';
export { Palette } from './palette/Palette';
export { PdfView, type PdfHandle, type PdfPlace } from './pdf';
export { SplitPane } from './SplitPane';
export { Empty, Failure, Loaded, Loading, Offline } from './states';
export { StatePill, StatusPill, type Tone } from './StatusPill';
export { DataTable } from './table/DataTable';
export type { Column, DataTableProps, RowLook, Selection, Sort } from './table/types';
export { UrgencyMark } from './UrgencyMark';
export { WhereMark } from './WhereMark';
