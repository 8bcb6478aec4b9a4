/** What could deceive a signer: said before the PIN, page by page, and agreed to before anything is signed. */
import type { Page } from '@playwright/test';
import { decision } from '../src/features/signing/testPages';
import type { Doc, PresignFinding, PresignReport } from '../src/lib/api/model';
import { fakeApi, type FakeApi } from './kit/api';
import { makePaper } from './kit/pdf';
import { deskItem, deskOf, draft, keys } from './kit/signing';
import { beginSigning, dialog, placesFound, serveDocs } from './kit/signingDialog';
import { checkAccess, expect, seen, shot, test } from './kit/test';

const paper = makePaper(decision);
const finding = (code: string, severity: PresignFinding['severity'], change: Partial<PresignFinding> = {}): PresignFinding => ({ code, severity, ...change });
const report = (...findings: PresignFinding[]): PresignReport => ({ pages: 2, findings });

const doubtful: PresignReport = {
  ...report(
    finding('text_covered', 'warns', { page: 2 }), finding('javascript', 'warns'), finding('field_shows_other', 'warns', { page: 1, field: 'SoTien' }),
    finding('link_out', 'tells', { page: 1, data: { uri: 'https://tracuu.example/van-ban' } }), finding('revisions', 'tells', { data: { revisions: 3 } }),
  ),
  left: { text_covered: 4 },
};
const known = report(finding('link_out', 'tells', { page: 1, data: { uri: 'https://tracuu.example/van-ban' } }));
const faulty = report(finding('dangling_reference', 'blocks'), finding('hidden_bytes', 'blocks', { data: { bytes: 4096 } }), finding('attachment', 'warns'));

async function open(page: Page, docs: readonly Doc[], answers: Readonly<Record<string, PresignReport>>): Promise<FakeApi> {
  const api = await fakeApi(page);
  api.answers.set('GET /api/signing/keys', { body: keys });
  api.answers.set('GET /api/desk', { body: deskOf(...docs.map((doc) => deskItem(doc))) });
  await serveDocs(page, api, docs, () => paper);
  for (const [id, body] of Object.entries(answers)) api.answers.set(`GET /api/documents/${id}/files/11/presign`, { body });
  return api;
}

const warnings = (page: Page) => dialog(page).getByRole('region', { name: 'Xem xét tệp trước khi ký' });
const submit = (page: Page, n = 1) => dialog(page).getByRole('button', { name: `Ký số ${n} văn bản` });

const see = (page: Page, name: string) => seen(page, `presign-${name}`);

test('nothing found: one quiet line', async ({ page, product }) => {
  await open(page, [draft('d0')], {});
  await beginSigning(page, product.url, draft('d0'));
  await expect(dialog(page).getByText('Không thấy gì bất thường trong tệp')).toBeVisible();
  await placesFound(page);
  await see(page, 'clean');
});

test('things to look at: listed with pages, and agreed to', async ({ page, product }) => {
  await open(page, [draft('d0')], { d0: doubtful });
  await beginSigning(page, product.url, draft('d0'));
  await placesFound(page);
  await expect(warnings(page).getByRole('listitem')).toHaveCount(5);
  await expect(warnings(page)).toContainText('Ô SoTien hiện khác với giá trị bên trong.');
  await dialog(page).getByLabel('Mã PIN của thẻ').fill('123456');
  await expect(submit(page, 0)).toBeDisabled();
  await see(page, 'warns');
  await warnings(page).getByRole('button', { name: /Xem trang 2: Có hình che mất chữ/ }).click();
  await expect(dialog(page).locator('[data-page="2"]')).toBeInViewport({ ratio: 0.4 });
  await warnings(page).getByRole('checkbox', { name: 'Tôi đã xem và vẫn ký' }).check();
  await expect(submit(page)).toBeEnabled();
  await see(page, 'accepted');
});

test('things to know ask for nothing', async ({ page, product }) => {
  await open(page, [draft('d0')], { d0: known });
  await beginSigning(page, product.url, draft('d0'));
  await placesFound(page);
  await expect(warnings(page)).toContainText('https://tracuu.example/van-ban');
  await expect(warnings(page).getByRole('checkbox')).toHaveCount(0);
  await dialog(page).getByLabel('Mã PIN của thẻ').fill('123456');
  await expect(submit(page)).toBeEnabled();
  await see(page, 'tells');
});

