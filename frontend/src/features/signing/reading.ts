import { readPdf } from '@/ui';
import { findPlaces, type Found, type SignerText } from './places';

export interface Wanted {
  id: string;
  url: string;
  signer: SignerText;
}

export type Reading = Found | { error: unknown };

/** Reads documents one after the other to find their places, while the person already looks at the first. */
export class PlaceReader {
  private readonly abort = new AbortController();
  private readonly waiting: Wanted[] = [];
  private running = false;
  private readonly done: (id: string, reading: Reading) => void;

  constructor(done: (id: string, reading: Reading) => void) {
    this.done = done;
  }

  add(wanted: Wanted): void {
    this.waiting.push(wanted);
    if (!this.running) void this.run();
  }

  stop(): void {
    this.waiting.length = 0;
    this.abort.abort();
  }

  private async run(): Promise<void> {
    this.running = true;
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      const reading = await this.read(next);
      if (this.abort.signal.aborted) return;
      this.done(next.id, reading);
    }
    this.running = false;
  }

  private async read({ url, signer }: Wanted): Promise<Reading> {
    const own = new AbortController(); // closes each file when it is read
    const stop = () => own.abort();
    this.abort.signal.addEventListener('abort', stop, { once: true });
    try {
      return await findPlaces(await readPdf(url, own.signal), signer);
    } catch (error) {
      return { error };
    } finally {
      this.abort.signal.removeEventListener('abort', stop);
      own.abort();
    }
  }
}
