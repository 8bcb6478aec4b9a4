/**
 * A conference in networks that let no UDP out: media go over TCP, through a relay by
 * the port of HTTPS or another, or straight to the server.
 */
import type { Browser, Page } from '@playwright/test';
import { Conference, hears, moves, test, turnOn, way, withTrust, type Way } from './kit/conferencePages';
import { ConferenceServer, freePort, people } from './kit/conferenceServer';
import { expect, seen } from './kit/test';
import { UdpLine } from './kit/udpLine';

test.use(withTrust);

const indicator = (page: Page) => page.locator('header').getByRole('status');

interface Net {
  /** Beside the place of the line. */
  settings: string[];
  /** Whether UDP has passed before. */
  once: boolean;
  /** How media are to go in the end, and what the page says of that. */
  by: Partial<Way>;
  says: string;
  shot: string;
}

/** The chair speaks, and the member hears and sees him though no UDP passes. */
async function overTcp(browser: Browser, { settings, once, by, says, shot }: Net) {
  let line!: UdpLine;
  const server = await ConferenceServer.start(async (port) => {
    line = await UdpLine.open(port);
    return [`media_addresses = ${line.address}`, ...settings];
  });
  const conference = new Conference(browser, server);
  const [chair, member, clerk] = [await conference.open('chair'), await conference.open('member'), await conference.open('clerk')];
  const id = await server.meeting(clerk, chair, 'Giao ban trực tuyến qua mạng chỉ cho TCP');
  const together = async () => {
    await moves(member, people.chair.id);
    await expect.poll(() => hears(member)).toBe('sound');
  };
  if (!once) line.cut();
  for (const page of [chair, member]) await conference.enter(page, id);
  await turnOn(chair, 'M', 'V');
  if (once) {
    await together();
    expect(await way(member)).toMatchObject({ protocol: 'udp', relay: '' });
    line.cut();
    // Without a relay the other way was agreed on before, and nothing is missed for long.
    if (by.relay) await expect(indicator(member)).toHaveText('Mất hình, tiếng', { timeout: 30_000 });
  }
  for (const page of [chair, member]) await expect.poll(() => way(page), { timeout: 60_000 }).toMatchObject(by);
  await together();
  await expect(indicator(member)).toHaveText('Đường truyền tốt', { timeout: 60_000 });
  await indicator(member).click();
  await expect(member.getByRole('definition').filter({ hasText: says })).toBeVisible();
  await seen(member, shot);
  await conference.close();
  await line.close();
}

test('UDP dies in the middle, and media go over the relay by the port of HTTPS', async ({ browser }) => {
  await overTcp(browser, { settings: [], once: true, by: { relay: 'tls' }, says: 'chuyển tiếp (TCP)', shot: 'conference-relayed' });
});

test('where UDP has never passed, media go over the relay without TLS', async ({ browser }) => {
  await overTcp(browser, { settings: [`media_relay_listen = 127.0.0.1:${await freePort()}`], once: false, by: { relay: 'tcp' }, says: 'chuyển tiếp (TCP)', shot: 'conference-relayed-plain' });
});

test('without UDP and without a relay, media go over ICE-TCP', async ({ browser }) => {
  await overTcp(browser, { settings: ['media_relay = off', `media_tcp_listen = 127.0.0.1:${await freePort()}`], once: true, by: { protocol: 'tcp', relay: '' }, says: 'trực tiếp (TCP)', shot: 'conference-tcp' });
});
