/** Browsers in a conference: how they come in, and whether sound and pictures really go from one to another. */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { chromiumArgs } from '../../playwright.config';
import { listen, signIn } from '../province';
import { ConferenceServer, people, type Person } from './conferenceServer';
import { expect, test as base } from './test';

/** For test.use: a camera that moves, a microphone that beeps, and no questions. Few pictures a second: two cores make those of three browsers. */
export const withDevices = {
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...chromiumArgs, '--use-fake-device-for-media-stream=fps=5', '--use-fake-ui-for-media-stream', '--auto-select-desktop-capture-source=Entire screen'],
  },
};

/** And with trust in the server's certificate, as an office's machines have it: a relay over TLS asks for that. */
export const withTrust = { launchOptions: { ...withDevices.launchOptions, args: [...withDevices.launchOptions.args, '--ignore-certificate-errors'] } };

export const test = base.extend<{ conference: Conference }>({
  conference: async ({ browser }, lend) => {
    const conference = new Conference(browser, await ConferenceServer.start());
    await lend(conference);
    await conference.close();
  },
});

export class Conference {
  readonly server: ConferenceServer;
  private readonly browser: Browser;
  private readonly contexts: BrowserContext[] = [];
  private readonly wrong: string[][] = [];

  constructor(browser: Browser, server: ConferenceServer) {
    this.browser = browser;
    this.server = server;
  }

  /** A page in a browser of its own, signed in nowhere; `before` runs in it before the product. */
  async outside(before?: () => void): Promise<Page> {
    const context = await this.browser.newContext({ ignoreHTTPSErrors: true, permissions: ['camera', 'microphone'] });
    this.contexts.push(context);
    this.wrong.push(listen(context));
    await context.addInitScript(countConnections);
    if (before) await context.addInitScript(before);
    return context.newPage();
  }

  /** One that this person has signed in to. */
  async open(person: Person, before?: () => void): Promise<Page> {
    const page = await this.outside(before);
    await page.goto(this.server.url);
    await signIn(page, await this.server.account(person));
    return page;
  }

  async all(): Promise<Record<Person, Page>> {
    const pages = {} as Record<Person, Page>;
    for (const person of Object.keys(people) as Person[]) pages[person] = await this.open(person);
    return pages;
  }

  /** The person of the page comes into the room, with what was on the last time. */
  async enter(page: Page, meeting: string): Promise<void> {
    await page.goto(`${this.server.url}/hop/${meeting}/phong-hop`);
    await comeIn(page);
    await expect(page.getByRole('toolbar')).toBeVisible();
  }

  async close(): Promise<void> {
    for (const context of this.contexts) await context.close();
    await this.server.stop();
    expect(this.wrong.flat()).toEqual([]);
  }
}

export const comeIn = (page: Page): Promise<void> => page.getByRole('button', { name: 'Vào phòng họp' }).click({ timeout: 60_000 }); // it looks for the devices first

/** Turns microphone and camera on by their keys. */
export async function turnOn(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    const tool = page.locator(`[aria-keyshortcuts="${key}"]`);
    if ((await tool.getAttribute('aria-pressed')) !== 'true') await page.keyboard.press(key.toLowerCase());
    await expect(tool).toHaveAttribute('aria-pressed', 'true');
  }
}

/** What a tile shows: pictures that were drawn, the height of the last, by which track it came and in which code. */
export interface Shown {
  frames: number;
  height: number;
  track: string;
  code: string;
}

/** The picture of a station, or of its tile whose caption begins so; null while there is none. */
export function picture(page: Page, station: string, caption = ''): Promise<Shown | null> {
  return page.evaluate(async ([id, begins]) => {
    const tile = [...document.querySelectorAll(`[data-station="${id}"]`)].find((each) => (each.textContent ?? '').includes(begins));
    const video = tile?.querySelector('video');
    const [source] = (video?.srcObject as MediaStream | null | undefined)?.getVideoTracks() ?? [];
    if (!video || !source) return null;
    let code = '';
    for (const pc of (globalThis as unknown as { connections: RTCPeerConnection[] }).connections) {
      const report = await pc.getStats();
      for (const each of report.values() as Iterable<{ type: string; trackIdentifier?: string; codecId?: string }>) {
        if (each.type === 'inbound-rtp' && each.trackIdentifier === source.id && each.codecId) code = (report.get(each.codecId) as { mimeType: string }).mimeType;
      }
    }
    return { frames: video.getVideoPlaybackQuality().totalVideoFrames, height: video.videoHeight, track: source.id, code };
  }, [station, caption] as const);
}

