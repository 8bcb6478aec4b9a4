/** Following the presenter through a meeting's papers, and presenting: the relay is played here. */
import type { Page, WebSocketRoute } from '@playwright/test';
import { fakeApi, type FakeApi } from './kit/api';
import { directory, session } from './kit/fixtures';
import { makePdf } from './kit/pdf';
import { checkAccess, expect, seen, shot, test } from './kit/test';

const meeting = 'm1';
const base = `/api/meetings/${meeting}/materials`;
const me = session.person!.id;
const leader = directory.people.find(({ id }) => id !== me)!;

const paper = (pages: number) => makePdf(Array.from({ length: pages }, (_, i) => [`Trang ${i + 1}`, 'Ủy ban nhân dân tỉnh báo cáo tình hình kinh tế, xã hội', 'và phương hướng, nhiệm vụ trong thời gian tới.']));
const files: Record<string, Buffer> = { [`${base}/a/files/1`]: paper(9), [`${base}/b/files/1`]: paper(40) };
const version = (more: object = {}) => ({ key: 1, number: 1, name: 'ban-1.pdf', media: 'application/pdf', size: 1000, sha256: '1'.repeat(64), at: Date.parse('2026-11-20T02:00:00Z'), here: true, ...more });
const material = (id: string, title: string, more: object = {}) => ({ id, title, kind: 'main', state: 'open', mine: { print: false, download: false }, versions: [version()], newest: 1, access: 'ALL', roles: [], persons: [], actions: [], ...more });
const papers = (arrived = false) => ({
  items: [], actions: [],
  materials: [
    material('a', 'Báo cáo tình hình kinh tế – xã hội tháng 11 và nhiệm vụ trọng tâm tháng 12'), material('b', 'Dự thảo Nghị quyết phân bổ ngân sách'),
    material('c', 'Phụ lục số liệu', { versions: [version(arrived ? {} : { here: false, progress: { done: 40, total: 100 } })] }),
  ],
});
const held = { id: meeting, title: 'Phiên họp thường kỳ tháng 12', status: 'LIVE', start: 1, end: 2, fields: {}, participants: [{ id: leader.id, name: leader.name }], outsiders: [], history: [], actions: [], entitled: [], people: 3 };

interface Frame {
  take?: boolean;
  release?: boolean;
  place?: { material: string; version: number; page: number; zoom: number; x: number; y: number };
  point?: { page: number; x: number; y: number };
  noPoint?: boolean;
  rank?: boolean;
}

class Relay {
  readonly said: Frame[] = [];
  connections: WebSocketRoute[] = [];
  tell(told: object) {
    this.connections.at(-1)?.send(JSON.stringify(told));
  }
  lead(place: object, more: object = {}) {
    this.tell({ lead: { by: leader.id, place: { material: 'a', version: 1, page: 1, zoom: 1000, x: 0, y: 0, ...place }, ...more } });
  }
}

async function open(page: Page, url: string, { path = 'a', first = {} as object, refuses = false } = {}): Promise<{ api: FakeApi; relay: Relay }> {
  const relay = new Relay();
  const api = await fakeApi(page, { session: { ...session, host: 'laptop', window: false } });
  await page.routeWebSocket(/\/api\/meetings\/m1\/live$/, (socket) => {
    relay.connections.push(socket);
    if (refuses) {
      void socket.close({ code: 1008, reason: 'room.closed' });
      return;
    }
    socket.onMessage((data) => void relay.said.push(JSON.parse(String(data)) as Frame));
    relay.tell({ host: 'server', rank: 0, lead: {}, here: 12, ...first });
  });
  api.answers.set(`GET ${base}`, { body: papers() });
  api.answers.set(`GET /api/meetings/${meeting}`, { body: held });
  api.answers.set('GET /api/reading/key', { body: { state: 'ready', device: '019ab000-0000-7000-8000-0000abcd1234', waiting: [] } });
  for (const id of ['a', 'b', 'c']) api.answers.set(`GET ${base}/${id}/annotations`, { body: [{ id: `an.${id}`, person: { id: me, name: 'Tôi' }, mine: true, marks: [], bookmarks: [], shared: [] }] });
  await page.route(/\/files\/\d+$/, async (route) => {
    const file = files[new URL(route.request().url()).pathname];
    if (!file) return route.fulfill({ status: 202, json: { done: 40, total: 100 } });
    const range = /bytes=(\d+)-(\d*)/.exec(route.request().headers()['range'] ?? '');
    if (!range) return route.fulfill({ body: file, contentType: 'application/pdf', headers: { 'Accept-Ranges': 'bytes', 'Content-Length': String(file.length) } });
    const from = Number(range[1]);
    const to = Math.min(range[2] ? Number(range[2]) : file.length, file.length - 1);
    return route.fulfill({ status: 206, body: file.subarray(from, to + 1), contentType: 'application/pdf', headers: { 'Accept-Ranges': 'bytes', 'Content-Range': `bytes ${from}-${to}/${file.length}` } });
  });
  await page.goto(`${url}/doc-tai-lieu/${meeting}/${path}`);
  return { api, relay };
}

