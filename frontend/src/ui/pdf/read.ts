import { openUnlocked } from './engine';
import { runsOf, type TextItemLike, type TextPage } from './frame';

/** The text of a PDF with where it stands, page by page. */
export interface PdfPages {
  count: number;
  /** From 0. */
  page: (index: number) => Promise<TextPage>;
}

/** Opens a PDF to read its text, without showing it; it is closed when the signal says so. A file with a password is refused. */
export async function readPdf(url: string, signal: AbortSignal): Promise<PdfPages> {
  const document = await openUnlocked(url, signal);
  return {
    count: document.numPages,
    page: async (index) => {
      const page = await document.getPage(index + 1);
      const { width, height, transform } = page.getViewport({ scale: 1 });
      const { items } = await page.getTextContent();
      page.cleanup();
      return { index, width, height, transform: transform as number[], runs: runsOf(items as TextItemLike[], transform as number[]) };
    },
  };
}
