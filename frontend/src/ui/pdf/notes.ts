import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';

/**
 * What a reader should know of a file that shows less here than its maker meant:
 * code in it never runs, and a form made of XFA has its contents elsewhere.
 * The words are i18n keys under "pdf.note".
 */
export type PdfNote = 'script' | 'xfa';

export async function readNotes(document: PDFDocumentProxy): Promise<PdfNote[]> {
  const [{ info }, own, fields] = await Promise.all([document.getMetadata(), document.getJSActions(), document.getFieldObjects()]);
  // Not hasJSActions: it takes every signature field for one with code.
  const script = own !== null || Object.values(fields ?? {}).flat().some((field) => Boolean((field as { actions?: object | null }).actions));
  const xfa = (info as { IsXFAPresent?: boolean }).IsXFAPresent === true;
  return [...(script ? ['script' as const] : []), ...(xfa ? ['xfa' as const] : [])];
}
