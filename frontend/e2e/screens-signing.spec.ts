/** What people see of the digital signatures of a file: a line above the page, and all that is known behind it. */
import type { Page } from '@playwright/test';
import type { Doc, DocRow, SignatureReport } from '../src/lib/api/model';
import { fakeApi, type FakeApi } from './kit/api';
import { makeRows, now, session } from './kit/fixtures';
import { makePdf } from './kit/pdf';
import { changed, malformed, offline, twoGood } from './kit/signatures';
import { checkAccess, expect, seen, shot, test } from './kit/test';

const [row] = makeRows(1) as [DocRow];
const doc: Doc = {
  ...row, unit: { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' }, revision: 0, originalValue: 'none', checked: {}, where: { machine: true, server: true, pendingUp: 0 },
  actions: [], delegated: [], directives: [], remarks: [], recipients: [], signatures: [], initials: [], relations: [], extensions: [], history: [], replies: [], handOvers: [],
  files: [{ key: 1, name: 'Kế hoạch chuyển đổi số.pdf', media: 'application/pdf', role: 0, size: 48_000, sha256: '1'.repeat(64), at: now, newest: true, first: 1, version: 1, here: true, atServer: true }],
};
const paper = makePdf([['Kế hoạch chuyển đổi số cấp xã'], ['Kinh phí thực hiện']]);
const path = `/api/documents/${row.id}/files/1`;

/** The document with its file; the validator answers so. */
async function open(page: Page, url: string, report: SignatureReport): Promise<FakeApi> {
  const api = await fakeApi(page);
  api.answers.set(`GET /api/documents/${row.id}`, { body: doc });
  api.answers.set(`GET ${path}/signatures`, { body: report });
  await page.route(`**${path}`, (route) => route.fulfill({ contentType: 'application/pdf', body: paper }));
  await page.goto(`${url}/van-ban-den/${row.id}`);
  return api;
}

const words = {
  vi: {
    bar: 'Chữ ký số của tệp', valid: 'Chữ ký hợp lệ', invalid: 'Chữ ký không hợp lệ', unsure: 'Chưa đủ căn cứ', count: '2 chữ ký · Nguyễn Thị Hà', details: /Chi tiết/,
    stamped: '09:14 20/11/2026, theo dấu thời gian của Dịch vụ dấu thời gian Sơn Giang', claimed: '09:14 20/11/2026, giờ máy của người ký, chưa có dấu thời gian', age: 'CRL cách đây 9 ngày',
    level: 'Bằng chứng xác minh nằm trong tệp, có dấu thời gian lưu trữ (B-LTA)', part: 'đến lần ký 1 trong 2', allowed: 'điền giá trị vào ô SoVB', forged: 'Nội dung trang 2 đã bị sửa sau khi ký.', refused: 'Không được phép',
    chain: 'Chưa xác định được người ký', malformed: 'Tệp PDF sai cấu trúc', save: /Lưu báo cáo/, broken: 'Không còn nguyên vẹn',
  },
  en: {
    bar: 'Digital signatures of the file', valid: 'Signature valid', invalid: 'Signature not valid', unsure: 'Not enough evidence', count: '2 signatures · Nguyễn Thị Hà', details: /Details/,
    stamped: '09:14 20/11/2026, by the time stamp of Dịch vụ dấu thời gian Sơn Giang', claimed: '09:14 20/11/2026, by the signer’s own clock, no time stamp', age: 'CRL 9 days old',
    level: 'The evidence for it is in the file, under an archive time stamp (B-LTA)', part: 'up to revision 1 of 2', allowed: 'field SoVB filled in', forged: 'The content of page 2 was changed after signing.', refused: 'Not allowed',
    chain: 'The signer is not established', malformed: 'The PDF is malformed', save: /Save the report/, broken: 'Not intact',
  },
};

for (const language of ['vi', 'en'] as const) {
  const say = words[language];

  test.describe(language, () => {
    test.beforeEach(({ page }) => page.addInitScript((chosen) => localStorage.setItem('khonggiay.language', chosen), language));

    test('two good signatures', async ({ page, product }) => {
      await open(page, product.url, twoGood);
      const bar = page.getByRole('region', { name: say.bar });
      await expect(bar).toContainText(say.valid);
      await expect(bar).toContainText(say.count);
      await seen(page, `signing-bar-${language}`);
      await page.keyboard.press('i');
      const cards = page.getByRole('dialog').getByRole('article');
      await expect(cards).toHaveCount(2);
      await expect(cards.first()).toContainText(say.stamped);
      await expect(cards.first()).toContainText(say.age);
      await expect(cards.first()).toContainText(say.part);
      await expect(cards.first()).toContainText(say.allowed);
      await seen(page, `signing-good-${language}`);
      await cards.first().getByText(say.level).scrollIntoViewIfNeeded();
      await expect(cards.first().getByText(say.level)).toBeInViewport();
      await shot(page, `signing-level-${language}`);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
      await expect(bar).toBeVisible();
    });

    test('changed after signing, and the report kept for the dispute', async ({ page, product }) => {
      await open(page, product.url, changed);
      const bar = page.getByRole('region', { name: say.bar });
      await expect(bar).toContainText(say.invalid);
      await expect(bar).toContainText(say.forged.replace('.', ''));
      await bar.getByRole('button', { name: say.details }).click();
      const card = page.getByRole('dialog').getByRole('article');
      await expect(card).toContainText(say.forged);
      await expect(card).toContainText(say.broken);
      await expect(card).toContainText(say.refused);
      await expect(card).toContainText(say.claimed);
      await seen(page, `signing-changed-${language}`);
      await expect(page.getByRole('link', { name: say.save })).toHaveCount(2);
      for (const form of ['PDF', 'JSON']) {
        await expect(page.getByRole('link', { name: `(${form})` })).toHaveAttribute('href', `${path}/signatures/report?form=${form.toLowerCase()}`);
      }
    });

    test('a signer that cannot be established', async ({ page, product }) => {
      await open(page, product.url, offline);
      await expect(page.getByRole('region', { name: say.bar })).toContainText(say.unsure);
      await page.keyboard.press('i');
      await expect(page.getByRole('dialog').getByRole('article')).toContainText(say.chain);
      await seen(page, `signing-offline-${language}`);
    });

    test('a file that is no proper PDF', async ({ page, product }) => {
      await open(page, product.url, malformed);
      const bar = page.getByRole('region', { name: say.bar });
      await expect(bar).toContainText(say.malformed);
      await expect(bar).not.toContainText(say.invalid);
      await bar.getByRole('button', { name: say.details }).click();
      await expect(page.getByRole('dialog')).toContainText(say.malformed);
      await expect(page.getByRole('dialog').getByRole('article')).toHaveCount(0);
      await seen(page, `signing-malformed-${language}`);
    });
  });
}

test('in a window the system asks where to keep a report', async ({ page, product }) => {
  const api = await fakeApi(page);
  api.session = { ...session, window: true };
  api.answers.set(`GET /api/documents/${row.id}`, { body: doc });
  api.answers.set(`GET ${path}/signatures`, { body: twoGood });
  api.answers.set('POST /api/native/save', { body: { saved: true } });
  await page.route(`**${path}`, (route) => route.fulfill({ contentType: 'application/pdf', body: paper }));
  await page.goto(`${product.url}/van-ban-den/${row.id}`);
  await expect(page.getByRole('region', { name: words.vi.bar })).toBeVisible();
  await page.keyboard.press('i');
  await page.getByRole('button', { name: 'Lưu báo cáo (PDF)' }).click();
  await expect(page.getByText('Đã lưu báo cáo về chữ ký của Kế hoạch chuyển đổi số.pdf')).toBeVisible();
  expect(api.given.find((given) => given.path === '/api/native/save')?.body).toEqual({ document: row.id, file: 1, report: 'pdf' });
});

test('a check that failed is tried again', async ({ page, product }) => {
  const api = await fakeApi(page);
  api.answers.set(`GET /api/documents/${row.id}`, { body: doc });
  api.answers.set(`GET ${path}/signatures`, { status: 500, body: { code: 'internal', reason: 'internal' } });
  await page.route(`**${path}`, (route) => route.fulfill({ contentType: 'application/pdf', body: paper }));
  await page.goto(`${product.url}/van-ban-den/${row.id}`);
  const told = page.getByRole('status').filter({ hasText: 'Chưa kiểm tra được chữ ký số' });
  await expect(told).toBeVisible();
  await checkAccess(page);
  await shot(page, 'signing-failed');
  api.answers.set(`GET ${path}/signatures`, { body: twoGood });
  await told.getByRole('button').click();
  await expect(page.getByRole('region', { name: words.vi.bar })).toContainText(words.vi.valid);
});

test('a check that takes long says so, and an unsigned file says nothing', async ({ page, product }) => {
  const api = await fakeApi(page);
  api.answers.set(`GET /api/documents/${row.id}`, { body: doc });
  await page.route(`**${path}`, (route) => route.fulfill({ contentType: 'application/pdf', body: paper }));
  let answer = () => {};
  const asked = new Promise<void>((resolve) => {
    void page.route(`**${path}/signatures`, async (route) => {
      resolve();
      await new Promise<void>((go) => (answer = go));
      await route.fallback();
    });
  });
  await page.goto(`${product.url}/van-ban-den/${row.id}`);
  await asked;
  const busy = page.getByRole('status').filter({ hasText: 'Đang kiểm tra chữ ký số' });
  await expect(busy).toBeVisible();
  await shot(page, 'signing-checking');
  answer();
  await expect(busy).toBeHidden();
  await expect(page.getByRole('region', { name: words.vi.bar })).toHaveCount(0);
});

test('a file that is not on this machine has no line of its own', async ({ page, product }) => {
  const api = await open(page, product.url, twoGood);
  await expect(page.getByRole('region', { name: words.vi.bar })).toBeVisible();
  api.answers.set(`GET ${path}/signatures`, { status: 503, body: { code: 'offline', reason: 'content.not_here' } });
  await page.reload();
  await page.waitForResponse(`**${path}/signatures`);
  await expect(page.getByText('Chưa kiểm tra được chữ ký số')).toHaveCount(0);
  await expect(page.getByRole('region', { name: words.vi.bar })).toHaveCount(0);
});
