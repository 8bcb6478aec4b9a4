import type { Asked, Turn } from './relay';

/** Milliseconds between two tellings of the same, and for how long it is told again (meeting/room/PROTOCOL.md). */
const againEvery = 500;
const againFor = 5000;

/**
 * What a leader's screen says of itself, numbered: over the line once, and over the
 * way that may lose it again and again while it is fresh.
 */
export class Telling {
  private seq = 0;
  private place: Turn | null = null;
  private point: Turn | null = null;
  private until = 0;
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly line: (asked: Asked) => void;
  private readonly way: (asked: Asked) => void;

  constructor(line: (asked: Asked) => void, way: (asked: Asked) => void) {
    this.line = line;
    this.way = way;
  }

  say(turn: Turn): void {
    if ('place' in turn) this.place = turn;
    else this.point = turn;
    const asked = this.numbered(turn);
    this.line(asked);
    this.way(asked);
    this.until = Date.now() + againFor;
    this.timer ??= setInterval(() => this.again(), againEvery);
  }

  /** Nothing is told again. */
  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.place = this.point = null;
  }

  /** The place first: a pointer is nothing without one. */
  private again(): void {
    if (Date.now() >= this.until) this.stop();
    for (const turn of [this.place, this.point]) if (turn) this.way(this.numbered(turn));
  }

  /** By the clock, so that the numbers rise from one window of the person to the next. */
  private numbered(turn: Turn): Asked {
    this.seq = Math.max(this.seq + 1, Date.now());
    return { ...turn, seq: this.seq };
  }
}
