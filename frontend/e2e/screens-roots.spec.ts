/** Whom the province trusts: the list, a file that is shown before it is trusted, the end of a root's trust, and the lists of revocation. */
import type { Page } from '@playwright/test';
import type { Root, RootOffer } from '../src/lib/api/model';
import { fakeApi, type FakeApi } from './kit/api';
import { session } from './kit/fixtures';
import { checkAccess, expect, seen, shot, test } from './kit/test';

const day = 86_400_000;
const print = (digit: string) => `${digit}f3c7a90be15d248`.repeat(4);
const facts = {
  sha256: print('4'), name: 'Chứng thư gốc thử nghiệm A', subject: 'CN=Chứng thư gốc thử nghiệm A,O=Tổ chức cấp chứng thư thử nghiệm,C=VN', issuer: 'Chứng thư gốc thử nghiệm A',
  serial: '5af31c0299be', selfSigned: true, notBefore: Date.parse('2024-01-15T00:00:00Z'), notAfter: Date.parse('2044-01-14T00:00:00Z'), key: 'RSA 4096',
};
const fit: RootOffer = { ...facts, certificate: 'MIIC' };
const leaf: RootOffer = { ...facts, sha256: print('5'), name: 'Nguyễn Văn A', subject: 'CN=Nguyễn Văn A,C=VN', selfSigned: false, certificate: 'MIID', problem: 'root.not_ca' };
const below: RootOffer = { ...facts, sha256: print('6'), name: 'CA cấp dưới thử nghiệm', subject: 'CN=CA cấp dưới thử nghiệm,C=VN', selfSigned: false, certificate: 'MIIE' };

const trusted: Root = {
  ...facts, since: facts.notBefore, until: facts.notAfter, uses: ['signature', 'timestamp'], kind: 'official', note: 'Công văn số 12/CV thử nghiệm',
  added: { at: Date.parse('2026-11-02T02:10:00Z'), personId: 'p4', person: { id: 'p4', name: 'Đặng Hồng Yến' } },
};
const roots: Root[] = [
  trusted,
  { ...trusted, sha256: print('7'), name: 'Gốc cũ thử nghiệm', until: Date.now() - 40 * day, uses: ['signature'], kind: 'public', note: 'Trang chính thức', added: { at: Date.parse('2025-03-02T02:10:00Z') } },
  { ...trusted, ...below, until: Date.now() + 90 * day, kind: 'test', intermediate: true, added: undefined },
];
const lists = [
  { url: 'http://crl.thu-nghiem.example/a.crl', issuer: 'CA cấp dưới thử nghiệm', made: Date.now() - 9 * day - 60_000, next: Date.now() - 2 * day, until: Date.now() - 2 * day, fetched: Date.now() - 9 * day, size: 48_211 },
  { url: 'http://crl.thu-nghiem.example/goc.crl', issuer: facts.name, made: Date.now() - 2 * 3600_000, next: Date.now() + 6 * day, until: Date.now() + 5 * day, fetched: Date.now() - 3600_000, size: 812 },
];

async function open(page: Page, url: string, body: object = { roots, lists, asks: 'nobody' }): Promise<FakeApi> {
  const api = await fakeApi(page, { session: { ...session, trusts: true } });
  api.answers.set('GET /api/roots', { body });
  await page.goto(`${url}/cai-dat`);
  await expect(page.getByText('Danh sách thu hồi (CRL) máy chủ đang giữ')).toBeVisible();
  return api;
}

const dialog = (page: Page) => page.getByRole('dialog');
const list = (page: Page) => page.getByRole('list', { name: 'Chứng thư gốc tin cậy' });

async function choose(page: Page, api: FakeApi, offers: RootOffer[]): Promise<void> {
  api.answers.set('POST /api/roots/read', { body: offers });
  await page.getByLabel('Chọn tệp chứng thư gốc').setInputFiles({ name: 'goc.cer', mimeType: 'application/x-x509-ca-cert', buffer: Buffer.from([0x30, 0x82, 1]) });
}

