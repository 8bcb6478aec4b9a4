import { useVirtualizer } from '@tanstack/react-virtual';
import type { PDFDocumentProxy, RenderTask } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageSize } from './layout';
import classes from './pdf.module.css';

const width = 92;

interface Props {
  document: PDFDocumentProxy;
  sizes: readonly PageSize[];
  current: number;
  onPick: (index: number) => void;
}

/** Small pictures of the pages; only those in view are drawn. */
export function PdfThumbs({ document, sizes, current, onPick }: Props) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: sizes.length,
    getScrollElement: () => box.current,
    estimateSize: (i) => heightOf(sizes[i]) + 34,
    overscan: 3,
  });
  useEffect(() => virtual.scrollToIndex(current, { align: 'auto' }), [current, virtual]);
  return (
    <nav ref={box} className={classes.thumbs} aria-label={t('pdf.thumbs')}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start, size }) => (
          <button
            key={index}
            type="button"
            className={classes.thumb}
            style={{ top: start, height: size }}
            aria-label={t('pdf.page', { page: index + 1 })}
            aria-current={index === current ? 'page' : undefined}
            onClick={() => onPick(index)}
          >
            <Thumb document={document} index={index} height={heightOf(sizes[index])} />
            <span>{index + 1}</span>
          </button>
        ))}
      </div>
    </nav>
  );
}

function heightOf(size: PageSize | undefined): number {
  return size ? Math.round((width * size.height) / size.width) : 130;
}

function Thumb({ document, index, height }: { document: PDFDocumentProxy; index: number; height: number }) {
  const frame = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let task: RenderTask | null = null;
    let left = false;
    void document.getPage(index + 1).then((page) => {
      if (left) return;
      const natural = page.getViewport({ scale: 1 });
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const viewport = page.getViewport({ scale: (width * ratio) / natural.width });
      const canvas = window.document.createElement('canvas');
      canvas.width = Math.floor(viewport.width);
      canvas.height = Math.floor(viewport.height);
      task = page.render({ canvas, viewport });
      task.promise.then(() => frame.current?.replaceChildren(canvas), () => {}).finally(() => page.cleanup());
    }, () => {});
    return () => {
      left = true;
      task?.cancel();
    };
  }, [document, index]);
  return <span ref={frame} className={classes.thumbPage} style={{ width, height }} aria-hidden />;
}
