/**
 * A conference over bad lines: media of three browsers go through a line of UDP
 * that loses, is thin, or is dead, and then over relays and TCP.
 */
import type { Page } from '@playwright/test';
import { Conference, hears, moves, picture, turnOn, way, withTrust } from './kit/conferencePages';
import { ConferenceServer, freePort, people, type Person } from './kit/conferenceServer';
import { makePdf } from './kit/pdf';
import { expect, seen, test } from './kit/test';
import { UdpLine } from './kit/udpLine';

test.describe.configure({ mode: 'serial' });
test.use(withTrust);

let conference: Conference;
let server: ConferenceServer;
let line: UdpLine;
let id: string;
const pages = {} as Record<Person, Page>;
const here = (...settings: string[]) => [`media_addresses = ${line.address}`, ...settings];

/** Starts the server with other settings; the pages come back by themselves. */
async function again(...settings: string[]) {
  await server.kill();
  server.set(...here(...settings));
  await server.begin();
}

/** The chair is seen and heard by both. */
async function together() {
  const { clerk, member } = pages;
  await moves(clerk, people.chair.id);
  await moves(member, people.chair.id);
  await expect.poll(() => hears(clerk)).toBe('sound');
  await expect.poll(() => hears(member)).toBe('sound');
}

const indicator = (page: Page) => page.locator('header').getByRole('status');

test.beforeAll(async ({ browser }) => {
  server = await ConferenceServer.start(async (port) => {
    line = await UdpLine.open(port);
    return here('media_relay = off');
  });
  conference = new Conference(browser, server);
  Object.assign(pages, await conference.all());
  const { chair, clerk, member } = pages;
  id = await server.meeting(clerk, chair, 'Giao ban trực tuyến qua đường truyền yếu');
  // The member's line to the page that is led through never comes about.
  await member.routeWebSocket(/\/live$/, (socket) => socket.close());
  for (const page of [chair, member, clerk]) await conference.enter(page, id);
  await turnOn(chair, 'M', 'V');
  await together();
});

test.afterAll(async () => {
  await conference.close();
  await line.close();
});

test('the page that is led through, and the pointer, come over the data channel, also where every fifth packet is lost at 64 kbit/s', async () => {
  const { chair, clerk, member } = pages;
  const texts = ['Trang đầu', 'Kinh phí dự kiến 4 tỷ đồng', 'Tổ chức thực hiện'];
  const paper = await server.paper(clerk, id, 'Phương án hộ đê', makePdf(texts.map((text) => [text])));
  const desk = await chair.context().newPage();
  await desk.goto(`${server.url}/doc-tai-lieu/${id}/${paper}`);
  await desk.getByRole('button', { name: 'Trình bày', exact: true }).click();
  const turnTo = async (page: number) => {
    await desk.getByRole('textbox', { name: /^Trang \d trên 3$/ }).fill(String(page));
    await desk.keyboard.press('Enter');
    await desk.locator(`[data-page="${page}"]`).hover();
    await expect(member.locator(`[data-page="${page}"]`)).toContainText(texts[page - 1]!);
    await expect(member.locator(`[data-page="${page}"] [data-lead-point]`)).toBeVisible();
  };
  await member.keyboard.press('d');
  await expect(member.getByLabel('Trang 1 trên 3')).toBeVisible();
  await turnTo(2);
  const { port, made } = await way(member);
  line.turnsFor(port, { loses: 5, rate: 64 });
  await turnTo(3);
  await turnTo(1);
  expect(await way(member)).toMatchObject({ protocol: 'udp', port, made });
  line.turnsFor(port, {});
  await member.keyboard.press('d');
  await desk.close();
});

test('a line of 300 kbit/s that loses every twentieth packet is its own station\'s trouble alone', async () => {
  const { clerk, member } = pages;
  const large = async (page: Page) => {
    const paused = await page.locator(`[data-station="${people.chair.id}"]`).first().getByText('Đường truyền yếu').isVisible();
    return paused ? 0 : (await picture(page, people.chair.id))?.height ?? 0;
  };
  await expect.poll(() => large(member), { timeout: 60_000 }).toBeGreaterThan(180);
  const { port, made } = await way(member);
  await test.step('he hears, and sees less', async () => {
    line.turnsFor(port, { loses: 20, rate: 300 });
    await expect.poll(() => large(member), { timeout: 60_000 }).toBeLessThanOrEqual(180);
    await expect(indicator(member)).toHaveText(/^Đường (nhận về|gửi lên) yếu$/);
    for (let i = 0; i < 5; i++) expect(await hears(member)).toBe('sound');
    await seen(member, 'conference-thin');
  });
  await test.step('the others have what they had', async () => {
    await expect.poll(() => large(clerk), { timeout: 60_000 }).toBeGreaterThan(180);
    await moves(clerk, people.chair.id);
    expect(await hears(clerk)).toBe('sound');
    await expect(indicator(clerk)).toHaveText('Đường truyền tốt');
  });
  await test.step('the picture comes back with the line', async () => {
    line.turnsFor(port, {});
    await expect.poll(() => large(member), { timeout: 60_000 }).toBeGreaterThan(180);
    await moves(member, people.chair.id);
    expect(await way(member)).toMatchObject({ port, made });
  });
});

test('UDP dies, and media go over relays', async () => {
  const { clerk, member } = pages;
  await again();
  await together();
  expect(await way(clerk)).toMatchObject({ protocol: 'udp' });
  expect((await way(clerk)).type).not.toBe('relay');
  await test.step('in the middle: over TLS, by the port of HTTPS', async () => {
    line.cut();
    await expect(indicator(clerk)).toHaveText('Mất hình, tiếng');
    for (const page of Object.values(pages)) await expect.poll(() => way(page)).toMatchObject({ type: 'relay', relay: 'tls' });
    await together();
    await indicator(clerk).click();
    await expect(clerk.getByRole('definition').filter({ hasText: 'chuyển tiếp (TCP)' })).toBeVisible();
    await expect(indicator(clerk)).toHaveText('Đường truyền tốt');
    await seen(clerk, 'conference-relayed');
    await clerk.keyboard.press('Escape');
  });
  await test.step('over plain TCP, also who comes in where UDP has never passed', async () => {
    await member.goto('about:blank'); // neither it nor the host knows of what helped
    await again(`media_relay_listen = 127.0.0.1:${await freePort()}`);
    await conference.enter(member, id);
    await expect(indicator(member)).toHaveText('Đang nối hình, tiếng');
    await expect.poll(() => way(member)).toMatchObject({ type: 'relay', relay: 'tcp', made: 2 });
    for (const page of Object.values(pages)) await expect.poll(() => way(page)).toMatchObject({ type: 'relay', relay: 'tcp' });
    await together();
  });
});

test('without UDP and without relays media go over ICE-TCP', async () => {
  await again('media_relay = off', `media_tcp_listen = 127.0.0.1:${await freePort()}`);
  for (const page of Object.values(pages)) {
    await expect.poll(() => way(page)).toMatchObject({ protocol: 'tcp', other: 'tcp' });
    expect((await way(page)).type).not.toBe('relay');
  }
  await together();
  const { clerk } = pages;
  await indicator(clerk).click();
  await expect(clerk.getByRole('definition').filter({ hasText: 'trực tiếp (TCP)' })).toBeVisible();
});
