/**
 * A conference that is played in the test: the host's frames by script, and media
 * that really flow, from a second peer in the page that stands for the media server.
 */
import type { Page, WebSocketRoute } from '@playwright/test';
import type { Row, Said, Slots, Told } from '../../src/features/conference/protocol';

declare global {
  interface Window {
    playedHost?: RTCPeerConnection;
  }
}

export const own = 's-own';

export class PlayedHall {
  readonly said: Array<Said & { n?: number }> = [];
  connections: WebSocketRoute[] = [];
  private readonly page: Page;
  private readonly first: () => Told[];

  constructor(page: Page, first: () => Told[]) {
    this.page = page;
    this.first = first;
  }

  async listen(meeting: string): Promise<void> {
    await this.page.routeWebSocket((url) => url.pathname === `/api/meetings/${meeting}/conference`, (socket) => {
      this.connections.push(socket);
      socket.onMessage((data) => void this.hear(JSON.parse(String(data)) as Said & { n?: number }));
      for (const told of this.first()) this.tell(told);
    });
  }

  tell(told: Told): void {
    this.connections.at(-1)?.send(JSON.stringify(told));
  }

  /** The last frame that has the member. */
  last<K extends string>(member: K): Extract<Said, Record<K, unknown>> | undefined {
    return this.said.findLast((frame) => member in frame) as Extract<Said, Record<K, unknown>> | undefined;
  }

  private async hear(frame: Said & { n?: number }): Promise<void> {
    this.said.push(frame);
    if ('beat' in frame) return this.tell({ now: Date.now() });
    if ('offer' in frame) {
      const sdp = await answerIn(this.page, frame.offer.sdp);
      this.tell({ answer: { seq: frame.offer.seq, sdp }, link: 'up', layers: [{ track: 'camera', wanted: [true, false, true] }, { track: 'screen', wanted: [false, true] }] });
    }
    if ('watch' in frame) {
      const slots: Slots = { audio: [], video: frame.watch.map(({ slot, station, track, height }) => ({ slot, station, track, height: station === 's6' ? 0 : height })) };
      this.tell({ slots });
    }
    if (frame.n !== undefined) this.tell({ done: [frame.n] });
  }
}

/** A peer in the page that sends a moving picture into every slot. */
function answerIn(page: Page, sdp: string): Promise<string> {
  return page.evaluate(async (offer) => {
    window.playedHost?.close();
    const pc = new RTCPeerConnection();
    window.playedHost = pc;
    await pc.setRemoteDescription({ type: 'offer', sdp: offer });
    const hues = [200, 30, 150, 280, 340, 90];
    const pictures = hues.map((hue) => {
      const canvas = document.createElement('canvas');
      canvas.width = 320;
      canvas.height = 180;
      const context = canvas.getContext('2d')!;
      let turn = 0;
      setInterval(() => {
        context.fillStyle = `hsl(${hue} 30% 42%)`;
        context.fillRect(0, 0, 320, 180);
        context.fillStyle = `hsl(${hue} 25% 72%)`;
        context.beginPath();
        context.arc(160 + Math.sin(turn++ / 9) * 6, 82, 34, 0, 7);
        context.fill();
        context.beginPath();
        context.arc(160, 190, 74, Math.PI, 0);
        context.fill();
      }, 100);
      return canvas.captureStream(10).getVideoTracks()[0]!;
    });
    let slot = 0;
    for (const transceiver of pc.getTransceivers()) {
      if (transceiver.receiver.track.kind !== 'video') continue;
      // Those in which the page only receives come behind its own camera and screen.
      if (slot++ < 2) continue;
      transceiver.direction = 'sendonly';
      await transceiver.sender.replaceTrack(pictures[slot % pictures.length]!);
    }
    await pc.setLocalDescription(await pc.createAnswer());
    if (pc.iceGatheringState !== 'complete') await new Promise<void>((resolve) => pc.addEventListener('icegatheringstatechange', () => pc.iceGatheringState === 'complete' && resolve()));
    return pc.localDescription!.sdp;
  }, sdp);
}

/** What comes to the media server of a picture that the page sends. */
export function arrived(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let frames = 0;
    for (const entry of (await window.playedHost?.getStats())?.values() ?? []) if (entry.type === 'inbound-rtp' && entry.kind === 'video') frames += (entry.framesReceived as number | undefined) ?? 0;
    return frames;
  });
}

const communes = ['Đồng Tâm', 'Hòa Bình', 'Tân Lập', 'Vĩnh Phúc', 'An Sơn', 'Phú Thịnh', 'Cẩm Giang', 'Trường Xuân', 'Bình Minh', 'Kim Đức'];

/** So many points, as those who lead see them: most are in, some in trouble, two wait. */
export function points(count: number): Row[] {
  return Array.from({ length: count }, (_, i): Row => {
    const k = i + 1;
    const s = k % 29 === 0 ? 'CHO_VAO' : k % 17 === 0 ? 'MAT_TIN_HIEU' : k % 11 === 0 ? 'CHUA_KET_NOI' : 'TRONG_HOP';
    const came = s !== 'CHO_VAO' && s !== 'CHUA_KET_NOI';
    return {
      i: `s${k}`, n: `UBND xã ${communes[i % 10]}${k > 10 ? ` ${Math.ceil(k / 10)}` : ''}`, k: 'point', r: k === 1 ? 'CHU_TRI' : 'THANH_VIEN', s, e: 1, g: i % 3 === 0 ? 'TINH' : 'XA_PHUONG', ...(k === 1 && { u: 2 }),
      ...(came && { o: k, c: 4 + (k % 21), j: Date.now() - 3_600_000, l: k % 3 === 0 ? 3 : 2, d: k % 17 === 0 ? 3 : 0 }),
      ...(k === 4 && { h: Date.now() - 60_000 }), ...(k % 13 === 0 && came && { m: 1 }),
      ...(k % 5 !== 0 && { t: { mic: 'ok', speaker: k % 23 === 0 ? 'bad' : 'ok', camera: k % 19 === 0 ? 'none' : 'ok', up: 1200, down: 4000, loss: 3, rtt: 40, materials: k % 7 === 0 ? 62 : 100, at: Date.now() - 7_200_000 } }),
    };
  });
}

export const linesOf = (rows: readonly Row[]): Told['lines'] => rows.filter(({ s }) => s === 'TRONG_HOP').map(({ i }, k) => ({
  i, up: true, route: k % 31 === 0 ? 'tcp' : 'udp', rtt: 24 + (k % 60), lossUp: k % 37 === 5 ? 0.09 : 0.005, lossDown: 0.01, rateUp: 160 + (k % 9) * 90, rateDown: 640 + (k % 7) * 110, bears: 4000,
}));