/** It is decoded and changes. */
export async function moves(page: Page, station: string, caption = ''): Promise<void> {
  // Over another connection frames count from the beginning.
  let last = Infinity;
  const more = async () => {
    const before = last;
    last = (await picture(page, station, caption))?.frames ?? 0;
    return last > 2 && last > before;
  };
  await expect.poll(more, { timeout: 40_000 }).toBe(true);
}

/** Whether packets of a kind come to a page, or leave it, within a second. */
export function flows(page: Page, kind: 'audio' | 'video', direction: 'inbound-rtp' | 'outbound-rtp' = 'inbound-rtp'): Promise<boolean> {
  return page.evaluate(async ([of, type]) => {
    const counted = async () => {
      let sum = 0;
      for (const pc of (globalThis as unknown as { connections: RTCPeerConnection[] }).connections) {
        for (const each of (await pc.getStats()).values() as Iterable<{ type: string; kind: string; packetsReceived?: number; packetsSent?: number }>) {
          if (each.type === type && each.kind === of) sum += each.packetsReceived ?? each.packetsSent ?? 0;
        }
      }
      return sum;
    };
    const before = await counted();
    const until = performance.now() + 1000;
    while (performance.now() < until) await new Promise(requestAnimationFrame);
    return (await counted()) > before;
  }, [kind, direction] as const);
}

export const hears = async (page: Page): Promise<'sound' | 'nothing'> => ((await flows(page, 'audio')) ? 'sound' : 'nothing');

/** How loud it is at a page's ear within a second: energy of what was decoded. */
export function loudness(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const heard = async () => {
      let sum = 0;
      for (const pc of (globalThis as unknown as { connections: RTCPeerConnection[] }).connections) {
        for (const each of (await pc.getStats()).values() as Iterable<{ type: string; kind: string; totalAudioEnergy?: number }>) {
          if (each.type === 'inbound-rtp' && each.kind === 'audio') sum += each.totalAudioEnergy ?? 0;
        }
      }
      return sum;
    };
    const before = await heard();
    const until = performance.now() + 1000;
    while (performance.now() < until) await new Promise(requestAnimationFrame);
    return (await heard()) - before;
  });
}

/** By which way media of the page go, as its browser has chosen. */
export interface Way {
  /** `none`: there is no way. */
  protocol: string;
  /** How it goes to a relay; empty without one. */
  relay: string;
  /** The name of its ICE agent, which is another for each connection. */
  agent: string;
  /** How many connections it has made so far. */
  made: number;
}

export function way(page: Page): Promise<Way> {
  return page.evaluate(async () => {
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    const last = connections.at(-1);
    const agent = /^a=ice-ufrag:(.+)$/m.exec(last?.localDescription?.sdp ?? '')?.[1]?.trim() ?? '';
    const found = { protocol: 'none', relay: '', agent, made: connections.length };
    if (last?.connectionState !== 'connected') return found;
    const report = await last.getStats();
    for (const each of report.values() as Iterable<{ type: string; selectedCandidatePairId?: string }>) {
      if (each.type !== 'transport' || !each.selectedCandidatePairId) continue;
      const { localCandidateId } = report.get(each.selectedCandidatePairId) as { localCandidateId: string };
      const { protocol, relayProtocol = '' } = report.get(localCandidateId) as { protocol: string; relayProtocol?: string };
      return { ...found, protocol, relay: relayProtocol };
    }
    return found;
  });
}

/** Keeps the page's connections where a test finds them. */
function countConnections() {
  const all: RTCPeerConnection[] = [];
  const Real = RTCPeerConnection;
  Object.assign(globalThis, {
    connections: all,
    RTCPeerConnection: class extends Real {
      constructor(...args: ConstructorParameters<typeof RTCPeerConnection>) {
        super(...args);
        all.push(this);
      }
    },
  });
}
