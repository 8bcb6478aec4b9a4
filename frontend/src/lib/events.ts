/** One message of the event stream: which records changed. */
export interface ChangeEvent {
  entity: string;
  ids?: string[];
  /** Progress of an enrolment. */
  data?: unknown;
}

export type StreamState = 'connecting' | 'open' | 'closed';

interface Options {
  url?: string;
  open?: (url: string) => WebSocket;
  /** Told when a connection was never made: nobody answers there, or the session is over. */
  refused?: () => void;
}

const firstDelay = 500;
const longestDelay = 15_000;

/**
 * The one WebSocket to /api/events. It reconnects by itself, slower each time.
 * Each time it opens it says {entity: "*"}: anything may have changed before.
 * Nobody but a person in his session is let in, so start it when there is one.
 */
export class EventStream {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private delay = firstDelay;
  private running = false;
  private current: StreamState = 'closed';
  private readonly url: string;
  private readonly open: (url: string) => WebSocket;
  private readonly refused: () => void;
  private readonly listeners = new Set<(event: ChangeEvent) => void>();
  private readonly watchers = new Set<() => void>();

  constructor({ url, open, refused }: Options = {}) {
    this.url = url ?? `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/events`;
    this.open = open ?? ((address) => new WebSocket(address));
    this.refused = refused ?? (() => {});
  }

  /** Connects; calling it again is harmless. */
  start(): void {
    if (this.running) return;
    this.running = true;
    this.connect();
  }

  /** Closes, until it is started again. */
  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    this.socket?.close();
    this.socket = null;
    this.delay = firstDelay;
    this.setState('closed');
  }

  onChange(listener: (event: ChangeEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  state = (): StreamState => this.current;

  private connect(): void {
    this.setState('connecting');
    const socket = this.open(this.url);
    this.socket = socket;
    socket.onopen = () => {
      this.delay = firstDelay;
      this.setState('open');
      this.tell({ entity: '*' });
    };
    socket.onmessage = (message) => this.receive(message.data);
    socket.onclose = () => this.lost(socket);
  }

  private lost(socket: WebSocket): void {
    if (!this.running || socket !== this.socket) return;
    const wasOpen = this.current === 'open';
    this.setState('closed');
    this.timer = setTimeout(() => this.connect(), this.delay);
    this.delay = Math.min(longestDelay, this.delay * 2);
    if (!wasOpen) this.refused();
  }

  private receive(data: unknown): void {
    if (typeof data !== 'string') return;
    try {
      const parsed: unknown = JSON.parse(data);
      const list = Array.isArray(parsed) ? parsed : [parsed];
      for (const item of list) if (isChange(item)) this.tell(item);
    } catch {
      // Not ours to read; the next message will be.
    }
  }

  private tell(event: ChangeEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private setState(state: StreamState): void {
    if (state === this.current) return;
    this.current = state;
    for (const watcher of this.watchers) watcher();
  }
}

function isChange(value: unknown): value is ChangeEvent {
  return typeof value === 'object' && value !== null && 'entity' in value && typeof value.entity === 'string';
}
