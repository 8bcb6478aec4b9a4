/**
 * A conference over a bad line: media of two browsers go through a line of UDP that
 * loses and is thin, and one of them has no other way to the page that is led through.
 */
import type { Browser } from '@playwright/test';
import { Conference, hears, moves, picture, test, turnOn, way, withDevices } from './kit/conferencePages';
import { ConferenceServer, people } from './kit/conferenceServer';
import { makePdf } from './kit/pdf';
import { expect, seen } from './kit/test';
import { UdpLine } from './kit/udpLine';

test.use(withDevices);

/** A conference to which nothing leads but the line. */
async function overLine(browser: Browser) {
  let line!: UdpLine;
  const server = await ConferenceServer.start(async (port) => {
    line = await UdpLine.open(port);
    return [`media_addresses = ${line.address}`, 'media_relay = off'];
  });
  return { line, server, conference: new Conference(browser, server) };
}

test('the page that is led through, and the pointer, come over the data channel, also where every fifth packet is lost at 64 kbit/s', async ({ browser }) => {
  const { line, server, conference } = await overLine(browser);
  const [chair, member, clerk] = [await conference.open('chair'), await conference.open('member'), await conference.open('clerk')];
  const id = await server.meeting(clerk, chair, 'Giao ban trực tuyến qua đường truyền yếu');
  // The member's line to the page that is led through never comes about.
  await member.routeWebSocket(/\/live$/, (socket) => socket.close());
  for (const page of [chair, member]) await conference.enter(page, id);
  await turnOn(chair, 'M', 'V');
  await moves(member, people.chair.id);
  await expect.poll(() => hears(member)).toBe('sound');

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
  await expect(member.getByLabel('Trang 1 trên 3')).toBeVisible({ timeout: 60_000 });
  await turnTo(2);
  const { agent, made } = await way(member);
  line.turnsFor(agent, { loses: 5, rate: 64 });
  await turnTo(3);
  await turnTo(1);
  expect(await way(member)).toMatchObject({ protocol: 'udp', agent, made });

  await conference.close();
  await line.close();
});

test('over a thin, lossy line sound goes on and pictures become small, and large again when it is better', async ({ browser }) => {
  const { line, server, conference } = await overLine(browser);
  const [chair, member, clerk] = [await conference.open('chair'), await conference.open('member'), await conference.open('clerk')];
  const id = await server.meeting(clerk, chair, 'Giao ban trực tuyến với xã vùng cao');
  for (const page of [chair, member]) await conference.enter(page, id);
  await turnOn(chair, 'M', 'V');
  const height = () => picture(member, people.chair.id).then((shown) => shown?.height ?? 0);
  await moves(member, people.chair.id);
  await expect.poll(height, { timeout: 60_000 }).toBe(720);
  const before = await way(member);

  line.turnsFor(before.agent, { loses: 20, rate: 300 });
  await expect.poll(() => hears(member)).toBe('sound');
  await moves(member, people.chair.id);

  line.turnsFor(before.agent, { loses: 20, rate: 150 });
  await expect.poll(height, { timeout: 120_000 }).toBeLessThan(720);
  await moves(member, people.chair.id);
  expect(await hears(member)).toBe('sound');
  await seen(member, 'conference-thin-line');

  line.turnsFor(before.agent, {});
  await expect.poll(height, { timeout: 120_000 }).toBe(720);
  await moves(member, people.chair.id);
  expect(await way(member)).toEqual(before);

  await conference.close();
  await line.close();
});

test('the technical test says what the line bears though nobody is there and nothing is sent', async ({ conference }) => {
  const { server } = conference;
  const [chair, clerk] = [await conference.open('chair'), await conference.open('clerk')];
  const id = await server.meeting(clerk, chair, 'Kiểm tra kỹ thuật trước họp');
  await conference.enter(chair, id);
  const indicator = chair.locator('header').getByRole('status');
  await expect(indicator).toHaveText('Đường truyền tốt', { timeout: 30_000 });
  await turnOn(chair, 'V');
  await chair.keyboard.press('v');
  await expect(chair.locator('[aria-keyshortcuts="V"]')).toHaveAttribute('aria-pressed', 'false');
  await indicator.click();
  await chair.getByRole('button', { name: 'Kiểm tra kỹ thuật' }).click();
  const dialog = chair.getByRole('dialog', { name: 'Kiểm tra kỹ thuật' });
  await expect(dialog.getByText(/xuống: ít nhất \d{4,} kbit\/s/i)).toBeVisible({ timeout: 30_000 });
  await seen(chair, 'conference-measured');
});