const bar = (page: Page) => page.getByRole('region', { name: 'Theo trang người trình bày' });
const pageBox = (page: Page) => page.getByRole('textbox', { name: /^Trang .* trên/ });
const sheet = (page: Page, n: number) => page.locator(`[data-page="${n}"]`);
const drawn = (page: Page, n: number) => expect(sheet(page, n).locator('canvas')).toBeVisible();

/** How far the upper edge of the view is down the page, of its height. */
const partOf = (page: Page, n: number) => sheet(page, n).evaluate((element) => {
  const scroller = element.closest('[role="document"]');
  if (!scroller) return NaN; // it has just been taken out of view
  const box = element.getBoundingClientRect();
  return (scroller.getBoundingClientRect().top - box.top) / box.height;
});

test('a screen follows the presenter to page, height, zoom and another paper', async ({ page, product }) => {
  const { relay } = await open(page, product.url);
  await drawn(page, 1);
  await expect(bar(page)).toHaveCount(0);
  relay.lead({ page: 5, y: 400 }, { point: { page: 5, x: 300, y: 550 } });
  await expect(bar(page)).toContainText(`Đang theo ${leader.name}`);
  await drawn(page, 5);
  await expect.poll(() => partOf(page, 5)).toBeCloseTo(0.4, 2);
  await expect(sheet(page, 5).locator('[data-lead-point]')).toBeVisible();
  await seen(page, 'follow-follows');
  await expect.poll(() => partOf(page, 5)).toBeCloseTo(0.4, 2); // in whatever room there is
  relay.lead({ page: 6, y: 100, zoom: 2000, x: 500 });
  await expect.poll(() => partOf(page, 6)).toBeCloseTo(0.1, 2);
  const wide = await sheet(page, 6).evaluate((element) => {
    const scroller = element.closest('[role="document"]')!;
    const [at, box] = [scroller.getBoundingClientRect(), element.getBoundingClientRect()];
    return { width: box.width / scroller.clientWidth, side: (at.left - box.left) / box.width };
  });
  expect(wide.width).toBeGreaterThan(1.8);
  expect(wide.side).toBeCloseTo(0.5, 1);
  await expect(page.locator('[data-lead-point]')).toHaveCount(0);
  relay.lead({ material: 'b', page: 30 });
  await expect(page).toHaveURL(/\/m1\/b$/);
  await drawn(page, 30);
  await expect(bar(page)).toContainText('Trang 30');
  relay.tell({ lead: {} });
  await expect(bar(page)).toHaveCount(0);
  await drawn(page, 30);
});

test('who moves by himself follows no more, and comes back at once', async ({ page, product }) => {
  const { relay } = await open(page, product.url);
  await drawn(page, 1);
  relay.lead({ page: 3 });
  await expect.poll(() => partOf(page, 3)).toBeCloseTo(0, 2);
  await sheet(page, 3).hover();
  await page.mouse.wheel(0, 300);
  await expect(bar(page)).toContainText(`Bạn đang tự xem. ${leader.name} đang trình bày.`);
  await seen(page, 'follow-own');
  relay.lead({ page: 7, y: 200 });
  await page.getByRole('button', { name: 'Theo người trình bày' }).click();
  await expect.poll(() => partOf(page, 7)).toBeCloseTo(0.2, 2);
  await expect(bar(page)).toContainText(`Đang theo ${leader.name}`);
  // Zooming, turning, keys: each is his own.
  await page.getByRole('toolbar').getByRole('button', { name: 'Phóng to' }).click();
  await expect(bar(page)).toContainText('Bạn đang tự xem');
  await page.keyboard.press('t');
  await expect(bar(page)).toContainText('Đang theo');
  await pageBox(page).fill('2');
  await pageBox(page).press('Enter');
  await expect(bar(page)).toContainText('Bạn đang tự xem');
  await page.locator('div[role="document"]').focus();
  await page.keyboard.press('t');
  await expect.poll(() => partOf(page, 7)).toBeCloseTo(0.2, 2);
  await page.keyboard.press('t');
  await expect(bar(page)).toContainText('Bạn đang tự xem');
  await page.getByRole('button', { name: 'Theo người trình bày' }).click();
  await page.getByRole('link', { name: /Dự thảo Nghị quyết/ }).click();
  await expect(bar(page)).toContainText('Bạn đang tự xem');
  await expect(page).toHaveURL(/\/m1\/b$/);
});

