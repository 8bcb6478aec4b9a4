/** The reader of a meeting's papers: the list, marks, bookmarks, search in all papers, sharing, another version, and what is said where notes are not. */
import type { Page } from '@playwright/test';
import type { AnnotationView, MarkBody, ReadingKeyState } from '../src/lib/api/model';
import { fakeApi, type FakeApi } from './kit/api';
import { session } from './kit/fixtures';
import { makePdf } from './kit/pdf';
import { checkAccess, expect, seen, shot, test } from './kit/test';

const meeting = 'm1';
const base = `/api/meetings/${meeting}/materials`;
const filler = (page: number) => [`Trang ${page}`, 'Ủy ban nhân dân tỉnh báo cáo tình hình kinh tế, xã hội', 'và phương hướng, nhiệm vụ trong thời gian tới.'];
const report = (lines: Record<number, string>, pages: number) => makePdf(Array.from({ length: pages }, (_, i) => {
  const line = lines[i + 1];
  return line ? [...filler(i + 1), line] : filler(i + 1);
}));
const sentence = 'Tổng thu ngân sách trên địa bàn đạt 1.250 tỷ đồng';
const files: Record<string, Buffer> = {
  [`${base}/a/files/1`]: report({ 2: `${sentence}, tăng 8 %` }, 6),
  [`${base}/a/files/2`]: report({ 4: `${sentence}, tăng 8 %` }, 9),
  [`${base}/b/files/1`]: report({ 3: 'Giao Sở Tài chính cân đối ngân sách', 57: 'Phụ lục thu, chi ngân sách của các xã' }, 400),
};
const version = (key: number, more: object = {}) => ({ key, name: `ban-${key}.pdf`, media: 'application/pdf', size: 1000, sha256: String(key).repeat(64), at: Date.parse('2026-11-20T02:00:00Z') + key * 3_600_000, here: true, ...more });
const item = { key: 5, title: 'Mục 1. Tình hình kinh tế – xã hội tháng 11', order: 0 };
const materials = [
  { id: 'a', title: 'Báo cáo tình hình kinh tế – xã hội tháng 11 và nhiệm vụ trọng tâm tháng 12', kind: 'main', item, order: 0, versions: [version(1), version(2, { newest: true })], download: true, watermark: true, open: true },
  { id: 'b', title: 'Dự thảo Nghị quyết phân bổ ngân sách', kind: 'draft_resolution', item: { key: 6, title: 'Mục 2. Phân bổ ngân sách', order: 1 }, versions: [version(1, { newest: true })], open: true, print: true, watermark: true },
  { id: 'c', title: 'Phụ lục số liệu', kind: 'reference', item, order: 1, versions: [version(1, { newest: true, here: false, progress: { done: 40, total: 100 } })], open: true },
  { id: 'd', title: 'Biểu tính.xlsx', kind: 'reference', versions: [version(1, { newest: true, name: 'bieu-tinh.xlsx', media: 'application/vnd.ms-excel' })], open: true },
];
/** As the API says it: agenda items beside the papers, versions newest first. */
const asView = (list: typeof materials) => ({
  items: [...new Map(list.flatMap((each) => ('item' in each && each.item ? [[each.item.key, each.item] as const] : []))).values()],
  materials: list.map((each) => ({
    ...each, item: 'item' in each ? each.item?.key : undefined, state: 'recalled' in each && each.recalled ? 'recalled' : 'open', mine: { print: 'print' in each, download: 'download' in each },
    versions: each.versions.toReversed(), newest: each.versions.at(-1)?.key, access: 'ALL', roles: [], persons: [], actions: [],
  })),
  actions: [],
});
const view = { id: meeting, title: 'Phiên họp thường kỳ tháng 12', status: 'INVITED', start: 1, end: 2, fields: {}, participants: [], outsiders: [], history: [], actions: [], entitled: [], people: 3 };
const annotation: AnnotationView = { id: 'an', person: { id: 'p', name: 'Tôi' }, mine: true, marks: [], bookmarks: [], shared: [] };

