import { parseTold, relayUrl, type Asked, type Told } from './relay';

export interface Listener {
  told: (told: Told) => void;
  /** The connection is gone; another is made. */
  lost: () => void;
  /** The host has no place for this person there now. */
  closed: () => void;
}

export interface Options {
  open?: (url: string) => WebSocket;
  random?: () => number;
}

const firstPause = 1000;
const longestPause = 30_000;
/** After the host said no. */
const closedPause = 60_000;
/** Within which all the screens that heard of a change ask again. */
const spread = 2000;
/** WebSocket close code of a refusal (RFC 6455, 7.4.1: policy violation). */
const refusal = 1008;

/**
 * The WebSocket to a meeting's live side. It comes back by itself: slower each
 * time, and never all screens at once.
 */
export class RelayLine {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking: ReturnType<typeof setTimeout> | undefined;
  private pause = firstPause;
  private running = false;
  private refused = false;
  private readonly meeting: string;
  private readonly listener: Listener;
  private readonly open: (url: string) => WebSocket;
  private readonly random: () => number;

  constructor(meeting: string, listener: Listener, { open, random }: Options = {}) {
    this.meeting = meeting;
    this.listener = listener;
    this.open = open ?? ((url) => new WebSocket(url));
    this.random = random ?? Math.random;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.connect();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    clearTimeout(this.asking);
    this.asking = undefined;
    const { socket } = this;
    this.socket = null; // its end is nothing to come back from
    socket?.close();
    this.pause = firstPause;
  }

  /** Says it when there is somebody to hear it. */
  send(asked: Asked): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(asked));
  }

  /** The meeting has changed: what the person may do there may be something else. */
  changed(): void {
    if (!this.running || this.asking !== undefined) return;
    this.asking = setTimeout(() => {
      this.asking = undefined;
      if (this.socket) this.send({ rank: true });
      else if (this.refused) this.connect();
    }, spread * (0.2 + 0.8 * this.random()));
  }

  private connect(): void {
    clearTimeout(this.timer);
    const socket = this.open(relayUrl(this.meeting));
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      if (socket === this.socket) this.receive(data);
    };
    socket.onclose = ({ code, reason }) => {
      if (socket === this.socket) this.ended(code === refusal && reason.includes('.'));
    };
  }

  private receive(data: unknown): void {
    const told = parseTold(data);
    if (!told) return;
    if (told.host !== undefined) this.pause = firstPause;
    this.listener.told(told);
  }

  private ended(refused: boolean): void {
    this.socket = null;
    this.refused = refused;
    const pause = refused ? closedPause : this.pause;
    this.pause = Math.min(longestPause, this.pause * 2);
    this.timer = setTimeout(() => this.connect(), pause * (0.5 + 0.5 * this.random()));
    if (refused) this.listener.closed();
    else this.listener.lost();
  }
}
