/** A line between laptops and the province that lets through so many bytes a second on the way down, whatever travels on it. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The line is shared by all connections: each takes its turn at what is left of a tick. */
const tick = 50;

export class ThinLine {
  private readonly server: Server;
  private readonly ends = new Set<Socket>();
  private readonly waiting: Array<{ from: Socket; to: Socket; bytes: Buffer }> = [];
  private readonly timer: NodeJS.Timeout;
  private rate: number;
  /** Bytes that have come down so far. */
  passed = 0;

  private constructor(server: Server, rate: number) {
    this.server = server;
    this.rate = rate;
    this.timer = setInterval(() => this.pass((this.rate * tick) / 1000), tick);
  }

  /** Listens; `to` names the far end once it is known. */
  static async open(rate: number, to: () => number): Promise<ThinLine> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const line = new ThinLine(server, rate);
    server.on('connection', (near) => line.join(near, connect(to(), '127.0.0.1')));
    return line;
  }

  get address() { return `127.0.0.1:${(this.server.address() as AddressInfo).port}`; }

  /** Bytes a second from now on. */
  widen(rate: number) { this.rate = rate; }

  private join(near: Socket, far: Socket) {
    near.pipe(far);
    far.on('data', (bytes) => {
      far.pause(); // until these have passed
      this.waiting.push({ from: far, to: near, bytes });
    });
    for (const [end, other] of [[near, far], [far, near]] as const) {
      this.ends.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => {
        this.ends.delete(end);
        other.destroy();
      });
    }
  }

  private pass(room: number) {
    for (let left = room; left > 0;) {
      const next = this.waiting.shift();
      if (!next) return;
      const bytes = next.bytes.subarray(0, Math.max(1, Math.floor(left)));
      left -= bytes.length;
      this.passed += bytes.length;
      if (next.to.writable) next.to.write(bytes);
      if (bytes.length < next.bytes.length) this.waiting.push({ ...next, bytes: next.bytes.subarray(bytes.length) });
      else next.from.resume();
    }
  }

  async close() {
    clearInterval(this.timer);
    for (const end of this.ends) end.destroy();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }
}
