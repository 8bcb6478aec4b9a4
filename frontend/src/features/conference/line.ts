import { ApiError, asApiError } from '@/lib/errors';
import { conferenceUrl, parseTold, type Said, type Seat, type Ticket, type Told } from './protocol';

export interface Listener {
  told: (told: Told) => void;
  /** A ticket has come, with the servers by which media find a way. */
  ice: (ice: RTCIceServer[]) => void;
  /** The connection is gone; another is made. `alone`: this laptop's program cannot reach the host. */
  lost: (alone: boolean) => void;
  /** It is over; the reason is a key of errors. */
  ended: (reason: string) => void;
}

export interface LineOptions {
  open?: (url: string) => WebSocket;
}

/** Milliseconds before it is tried again; the last for all that follow. */
const pauses = [1000, 2000, 3000] as const;
const beatEvery = 5000;
/** Without an answer to its beats for so long a connection is dead. */
const silence = 15_000;
/** So many tries with a token that nobody answers, and a ticket is asked for, which says why. */
const patience = 2;
/** WebSocket close code of a refusal (RFC 6455, 7.4.1: policy violation). */
const refusal = 1008;
/** By which a laptop's program says that it cannot reach the host (RFC 6455: try again later). */
const unreachable = 1013;

/**
 * The WebSocket of a station. A break is mended by itself with the token that the
 * host gave; what the host has ended stays ended.
 */
export class ConferenceLine {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private beats: ReturnType<typeof setInterval> | undefined;
  private heard = 0;
  private tries = 0;
  private resume = '';
  /** The token is another page's, and nobody has answered to it. */
  private returning = false;
  private running = false;
  private readonly meeting: string;
  private readonly ticket: () => Promise<Ticket>;
  private readonly listener: Listener;
  private readonly open: (url: string) => WebSocket;

  constructor(meeting: string, ticket: () => Promise<Ticket>, listener: Listener, { open }: LineOptions = {}) {
    this.meeting = meeting;
    this.ticket = ticket;
    this.listener = listener;
    this.open = open ?? ((url) => new WebSocket(url));
  }

  /** Comes in with a ticket, or back with the token of a page that was here before. */
  start(resume = ''): void {
    if (this.running) return;
    this.running = true;
    this.resume = resume;
    this.returning = resume !== '';
    if (resume === '') void this.enter();
    else this.connect(conferenceUrl(this.meeting, { resume }));
  }

  /** Goes away for good. */
  leave(): void {
    this.send({ leave: true });
    this.stop();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.drop();
  }

  /** Tries at once instead of after the pause. */
  hurry(): void {
    if (!this.running || this.timer === undefined) return;
    clearTimeout(this.timer);
    this.again();
  }

  /** False when there is nobody to hear it. */
  send(said: Said, n?: number): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(n === undefined ? said : { n, ...said }));
    return true;
  }

  /** With a new ticket. */
  private async enter(): Promise<void> {
    let ticket: Ticket;
    try {
      ticket = await this.ticket();
    } catch (error) {
      if (this.running) this.refusedTicket(asApiError(error));
      return;
    }
    if (!this.running) return;
    this.listener.ice(ticket.ice);
    this.connect(conferenceUrl(this.meeting, { pass: ticket.ticket }));
  }

  /** What may pass by itself is tried again; the host's no is final. */
  private refusedTicket({ code, reason }: ApiError): void {
    if (code === 'offline' || code === 'internal') this.later();
    else this.end(reason);
  }

  private connect(url: string): void {
    const socket = this.open(url);
    this.socket = socket;
    this.heard = Date.now();
    socket.onmessage = ({ data }) => {
      if (socket === this.socket) this.receive(data);
    };
    socket.onclose = ({ code, reason }) => {
      if (socket === this.socket) this.closed(code, reason);
    };
    this.beats = setInterval(() => this.beat(), beatEvery);
  }

  private receive(data: unknown): void {
    const told = parseTold(data);
    if (!told) return;
    this.heard = Date.now();
    if (told.hello) {
      this.resume = told.hello.resume;
      this.returning = false;
      this.tries = 0;
    }
    this.listener.told(told);
  }

  private beat(): void {
    if (Date.now() - this.heard > silence) {
      this.drop();
      this.later();
    } else this.send({ beat: true });
  }

  private closed(code: number, reason: string): void {
    this.drop();
    if (code === refusal && reason.includes('.')) {
      // A token that is too old is no end: the ticket says whether he may come in. Whose page was here before is for the door to ask.
      if (reason === 'conference.bad_ticket' && this.resume !== '' && !this.returning) {
        this.resume = '';
        this.later();
      } else this.end(reason);
    } else this.later(code === unreachable);
  }

  private drop(): void {
    clearInterval(this.beats);
    const { socket } = this;
    this.socket = null; // its end is nothing to come back from
    socket?.close();
  }

  private end(reason: string): void {
    this.stop();
    this.listener.ended(reason);
  }

  private later(alone = false): void {
    this.listener.lost(alone);
    this.timer = setTimeout(() => this.again(), pauses[Math.min(this.tries, pauses.length - 1)]);
    this.tries++;
  }

  private again(): void {
    this.timer = undefined;
    if (this.resume !== '' && this.tries % (patience + 1) !== 0) this.connect(conferenceUrl(this.meeting, { resume: this.resume }));
    else void this.enter();
  }
}

/** Asks for a ticket as that seat. */
export type AskTicket = (seat: Seat) => Promise<Ticket>;
