import { lazy, Suspense, type ComponentProps } from 'react';
import { Loading } from '../states';
import type { PdfView as Whole } from './PdfView';

export { fileRect, onPage, seenBox, type PageFrame, type PageRect, type SeenBox, type TextPage, type TextRun } from './frame';
export type { PdfHandle, PdfPlace } from './PdfView';
export type { PdfPages } from './read';

/** See read.ts. */
export const readPdf = (url: string, signal: AbortSignal) => import('./read').then((module) => module.readPdf(url, signal));

// pdf.js is large and most screens never need it.
const LazyPdfView = lazy(() => import('./PdfView').then((module) => ({ default: module.PdfView })));

/** Reads a PDF; see PdfView.tsx. */
export function PdfView(props: ComponentProps<typeof Whole>) {
  return <Suspense fallback={<Loading lines={12} />}><LazyPdfView {...props} /></Suspense>;
}