const mark = (key: number, at: number, body: MarkBody) => ({ key, version: at, at: Date.parse('2026-11-21T03:00:00Z'), body });
const mine: AnnotationView = {
  ...annotation, bookmarks: [4, 7], stoppedAt: 4, shared: [{ id: 'q', name: 'Trần Thị Bình' }],
  marks: [
    mark(11, 1, { page: 2, kind: 'highlight', rects: [[60, 670, 400, 690]], quote: { exact: sentence, prefix: 'tới. ', suffix: ', tăng' }, colour: 'yellow', text: 'Hỏi lại Sở Tài chính về cách tính' }),
    mark(12, 1, { page: 5, kind: 'note', at: [300, 500], quote: { exact: 'Đoạn này đã bỏ hẳn trong bản mới của báo cáo' }, text: 'Đề nghị làm rõ' }),
    mark(13, 2, { page: 4, kind: 'ink', strokes: [[70, 600, 120, 585, 180, 600, 240, 590]], colour: 'red' }),
    mark(14, 2, { page: 4, kind: 'note', at: [480, 700], text: 'Cần số liệu từng xã' }),
    { key: 15, version: 2, at: Date.parse('2026-11-21T03:00:00Z') },
  ],
};
const his: AnnotationView = {
  ...annotation, id: 'an2', mine: false, person: { id: 'q', name: 'Trần Thị Bình' },
  marks: [mark(21, 2, { page: 4, kind: 'highlight', rects: [[60, 726, 480, 746]], quote: { exact: 'Ủy ban nhân dân tỉnh' }, colour: 'blue', text: 'Đồng ý' })],
};

interface Start {
  annotations?: AnnotationView[];
  key?: Partial<ReadingKeyState>;
  host?: 'laptop' | 'server';
  path?: string;
}

async function open(page: Page, url: string, { annotations = [annotation], key = {}, host = 'laptop', path = 'a' }: Start = {}): Promise<FakeApi> {
  const api = await fakeApi(page, { session: { ...session, host, window: false } });
  api.answers.set(`GET ${base}`, { body: asView(materials) });
  api.answers.set(`GET /api/meetings/${meeting}`, { body: view });
  api.answers.set('GET /api/reading/key', { body: { state: 'ready', device: '019ab000-0000-7000-8000-0000abcd1234', waiting: [], ...key } });
  for (const { id } of materials) api.answers.set(`GET ${base}/${id}/annotations`, { body: id === 'a' ? annotations : [{ ...annotation, id: `an.${id}` }] });
  api.answers.set(`GET ${base}/c/files/1`, { status: 202, body: { done: 40, total: 100 } });
  await page.route(/\/files\/\d+$/, async (route) => {
    const file = files[new URL(route.request().url()).pathname];
    if (!file) return route.fallback();
    const range = /bytes=(\d+)-(\d*)/.exec(route.request().headers()['range'] ?? '');
    if (!range) return route.fulfill({ body: file, contentType: 'application/pdf', headers: { 'Accept-Ranges': 'bytes', 'Content-Length': String(file.length) } });
    const from = Number(range[1]);
    const to = Math.min(range[2] ? Number(range[2]) : file.length, file.length - 1);
    return route.fulfill({ status: 206, body: file.subarray(from, to + 1), contentType: 'application/pdf', headers: { 'Accept-Ranges': 'bytes', 'Content-Range': `bytes ${from}-${to}/${file.length}` } });
  });
  await page.goto(`${url}/doc-tai-lieu/${meeting}/${path}`);
  return api;
}

const paper = (page: Page) => page.locator('main [role="document"]');
const side = (page: Page) => page.getByRole('complementary', { name: 'Ghi chú và tìm kiếm' });
const put = (api: FakeApi, material = 'a') => api.given.filter(({ path }) => path === `${base}/${material}/annotations`).map(({ body }) => body as { mark?: number; version: number; body: MarkBody });
const named = (api: FakeApi, name: string) => api.given.filter(({ path, body }) => path === '/api/commands' && (body as { name: string }).name === name).map(({ body }) => body as { target: object; args: Record<string, unknown> });

async function showSide(page: Page) {
  const toggle = page.getByRole('button', { name: 'Ghi chú và tìm kiếm' });
  if ((await toggle.getAttribute('aria-pressed')) === 'false') await toggle.click();
}

test('a paper with its marks, where the person stopped', async ({ page, product }) => {
  await open(page, product.url, { annotations: [mine, his] });
  await showSide(page);
  await expect(page.getByRole('textbox', { name: 'trang 4', exact: false }).or(page.locator('input[value="4"]'))).toBeVisible();
  const panel = side(page);
  await expect(panel.getByRole('region', { name: 'Ghi chú chưa gắn lại được' })).toContainText('Đề nghị làm rõ');
  await expect(panel.getByRole('region', { name: 'Ghi chú trên trang' })).toContainText('Hỏi lại Sở Tài chính');
  await expect(panel).toContainText('Trần Thị Bình');
  await expect(panel).toContainText('1 ghi chú chưa đọc được trên máy này');
  await expect(page.locator('[data-page="4"] [data-watermark]')).toBeAttached();
  await expect(page.locator('[data-page="4"] canvas')).toBeVisible();
  await seen(page, 'reading-marks');
});

