/** What a test does at a page of a conference, and what it asks of it. */
import { expect, type Browser, type Page } from '@playwright/test';
import { chromiumArgs } from '../../playwright.config';
import { signIn } from '../province';
import type { ConferenceServer, Person } from './conferenceServer';

/** Chromium with a camera and a microphone that need nobody, and a screen to show. */
export const conferenceArgs = [...chromiumArgs, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--auto-select-desktop-capture-source=Entire screen'];

/** A person's page in a browser of its own, signed in. */
export async function openPage(browser: Browser, server: ConferenceServer, person: Person): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, permissions: ['camera', 'microphone'] });
  await context.addInitScript(countConnections);
  const page = await context.newPage();
  await page.goto(server.url);
  await signIn(page, await server.account(person));
  return page;
}

/** Comes into the room of the meeting. */
export async function enter(page: Page, server: ConferenceServer, meeting: string) {
  await page.goto(`${server.url}/hop/${meeting}/phong-hop`);
  await page.getByRole('button', { name: 'Vào phòng họp' }).click();
  await expect(page.getByRole('toolbar')).toBeVisible();
}

/** Turns microphone and camera on by their keys. */
export async function turnOn(page: Page, ...keys: string[]) {
  for (const key of keys) {
    const tool = page.locator(`[aria-keyshortcuts="${key}"]`);
    if ((await tool.getAttribute('aria-pressed')) !== 'true') await page.keyboard.press(key.toLowerCase());
    await expect(tool).toHaveAttribute('aria-pressed', 'true');
  }
}

/** The station's picture, or what its caption begins with, is decoded and changes. */
export async function moves(page: Page, station: string, caption = '') {
  const frames = () => page.evaluate(([id, begins]) => {
    const tile = [...document.querySelectorAll(`[data-station="${id}"]`)].find((each) => (each.textContent ?? '').includes(begins));
    return tile?.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  }, [station, caption] as const);
  // Another connection counts from the beginning.
  let last = Infinity;
  const more = async () => {
    const before = last;
    last = await frames();
    return last > 2 && last > before;
  };
  await expect.poll(more, { timeout: 40_000 }).toBe(true);
}

/** How large the station's picture is that arrives, and whether it stands still because the line cannot bear it. */
export async function picture(page: Page, station: string): Promise<{ height: number; paused: boolean }> {
  const tile = page.locator(`[data-station="${station}"]`).first();
  const height = await tile.evaluate((each) => each.querySelector('video')?.videoHeight ?? 0);
  return { height, paused: await tile.getByText('Đường truyền yếu').isVisible() };
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

/** Whether packets of sound come to a page within a second. */
export async function hears(page: Page): Promise<'sound' | 'nothing'> {
  return page.evaluate(async () => {
    const received = async () => {
      let sum = 0;
      for (const pc of (globalThis as unknown as { connections: RTCPeerConnection[] }).connections) {
        for (const each of (await pc.getStats()).values() as Iterable<{ type: string; kind: string; packetsReceived: number }>) {
          if (each.type === 'inbound-rtp' && each.kind === 'audio') sum += each.packetsReceived;
        }
      }
      return sum;
    };
    const before = await received();
    const until = performance.now() + 1000;
    while (performance.now() < until) await new Promise(requestAnimationFrame);
    return (await received()) > before ? 'sound' : 'nothing';
  });
}

/** By which way media of the page go, as its browser has chosen. */
export interface Way {
  /** Of its own end: host, relay, …; `none`: there is no way. */
  type: string;
  protocol: string;
  /** The protocol of the server's end. */
  other?: string;
  /** To the relay: tcp or tls. */
  relay?: string;
  /** The port of its own end. */
  port: number;
  /** How many connections it has made so far. */
  made: number;
}

export async function way(page: Page): Promise<Way> {
  return page.evaluate(async () => {
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    const found = { type: 'none', protocol: '', port: 0, made: connections.length };
    const last = connections.at(-1);
    if (last?.connectionState !== 'connected') return found;
    const report = await last.getStats();
    for (const each of report.values() as Iterable<{ type: string; selectedCandidatePairId?: string }>) {
      if (each.type !== 'transport' || !each.selectedCandidatePairId) continue;
      const pair = report.get(each.selectedCandidatePairId) as { localCandidateId: string; remoteCandidateId: string };
      const { protocol: other } = report.get(pair.remoteCandidateId) as { protocol: string };
      const local = report.get(pair.localCandidateId) as { candidateType: string; protocol: string; relayProtocol?: string; port: number };
      return { ...found, type: local.candidateType, protocol: local.protocol, other, relay: local.relayProtocol, port: local.port };
    }
    return found;
  });
}
