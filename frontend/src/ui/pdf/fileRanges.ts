import { PDFDataRangeTransport } from 'pdfjs-dist/legacy/build/pdf.mjs';

/**
 * Gives pdf.js the parts of a chosen file that it asks for. The file stays on
 * the disk: a scan of 300 MB is never in memory as a whole.
 */
export class FileRanges extends PDFDataRangeTransport {
  private readonly file: Blob;
  private stopped = false;
  /** Rejects when the file cannot be read any more: it was moved, or written to, after it was chosen. */
  readonly failed: Promise<never>;
  private fail: (error: unknown) => void = () => {};

  constructor(file: Blob) {
    super(file.size, null);
    this.file = file;
    this.failed = new Promise((_resolve, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => {});
  }

  override requestDataRange(begin: number, end: number): void {
    this.file.slice(begin, end).arrayBuffer().then(
      (bytes) => {
        if (!this.stopped) this.onDataRange(begin, new Uint8Array(bytes));
      },
      (error: unknown) => this.fail(error),
    );
  }

  override abort(): void {
    this.stopped = true;
  }
}