const see = (page: Page, name: string) => seen(page, `roots-${name}`);

test('the list, and what is known of revocation', async ({ page, product }) => {
  await open(page, product.url);
  await expect(list(page).getByRole('listitem')).toHaveCount(3);
  await list(page).scrollIntoViewIfNeeded();
  await list(page).evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await see(page, 'list');
  const kept = page.getByRole('region', { name: /Danh sách thu hồi/ });
  await expect(kept).toContainText('CRL cách đây 9 ngày');
  await expect(kept).toContainText('Quá cũ');
  await expect(kept).toContainText('không được hỏi qua mạng');
  await kept.scrollIntoViewIfNeeded();
  await see(page, 'lists');
});

test('a file is shown before it is trusted', async ({ page, product }) => {
  const api = await open(page, product.url);
  await choose(page, api, [fit]);
  await expect(dialog(page).getByRole('status', { name: 'Vân tay SHA-256' })).toContainText('4F3C 7A90 BE15 D248');
  await see(page, 'add');
  await dialog(page).getByLabel(/Tôi đã so toàn bộ vân tay/).scrollIntoViewIfNeeded();
  await see(page, 'add-form');
});

test('what cannot be a root says why', async ({ page, product }) => {
  const api = await open(page, product.url);
  await choose(page, api, [leaf, below]);
  await expect(dialog(page).getByRole('radio', { name: 'CA cấp dưới thử nghiệm' })).toBeChecked();
  await dialog(page).getByRole('radio', { name: /Nguyễn Văn A/ }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('không phải của tổ chức cấp chứng thư');
  await expect(dialog(page).getByRole('button', { name: 'Tin cậy chứng thư này' })).toBeDisabled();
  await see(page, 'unfit');
});

test('the end of trust says what it means', async ({ page, product }) => {
  await open(page, product.url);
  await page.getByRole('button', { name: 'Kết thúc tin cậy…: Chứng thư gốc thử nghiệm A' }).click();
  await expect(dialog(page)).toContainText('Chữ ký có dấu thời gian từ ngày này trở về trước vẫn hợp lệ');
  await see(page, 'end');
});

test('a root is trusted by keys alone, after all was said', async ({ page, product }) => {
  const api = await open(page, product.url, { roots: [], lists: [], asks: 'public' });
  await expect(page.getByText('Chưa tin cậy chứng thư gốc nào')).toBeVisible();
  await choose(page, api, [fit]);
  await expect(dialog(page).getByRole('button', { name: 'Tin cậy chứng thư này' })).toBeDisabled();
  expect(api.given.at(-1)?.body).toEqual({ file: 'MIIB' });
  await expect(dialog(page).getByText('Chọn chứng thư thuộc hệ thống nào')).toBeVisible();
  await dialog(page).getByRole('checkbox', { name: 'Dấu thời gian' }).press('Space');
  await dialog(page).getByRole('combobox', { name: 'Thuộc hệ thống' }).press('ArrowDown');
  await page.keyboard.press('Enter');
  await dialog(page).getByLabel('Đến hết ngày').fill('31/12/2035');
  await dialog(page).getByLabel('Nguồn').fill('Công văn số 12/CV');
  await dialog(page).getByRole('checkbox', { name: /Tôi đã so/ }).press('Space');
  api.answers.set('POST /api/roots', { status: 409, body: { code: 'conflict', reason: 'root.twice' } });
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page).getByRole('alert')).toContainText('đã có trong danh sách');
  api.answers.set('POST /api/roots', { body: trusted });
  api.answers.set('GET /api/roots', { body: { roots: [trusted], lists: [], asks: 'public' } });
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toHaveCount(0);
  await expect(list(page).getByRole('listitem')).toHaveCount(1);
  expect(api.given.at(-1)).toMatchObject({ path: '/api/roots', body: { certificate: 'MIIC', sha256: facts.sha256, uses: ['signature', 'timestamp'], kind: 'official', until: '2035-12-31', note: 'Công văn số 12/CV' } });
});

