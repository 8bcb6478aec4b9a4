import { lazy, Suspense, type ComponentProps } from 'react';
import { Loading } from '../states';
import type { PdfView as Whole } from './PdfView';

export type { PdfHandle, PdfPlace } from './PdfView';

// pdf.js is large and most screens never need it.
const LazyPdfView = lazy(() => import('./PdfView').then((module) => ({ default: module.PdfView })));

/** Reads a PDF; see PdfView.tsx. */
export function PdfView(props: ComponentProps<typeof Whole>) {
  return <Suspense fallback={<Loading lines={12} />}><LazyPdfView {...props} /></Suspense>;
}
