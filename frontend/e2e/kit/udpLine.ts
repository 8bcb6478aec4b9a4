/** A line of UDP between browsers and the server's media, which can be bad for one of them. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What a line does to what travels on it, in each direction by itself. */
export interface Weather {
  /** Each so many-th packet is lost. */
  loses?: number;
  /** kbit/s that it carries; more waits, and what would wait too long is lost. */
  rate?: number;
}

/** Milliseconds that a packet waits at most. */
const patience = 400;

interface Path {
  /** Empty until a check of connectivity has said it. */
  agent: string;
  far: Socket;
  up: Direction;
  down: Direction;
}

export class UdpLine {
  private readonly near: Socket;
  private readonly server: number;
  private readonly paths = new Map<number, Path>();
  private dead = false;
  /** Of one connection of a browser, by the name that its ICE agent has chosen. */
  private readonly weatherOf = new Map<string, Weather>();

  private constructor(near: Socket, server: number) {
    this.near = near;
    this.server = server;
    near.on('message', (packet, { port, address }) => {
      const path = this.path(port, address);
      path.agent ||= agentOf(packet);
      path.up.take(packet);
    });
  }

  /** To the server's port on this machine. */
  static async open(server: number): Promise<UdpLine> {
    const near = createSocket('udp4').bind(0, '127.0.0.1');
    await once(near, 'listening');
    return new UdpLine(near, server);
  }

  get address() { return `127.0.0.1:${(this.near.address() as AddressInfo).port}`; }

  /** For the connection whose ICE agent has that name. */
  turnsFor(agent: string, weather: Weather) { this.weatherOf.set(agent, weather); }

  /** Nothing passes any more, as where a network lets no UDP out. */
  cut() { this.dead = true; }

  private path(port: number, address: string) {
    let path = this.paths.get(port);
    if (!path) {
      const far = createSocket('udp4');
      const weather = () => this.dead ? { loses: 1 } : this.weatherOf.get(this.paths.get(port)?.agent ?? '') ?? {};
      path = {
        agent: '',
        far,
        up: new Direction(weather, (packet) => far.send(packet, this.server, '127.0.0.1')),
        down: new Direction(weather, (packet) => this.near.send(packet, port, address)),
      };
      this.paths.set(port, path);
      far.on('message', (packet) => path!.down.take(packet));
    }
    return path;
  }

  async close() {
    for (const { far, up, down } of this.paths.values()) {
      up.stop();
      down.stop();
      far.close();
    }
    const closed = once(this.near, 'close');
    this.near.close();
    await closed;
  }
}

/** Who sends a check of connectivity: the second part of its USERNAME (RFC 8445, section 7.2.2); empty of anything else. */
function agentOf(packet: Buffer): string {
  const [header, cookie, request, username] = [20, 0x2112a442, 1, 6];
  if (packet.length < header || packet.readUInt16BE(0) !== request || packet.readUInt32BE(4) !== cookie) return '';
  for (let at = header; at + 4 <= packet.length; ) {
    const length = packet.readUInt16BE(at + 2);
    if (packet.readUInt16BE(at) === username) return packet.toString('utf8', at + 4, at + 4 + length).split(':')[1] ?? '';
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return '';
}

/** A queue that empties as fast as the line carries. */
class Direction {
  private count = 0;
  private free = 0;
  private readonly waiting: Array<{ at: number; packet: Buffer }> = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly weather: () => Weather;
  private readonly out: (packet: Buffer) => void;

  constructor(weather: () => Weather, out: (packet: Buffer) => void) {
    this.weather = weather;
    this.out = out;
  }

  take(packet: Buffer) {
    const { loses = 0, rate = 0 } = this.weather();
    if (loses > 0 && ++this.count % loses === 0) return;
    const now = performance.now();
    const begins = rate > 0 ? Math.max(now, this.free) : now;
    if (begins - now > patience) return;
    this.free = rate > 0 ? begins + (packet.length * 8) / rate : now;
    this.waiting.push({ at: this.free, packet });
    if (this.timer === undefined) this.pass();
  }

  stop() {
    clearTimeout(this.timer);
    this.waiting.length = 0;
  }

  private pass() {
    this.timer = undefined;
    const now = performance.now();
    while (this.waiting[0] && this.waiting[0].at <= now) this.out(this.waiting.shift()!.packet);
    if (this.waiting[0]) this.timer = setTimeout(() => this.pass(), this.waiting[0].at - now);
  }
}