test('search in all papers', async ({ page, product }) => {
  await open(page, product.url);
  await expect(paper(page)).toBeVisible();
  const box = page.getByRole('searchbox', { name: 'Tìm trong mọi tài liệu' });
  await expect(async () => {
    if (!(await box.isVisible())) await page.keyboard.press('Control+Shift+f'); // its keys come with the reader
    await expect(box).toBeVisible({ timeout: 3000 });
  }).toPass();
  await box.fill('ngan sach');
  await expect(side(page).getByRole('status').filter({ hasText: 'Thấy ở 3 trang, trong 2 tài liệu' })).toBeVisible({ timeout: 60_000 }); // 400 pages are read in slices
  await expect(side(page)).toContainText('1 tài liệu chưa về máy này');
  await seen(page, 'reading-search');
  await side(page).getByRole('button', { name: /Trang 57/ }).click();
  await expect(page).toHaveURL(/\/b\?trang=57$/);
  await expect(page.locator('[data-page="57"]')).toBeVisible();
});

test('sharing', async ({ page, product }) => {
  const api = await open(page, product.url, { annotations: [mine] });
  api.answers.set(`GET ${base}/a/readers`, { body: [
    { person: { id: 'q', name: 'Trần Thị Bình', position: 'Phó Chủ tịch' }, ready: true }, { person: { id: 'r', name: 'Lê Văn Cường', position: 'Giám đốc Sở Tài chính' }, ready: true },
    { person: { id: 's', name: 'Phạm Dũng', position: 'Chánh Văn phòng' } },
  ] });
  await page.getByRole('button', { name: 'Chia sẻ ghi chú' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('checkbox', { name: 'Trần Thị Bình' })).toBeChecked();
  await expect(dialog.getByRole('checkbox', { name: 'Phạm Dũng' })).toBeDisabled();
  await seen(page, 'reading-share');
  await dialog.getByRole('checkbox', { name: 'Lê Văn Cường' }).check({ force: true }).catch(() => {});
  expect(api.given.at(-1)).toMatchObject({ path: `${base}/a/share`, body: { person: 'r' } });
  await dialog.getByRole('checkbox', { name: 'Trần Thị Bình' }).press('Space');
  await expect.poll(() => named(api, 'annotation.unshare.1')).toMatchObject([{ target: { kind: 28, id: 'an' }, args: { person: 'q' } }]);
});

test('where notes are not, it says so; what is coming and what cannot be shown, too', async ({ page, product }) => {
  await open(page, product.url, { host: 'server', path: 'c' });
  await showSide(page);
  await expect(side(page)).toContainText('Ghi chú riêng chỉ có trên máy tính cài Không Giấy');
  await expect(page.getByRole('navigation', { name: 'Tài liệu của cuộc họp' })).toContainText('đang tải 40%');
  await expect(page.getByRole('progressbar')).toBeVisible();
  await seen(page, 'reading-coming');
  await page.getByRole('link', { name: /Biểu tính/ }).click();
  await expect(page.getByText('Tài liệu này không được phép tải về.')).toBeVisible();
  await shot(page, 'reading-not-pdf');
});

test('marks are made by keys and by mouse', async ({ page, product }) => {
  const api = await open(page, product.url, { path: 'b' });
  const words = page.locator('[data-page="1"]').getByText('Ủy ban nhân dân tỉnh báo cáo').first();
  await expect(words).toBeVisible();
  const box = await words.boundingBox();
  if (!box) throw new Error('the first line is nowhere');
  const [left, middle] = [box.x, box.y + box.height / 2];
  const made = async (count: number) => {
    await expect.poll(() => put(api, 'b').length).toBe(count);
    return put(api, 'b').at(-1)?.body;
  };

  // A line is selected with the mouse, and H marks it.
  await page.mouse.move(left + 1, middle);
  await page.mouse.down();
  await page.mouse.move(left + box.width - 1, middle, { steps: 8 });
  await page.mouse.up();
  await page.keyboard.press('h');
  const highlight = await made(1);
  expect(highlight).toMatchObject({ page: 1, kind: 'highlight', colour: 'yellow' });
  expect(highlight?.quote?.exact).toContain('nhân dân tỉnh báo cáo');
  expect(highlight?.rects).toHaveLength(1);

  // Ink is drawn.
  await page.keyboard.press('i');
  await page.mouse.move(left + 20, middle + 120);
  await page.mouse.down();
  await page.mouse.move(left + 90, middle + 140, { steps: 5 });
  await page.mouse.up();
  const ink = await made(2);
  expect(ink).toMatchObject({ page: 1, kind: 'ink' });
  expect(ink?.strokes?.[0]?.length).toBeGreaterThanOrEqual(4);
  await page.keyboard.press('Escape');

  // A note is put down and written.
  await page.keyboard.press('n');
  await page.mouse.click(left + 200, middle + 60);
  await page.keyboard.type('Hỏi lại số liệu');
  await page.keyboard.press('Control+Enter');
  expect(await made(3)).toMatchObject({ page: 1, kind: 'note', text: 'Hỏi lại số liệu' });
});

test('chosen pages are printed, each on its sheet with the reader on it', async ({ page, product }) => {
  await page.addInitScript(() => {
    window.print = () => document.body.toggleAttribute('data-asked', true);
  });
  await open(page, product.url, { path: 'b' });
  await expect(page.locator('[data-page="1"] canvas')).toBeVisible();
  await page.keyboard.press('Control+p');
  const form = page.getByRole('dialog', { name: 'In tài liệu' });
  await expect(form.getByRole('radio', { name: 'Cả tài liệu, 400 trang' })).toBeDisabled(); // too many at once
  await form.getByRole('radio', { name: 'Một số trang' }).check();
  await form.getByLabel('Các trang cần in').fill('57, 3');
  await expect(form.getByRole('button', { name: 'In', exact: true })).toBeDisabled();
  await form.getByLabel('Các trang cần in').fill('1-2, 57');
  await seen(page, 'reading-print');
  await form.getByRole('button', { name: 'In', exact: true }).click();
  await expect(page.locator('body[data-asked]')).toBeAttached();
  const printed = await page.pdf({ preferCSSPageSize: true });
  expect(printed.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(3);
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await expect(page.locator('[data-print]')).toHaveCount(0);
  await expect(form).toHaveCount(0);

  await page.goto(`${product.url}/doc-tai-lieu/${meeting}/a`);
  await expect(page.locator('[data-page="4"] canvas, [data-page="1"] canvas').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'In', exact: true })).toHaveCount(0); // this one may not be
});