test('a paper that is not here is said, and followed when it has come', async ({ page, product }) => {
  const { api, relay } = await open(page, product.url);
  await drawn(page, 1);
  relay.lead({ page: 4 });
  await drawn(page, 4);
  relay.lead({ material: 'c', page: 2 });
  await expect(bar(page)).toContainText('“Phụ lục số liệu”, chưa về đủ máy này (40%)');
  await expect(page).toHaveURL(/\/m1\/a$/);
  await drawn(page, 4);
  await seen(page, 'follow-coming');
  relay.lead({ material: 'secret', page: 2 });
  await expect(bar(page)).toContainText('chưa về máy này hoặc không dành cho bạn');
  await expect(page).toHaveURL(/\/m1\/a$/);
  await shot(page, 'follow-unknown');
  relay.lead({ material: 'c', page: 2 });
  files[`${base}/c/files/1`] = paper(3);
  api.answers.set(`GET ${base}`, { body: papers(true) });
  api.tell('meeting');
  await expect(page).toHaveURL(/\/m1\/c$/);
  await drawn(page, 2);
  delete files[`${base}/c/files/1`];
});

test('who may present leads everybody', async ({ page, product }) => {
  const { api, relay } = await open(page, product.url, { first: { rank: 0 } });
  await drawn(page, 1);
  await expect(page.getByRole('button', { name: 'Trình bày' })).toHaveCount(0);
  api.tell('meeting'); // his item is under way
  await expect.poll(() => relay.said).toContainEqual({ rank: true });
  relay.tell({ rank: 1 });
  await seen(page, 'follow-may-lead');
  await page.getByRole('button', { name: 'Trình bày' }).click();
  await expect.poll(() => relay.said).toContainEqual({ take: true });
  relay.tell({ lead: { by: me }, here: 13 });
  await expect(bar(page)).toContainText('Bạn đang trình bày');
  await expect(bar(page)).toContainText('13 người đang kết nối');
  await expect.poll(() => relay.said.findLast(({ place }) => place)?.place).toMatchObject({ material: 'a', version: 1, page: 1, zoom: 1000, x: 0, y: 0 });
  await pageBox(page).fill('6');
  await pageBox(page).press('Enter');
  await expect.poll(() => relay.said.findLast(({ place }) => place)?.place?.page).toBe(6);
  const before = relay.said.length;
  const box = (await sheet(page, 6).boundingBox())!;
  const began = Date.now();
  for (let i = 0; i <= 60; i++) await page.mouse.move(box.x + box.width * (0.2 + i / 200), box.y + 200);
  await expect.poll(() => relay.said.findLast(({ point }) => point)?.point).toMatchObject({ page: 6, x: expect.closeTo(500, -1) });
  const sent = relay.said.slice(before).filter(({ point }) => point).length;
  expect(sent).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / 50) + 1);
  await seen(page, 'follow-leads');
  await page.getByRole('button', { name: 'Danh sách tài liệu' }).hover();
  await expect.poll(() => relay.said.some(({ noPoint }) => noPoint)).toBe(true);
  await page.getByRole('link', { name: /Dự thảo Nghị quyết/ }).click();
  await expect.poll(() => relay.said.findLast(({ place }) => place)?.place).toMatchObject({ material: 'b', page: 1 });
  await page.locator('div[role="document"]').focus();
  await page.keyboard.press('p');
  await expect.poll(() => relay.said.some(({ release }) => release)).toBe(true);
  relay.tell({ lead: {} });
  await expect(bar(page)).toHaveCount(0);
});

test('without a line it is said; the reader goes on and comes back to the page', async ({ page, product }) => {
  const { relay } = await open(page, product.url, { first: { lead: { by: leader.id, place: { material: 'a', version: 1, page: 2, zoom: 1000, x: 0, y: 0 } } } });
  await drawn(page, 2);
  relay.tell({ alone: true });
  await expect(bar(page)).toContainText('Mất kết nối với phòng họp');
  await checkAccess(page);
  await shot(page, 'follow-lost');
  const [old] = relay.connections;
  await old?.close();
  await expect.poll(() => relay.connections.length).toBe(2);
  relay.lead({ page: 8 });
  await expect.poll(() => partOf(page, 8)).toBeCloseTo(0, 2);
});

test('who came for another paper is asked, not taken there', async ({ page, product }) => {
  await open(page, product.url, { path: 'b', first: { lead: { by: leader.id, place: { material: 'a', version: 1, page: 5, zoom: 1000, x: 0, y: 0 } } } });
  await expect(bar(page)).toContainText('Bạn đang tự xem');
  await expect(page).toHaveURL(/\/m1\/b$/);
  await page.getByRole('button', { name: 'Theo người trình bày' }).click();
  await expect(page).toHaveURL(/\/m1\/a$/);
  await drawn(page, 5);
});

test('where nothing is live there is no bar and no noise', async ({ page, product }) => {
  const { relay } = await open(page, product.url, { refuses: true });
  await drawn(page, 1);
  await expect(bar(page)).toHaveCount(0);
  await expect(page.getByRole('alert')).toHaveCount(0);
  expect(relay.connections).toHaveLength(1);
});

test('the keys are in the help', async ({ page, product }) => {
  await open(page, product.url, { first: { rank: 2 } });
  await drawn(page, 1);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog');
  await expect(help).toContainText('Tự xem / theo người trình bày');
  await expect(help).toContainText('Trình bày / thôi trình bày');
});