test('what cannot be signed says so before anybody types a PIN', async ({ page, product }) => {
  await open(page, [draft('d0')], { d0: faulty });
  await beginSigning(page, product.url, draft('d0'));
  await placesFound(page);
  await expect(warnings(page)).toContainText('Không ký được tệp này');
  await expect(warnings(page).getByRole('checkbox')).toHaveCount(0);
  await expect(submit(page, 0)).toBeDisabled();
  await see(page, 'blocks');
});

test('a batch: each document for itself', async ({ page, product }) => {
  const docs = [draft('d0'), draft('d1'), draft('d2')];
  await open(page, docs, { d1: doubtful, d2: faulty });
  await page.goto(`${product.url}/cho-ky`);
  await page.getByRole('button', { name: 'Chọn tất cả' }).click();
  await page.getByRole('button', { name: 'Ký số 3 văn bản' }).click();
  const list = dialog(page).getByRole('list', { name: 'Văn bản được ký' });
  await expect(list.getByText('Chữ ký ở trang 2')).toHaveCount(3, { timeout: 30_000 });
  await expect(list.getByText('Có điều cần xem kỹ trước khi ký')).toHaveCount(1);
  await expect(list.getByText('Tệp có lỗi, không ký được')).toHaveCount(1);
  await expect(submit(page, 1)).toBeVisible();
  await list.getByRole('listitem').nth(1).getByRole('button').click();
  await expect(warnings(page)).toBeVisible();
  await see(page, 'batch');
  await warnings(page).getByRole('checkbox', { name: 'Tôi đã xem và vẫn ký' }).check();
  await expect(list.getByText('Đã xem cảnh báo, vẫn ký')).toBeVisible();
  await expect(submit(page, 2)).toBeVisible();
});

test('a scan that takes long says so; one that fails can be asked again, or passed by openly', async ({ page, product }) => {
  const api = await open(page, [draft('d0')], {});
  let go = () => {};
  await page.route('**/files/11/presign', async (route) => {
    await new Promise<void>((done) => (go = done));
    await route.fallback();
  });
  api.answers.set('GET /api/documents/d0/files/11/presign', { status: 500, body: { code: 'internal', status: 500 } });
  await beginSigning(page, product.url, draft('d0'));
  await placesFound(page);
  await expect(dialog(page).getByRole('status').filter({ hasText: 'Đang xem xét tệp trước khi ký…' })).toBeVisible();
  await dialog(page).getByLabel('Mã PIN của thẻ').fill('123456');
  await expect(submit(page, 0)).toBeDisabled();
  await checkAccess(page);
  await shot(page, 'presign-looking');
  go();
  await expect(warnings(page)).toContainText('Chưa xem xét được tệp trước khi ký');
  await checkAccess(page);
  await shot(page, 'presign-unknown');
  await warnings(page).getByRole('checkbox', { name: 'Tôi đã tự xem tệp và vẫn ký' }).check();
  await expect(submit(page)).toBeEnabled();
  api.answers.set('GET /api/documents/d0/files/11/presign', { body: report() });
  await warnings(page).getByRole('button', { name: 'Xem xét lại' }).click();
  await expect(dialog(page).getByRole('status').filter({ hasText: 'Đang xem xét tệp trước khi ký…' })).toBeVisible();
  go();
  await expect(dialog(page).getByText('Không thấy gì bất thường trong tệp')).toBeVisible();
});

test('in English', async ({ page, product }) => {
  await page.addInitScript(() => localStorage.setItem('khonggiay.language', 'en'));
  await open(page, [draft('d0')], { d0: doubtful });
  await page.goto(`${product.url}/du-thao/d0`);
  await page.getByRole('button', { name: 'Sign' }).first().click();
  await expect(dialog(page).getByRole('region', { name: 'A look at the file before signing' })).toContainText('A drawing hides text below it.');
  await checkAccess(page);
  await shot(page, 'presign-en');
});