test('a certificate below another asks twice, and one that was compared is not another', async ({ page, product }) => {
  const api = await open(page, product.url);
  await choose(page, api, [below, fit]);
  await dialog(page).getByRole('checkbox', { name: /Tôi đã so/ }).check();
  await dialog(page).getByRole('radio', { name: 'Chứng thư gốc thử nghiệm A' }).click();
  await expect(dialog(page).getByRole('checkbox', { name: /Tôi đã so/ })).not.toBeChecked();
  await dialog(page).getByRole('radio', { name: 'CA cấp dưới thử nghiệm' }).click();
  await expect(dialog(page).getByRole('checkbox', { name: /cấp dưới này như chứng thư gốc/ })).not.toBeChecked();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  expect(api.given.filter(({ path }) => path === '/api/roots')).toEqual([]);
});

test('a file that is none says so, and one that is too large is not sent', async ({ page, product }) => {
  const api = await open(page, product.url);
  api.answers.set('POST /api/roots/read', { status: 422, body: { code: 'invalid', reason: 'root.not_certificates' } });
  const file = page.getByLabel('Chọn tệp chứng thư gốc');
  await file.setInputFiles({ name: 'bao-cao.cer', mimeType: 'text/plain', buffer: Buffer.from('no certificate') });
  await expect(page.getByRole('alert')).toContainText('bao-cao.cer: Tệp này không phải tệp chứng thư');
  const asked = api.given.length;
  await file.setInputFiles({ name: 'to.cer', mimeType: 'text/plain', buffer: Buffer.alloc(300_000) });
  await expect(page.getByRole('alert')).toContainText('to.cer quá lớn');
  expect(api.given).toHaveLength(asked);
});

test('the trust of a root ends after a day, and may be given another', async ({ page, product }) => {
  const api = await open(page, product.url);
  await page.getByRole('button', { name: 'Đổi ngày…: Gốc cũ thử nghiệm' }).click();
  await dialog(page).getByLabel('Tin cậy đến hết ngày').fill('15/08/2030');
  api.answers.set(`POST /api/roots/${roots[1]!.sha256}/end`, { body: roots[1] });
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toHaveCount(0);
  expect(api.given.at(-1)).toMatchObject({ path: `/api/roots/${roots[1]!.sha256}/end`, body: { until: '2030-08-15' } });
});

test('who does not administer the province does not see it, and without a line it says so', async ({ page, product }) => {
  const api = await fakeApi(page);
  await page.goto(`${product.url}/cai-dat`);
  await expect(page.getByText('Máy của đơn vị')).toBeVisible();
  await expect(page.getByText('Chứng thư gốc tin cậy')).toHaveCount(0);
  api.session = { ...session, trusts: true };
  api.answers.set('GET /api/roots', { status: 503, body: { code: 'offline', reason: 'session.offline' } });
  api.tell('session');
  const card = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Chứng thư gốc tin cậy' }) });
  await expect(card.getByRole('button', { name: 'Thử lại' })).toBeVisible();
  await card.scrollIntoViewIfNeeded();
  await shot(page, 'roots-offline');
});

test('English is whole', async ({ page, product }) => {
  await page.addInitScript(() => localStorage.setItem('khonggiay.language', 'en'));
  const api = await fakeApi(page, { session: { ...session, trusts: true } });
  api.answers.set('GET /api/roots', { body: { roots, lists, asks: 'allowed' } });
  api.answers.set('POST /api/roots/read', { body: [below] });
  await page.goto(`${product.url}/cai-dat`);
  await page.getByRole('list', { name: 'Trusted roots' }).scrollIntoViewIfNeeded();
  await shot(page, 'roots-list-en');
  await page.getByLabel('Choose the file of a root certificate').setInputFiles({ name: 'root.cer', mimeType: 'application/x-x509-ca-cert', buffer: Buffer.from([0x30]) });
  await expect(dialog(page).getByText('Trust this certificate')).toBeVisible();
  await checkAccess(page);
  await shot(page, 'roots-add-en');
});
