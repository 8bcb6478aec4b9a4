import { lazy, Suspense, type ComponentProps } from 'react';
import { Loading } from '../states';
import type { PdfView as Whole } from './PdfView';
import type { PrintOrder } from './print';

export { filePoint, fileRect, onPage, seenBox, seenPoint, type PageFrame, type PageRect, type SeenBox, type TextPage, type TextRun } from './frame';
export type { PdfHandle, PdfPlace } from './PdfView';
export type { PdfPages } from './read';
export type { PdfSpot } from './spot';

/** See read.ts. */
export const readPdf = (url: string, signal: AbortSignal) => import('./read').then((module) => module.readPdf(url, signal));

/** See print.ts. */
export const printPdf = (order: PrintOrder, signal: AbortSignal) => import('./print').then((module) => module.printPdf(order, signal));

// pdf.js is large and most screens never need it.
const LazyPdfView = lazy(() => import('./PdfView').then((module) => ({ default: module.PdfView })));

/** Reads a PDF; see PdfView.tsx. */
export function PdfView(props: ComponentProps<typeof Whole>) {
  return <Suspense fallback={<Loading lines={12} />}><LazyPdfView {...props} /></Suspense>;
}