test('a mark that lost its place is placed by hand, or dropped', async ({ page, product }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const api = await open(page, product.url, { annotations: [mine] });
  const lost = side(page).getByRole('region', { name: 'Ghi chú chưa gắn lại được' });
  await lost.getByRole('button', { name: 'Đặt lại' }).click();
  await page.locator('[data-page="4"] [data-tool="note"]').click({ position: { x: 200, y: 400 } });
  await expect.poll(() => put(api)).toHaveLength(1);
  expect(put(api)[0]).toMatchObject({ mark: 12, version: 2, body: { page: 4, kind: 'note', text: 'Đề nghị làm rõ' } });
  await lost.getByRole('button', { name: 'Xóa ghi chú' }).click();
  await expect.poll(() => named(api, 'annotation.remove.1')).toMatchObject([{ args: { mark: 12 } }]);
});

test('the key is handed to another machine after its number was compared', async ({ page, product }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const api = await open(page, product.url, { key: { waiting: ['019ab000-0000-7000-8000-0000beef7788'] } });
  await expect(side(page)).toContainText('Máy số BEEF-7788 của bạn đang xin khóa');
  await side(page).getByRole('button', { name: 'Trao khóa' }).click();
  await expect(page.getByRole('dialog')).toContainText('BEEF-7788');
  await checkAccess(page);
  await shot(page, 'reading-grant');
  await page.getByRole('dialog').getByRole('button', { name: 'Trao khóa' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(api.given.at(-1)).toMatchObject({ path: '/api/reading/key/grant', body: { device: '019ab000-0000-7000-8000-0000beef7788' } });
});

test('a paper of 400 pages opens at once and scrolls without drawing all', async ({ page, product }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page, product.url, { path: 'b' });
  await expect(page.locator('[data-page="1"] canvas')).toBeVisible();
  await paper(page).evaluate((element) => element.scrollTo({ top: element.scrollHeight / 2 }));
  await expect(page.locator('[data-page="200"] canvas')).toBeVisible();
  expect(await page.locator('[data-page]').count()).toBeLessThan(8);
});
