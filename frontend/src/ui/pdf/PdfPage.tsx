import { RenderingCancelledException, TextLayer, type PDFDocumentProxy, type PDFPageProxy, type RenderTask } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { memo, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageFrame } from './frame';
import { markHits, type PageHit } from './highlight';
import type { PageBox, PageSize } from './layout';
import type { PdfText } from './search';
import classes from './pdf.module.css';
import './text-layer.css';

interface Props {
  document: PDFDocumentProxy;
  text: PdfText;
  index: number;
  box: PageBox;
  scale: number;
  hits: readonly PageHit[];
  label: string;
  onSize: (index: number, size: PageSize) => void;
  overlay?: Overlay;
}

/** What lies over a page; `scale` is CSS pixels per point. */
export type Overlay = (frame: PageFrame, scale: number) => ReactNode;

/** Canvases above this many pixels are drawn coarser instead of failing. */
const maxPixels = 18_000_000;

function PdfPageView({ document, text, index, box, scale, hits, label, onSize, overlay }: Props) {
  const canvas = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const [page, setPage] = useState<PDFPageProxy | null>(null);
  const [broken, setBroken] = useState(false);
  const { t } = useTranslation();
  const [layerDivs, setLayerDivs] = useState<readonly HTMLElement[]>([]);

  useEffect(() => {
    let left = false;
    let mine: PDFPageProxy | undefined;
    void document.getPage(index + 1).then((loaded) => {
      if (left) return;
      mine = loaded;
      const { width, height } = loaded.getViewport({ scale: 1 });
      onSize(index, { width, height });
      setPage(loaded);
      void isLost(loaded).then((lost) => lost && !left && setBroken(true), () => {});
    }, () => !left && setBroken(true));
    return () => {
      left = true;
      mine?.cleanup(); // else every scanned page that was ever in view stays in memory
    };
  }, [document, index, onSize]);

  useEffect(() => {
    if (!page) return;
    return drawPage(page, scale, canvas.current, () => setBroken(true));
  }, [page, scale]);

  useEffect(() => {
    const container = layer.current;
    if (!page || !container) return;
    container.replaceChildren();
    const textLayer = new TextLayer({ textContentSource: page.streamTextContent(), container, viewport: page.getViewport({ scale: 1 }) });
    textLayer.render().then(() => setLayerDivs(textLayer.textDivs), () => {});
    return () => textLayer.cancel();
  }, [page]);

  useEffect(() => {
    if (layerDivs.length === 0 || hits.length === 0) return;
    let clear: (() => void) | undefined;
    let left = false;
    void text.page(index).then((pageText) => {
      if (!left) clear = markHits(layerDivs, pageText, hits);
    });
    return () => {
      left = true;
      clear?.();
    };
  }, [layerDivs, hits, text, index]);

  const frame = useMemo(() => {
    if (!page) return undefined;
    const { width, height, transform } = page.getViewport({ scale: 1 });
    return { index, width, height, transform: transform as number[] };
  }, [page, index]);

  return (
    <div
      className={classes.page}
      role="region"
      aria-label={label}
      data-page={index + 1}
      style={{ top: box.top, width: box.width, height: box.height, '--total-scale-factor': scale } as Record<string, string | number>}
    >
      <div ref={canvas} className={classes.canvasBox} />
      <div ref={layer} className="kg-pdf-text" />
      {overlay && frame && overlay(frame, scale)}
      {broken && <p className={classes.broken}>{t('pdf.page_broken')}</p>}
    </div>
  );
}

/** Of a page that is named in the file and not there, pdf.js makes an empty one without an object of its own. */
async function isLost(page: PDFPageProxy): Promise<boolean> {
  return page.ref === null && (await page.getOperatorList()).fnArray.length === 0;
}

/** Draws into a new canvas and shows it when it is done, so zooming never flashes white. */
function drawPage(page: PDFPageProxy, scale: number, frame: HTMLDivElement | null, onBroken: () => void): () => void {
  let task: RenderTask | null = null;
  const timer = setTimeout(
    () => {
      const viewport = page.getViewport({ scale });
      const ratio = Math.min(window.devicePixelRatio || 1, Math.sqrt(maxPixels / (viewport.width * viewport.height)));
      const canvas = window.document.createElement('canvas');
      canvas.width = Math.floor(viewport.width * ratio);
      canvas.height = Math.floor(viewport.height * ratio);
      canvas.setAttribute('aria-hidden', 'true');
      task = page.render({ canvas, viewport, transform: ratio === 1 ? undefined : [ratio, 0, 0, ratio, 0, 0] });
      task.promise.then(() => frame?.replaceChildren(canvas), (error: unknown) => !(error instanceof RenderingCancelledException) && onBroken());
    },
    frame?.firstChild ? 90 : 0,
  );
  return () => {
    clearTimeout(timer);
    task?.cancel();
  };
}

export const PdfPage = memo(PdfPageView);
