export { PdfView, type PdfHandle, type PdfPlace } from './PdfView';
