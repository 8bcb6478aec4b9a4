/** Sends the newest of many values, at most one in an interval; the last one always. */
export class Pace<T> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waiting: { value: T } | null = null;

  private readonly interval: number;
  private readonly send: (value: T) => void;

  constructor(interval: number, send: (value: T) => void) {
    this.interval = interval;
    this.send = send;
  }

  give(value: T): void {
    if (this.timer !== undefined) {
      this.waiting = { value };
      return;
    }
    this.timer = setTimeout(() => this.due(), this.interval);
    this.send(value);
  }

  /** What waits is not sent. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = null;
  }

  private due(): void {
    this.timer = undefined;
    const { waiting } = this;
    this.waiting = null;
    if (waiting) this.give(waiting.value);
  }
}
