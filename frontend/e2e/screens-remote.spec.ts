/** Signing with a key at a provider: the telephone is asked, and what it answers comes by itself. */
import type { Page } from '@playwright/test';
import { decision } from '../src/features/signing/testPages';
import type { SigningKeys, SigningRequest } from '../src/lib/api/model';
import { fakeApi, type FakeApi } from './kit/api';
import { session } from './kit/fixtures';
import { makePaper } from './kit/pdf';
import { atProvider, deskItem, deskOf, draft, mine, numbered, passed, requestOf, signature, typedKey } from './kit/signing';
import { beginSigning, dialog, placesFound, serveDocs } from './kit/signingDialog';
import { checkAccess, expect, seen, shot, test } from './kit/test';

const paper = makePaper(decision);
const remoteKeys: SigningKeys = { keys: [atProvider], libraries: [], empty: [] };

async function open(page: Page, { docs = [draft('d0')], answer = remoteKeys, requests = [] as SigningRequest[] } = {}): Promise<FakeApi> {
  const api = await fakeApi(page);
  api.answers.set('GET /api/signing/keys', { body: answer });
  api.answers.set('GET /api/signing/requests', { body: requests });
  api.answers.set('GET /api/desk', { body: deskOf(...docs.map((doc) => deskItem(doc, doc.state === 'CHO_KY' ? 'sign' : 'issue'))) });
  await serveDocs(page, api, docs, () => paper);
  return api;
}

const cards = (page: Page) => page.getByRole('region', { name: 'Chờ xác nhận trên điện thoại' });

const see = (page: Page, name: string) => seen(page, `remote-${name}`);

test('the telephone is asked, and signs by itself', async ({ page, product }) => {
  const api = await open(page);
  await beginSigning(page, product.url, draft('d0'));
  await expect(dialog(page).getByRole('radio', { name: /Ký từ xa: Viettel MySign/ })).toBeChecked();
  await placesFound(page);
  await expect(dialog(page).getByLabel(/PIN/)).toHaveCount(0);
  await see(page, 'dialog');
  const waiting = requestOf('waiting');
  api.answers.set('POST /api/signing/requests', { body: { request: waiting, documents: [] } });
  api.answers.set('GET /api/signing/requests', { body: [waiting] });
  await dialog(page).getByRole('button', { name: 'Ký số 1 văn bản' }).click();
  await expect(dialog(page).getByText('Chờ xác nhận trên điện thoại')).toBeVisible();
  await expect(dialog(page).getByRole('timer')).toContainText(/còn 4:\d\d/);
  await see(page, 'waiting');
  expect(api.given.find(({ path }) => path === '/api/signing/requests')?.body).toMatchObject({ key: atProvider.id, kind: 'person', documents: [{ id: 'd0', revision: 3 }] });
  await dialog(page).getByRole('button', { name: 'Đóng' }).last().click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(cards(page)).toContainText('Chờ xác nhận trên điện thoại');
  await see(page, 'on-document');
  api.answers.set('GET /api/signing/requests', { body: [requestOf('signed', { documents: [{ id: 'd0', name: 'Quyết định', given: { id: 1, status: 'pending', version: 2 } }] })] });
  api.answers.set('POST /api/signing/requests/r1/dismiss', { status: 204 });
  api.tell('signing');
  await expect(page.getByText('Đã xác nhận trên điện thoại: 1 văn bản đã ký')).toBeVisible();
  await expect.poll(() => api.given.some(({ path }) => path === '/api/signing/requests/r1/dismiss')).toBe(true);
});

test('in the queue: what waits, what was refused, what nobody knows', async ({ page, product }) => {
  await open(page, {
    docs: [draft('d0'), draft('d1'), draft('d2')],
    requests: [
      requestOf('waiting', { documents: [{ id: 'd0', name: 'Quyết định thành lập Tổ công nghệ số cộng đồng' }, { id: 'd1', name: 'Kế hoạch phòng, chống thiên tai năm 2027' }] }),
      requestOf('refused', { id: 'r2', reason: 'refused', left: 0, documents: [{ id: 'd2', name: 'Tờ trình điều chỉnh dự toán chi ngân sách' }] }),
      requestOf('unknown', { id: 'r3', reason: 'lost' }),
    ],
  });
  await page.goto(`${product.url}/cho-ky`);
  await expect(cards(page)).toHaveCount(3);
  await expect(page.getByText('Đã từ chối trên điện thoại')).toBeVisible();
  await see(page, 'queue');
});

test('what is typed in, and more than the provider takes', async ({ page, product }) => {
  await open(page, { docs: [draft('d0'), draft('d1')], answer: { ...remoteKeys, keys: [typedKey] } });
  await page.goto(`${product.url}/cho-ky`);
  await page.getByRole('button', { name: 'Chọn tất cả' }).click();
  await page.getByRole('button', { name: 'Ký số 2 văn bản' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('chỉ cho ký 1 văn bản mỗi lần xác nhận', { timeout: 30_000 });
  await expect(dialog(page).getByRole('button', { name: 'Ký số 2 văn bản' })).toBeDisabled({ timeout: 30_000 });
  await see(page, 'typed');
});

test('without a line the key says why it rests', async ({ page, product }) => {
  await open(page, { answer: { ...remoteKeys, keys: [{ ...atProvider, refused: 'sign.remote_offline' }] } });
  await beginSigning(page, product.url, draft('d0'));
  await expect(dialog(page).getByRole('radio', { name: /Ký từ xa/ })).toBeDisabled();
  await expect(dialog(page).getByText('Cần đường truyền tới máy chủ')).toBeVisible();
  await see(page, 'offline');
});

test('PIN and one-time password are sent once and kept nowhere; a wrong one is said', async ({ page, product }) => {
  const api = await open(page, { answer: { ...remoteKeys, keys: [typedKey] } });
  await beginSigning(page, product.url, draft('d0'));
  await placesFound(page);
  await dialog(page).getByRole('button', { name: 'Gửi mã OTP' }).click();
  await expect(page.getByText('đã gửi mã OTP')).toBeVisible();
  await dialog(page).getByRole('textbox', { name: 'Mã PIN tại' }).fill('pin-4711');
  await dialog(page).getByLabel('Mã OTP').fill('738496');
  const failed = requestOf('failed', { reason: 'wrong_otp', code: 'invalid_otp', left: 0 });
  api.answers.set('POST /api/signing/requests', { body: { request: requestOf('asking'), documents: [] } });
  api.answers.set('GET /api/signing/requests', { body: [failed] });
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByText('Mã OTP không đúng')).toBeVisible();
  expect(api.given.find(({ path }) => path === '/api/signing/requests')?.body).toMatchObject({ pin: 'pin-4711', otp: '738496' });
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toMatch(/pin-4711|738496/);
  await shot(page, 'remote-failed');
  await dialog(page).getByRole('button', { name: 'Ký lại' }).click();
  await expect.poll(() => api.given.some(({ path }) => path === '/api/signing/requests/r1/dismiss')).toBe(true);
  await expect(dialog(page).getByRole('textbox', { name: 'Mã PIN tại' })).toHaveValue('');
});

test('a request is given up, and one whose document has changed says so', async ({ page, product }) => {
  const api = await open(page, { requests: [requestOf('waiting')] });
  await page.goto(`${product.url}/du-thao/d0`);
  await expect(cards(page).getByRole('timer')).toBeVisible();
  await cards(page).getByRole('button', { name: 'Hủy yêu cầu' }).click();
  await expect.poll(() => api.given.some(({ path }) => path === '/api/signing/requests/r1/cancel')).toBe(true);
  api.answers.set('GET /api/signing/requests', { body: [requestOf('cancelled', { reason: 'cancelled', left: 0 })] });
  api.tell('signing');
  await expect(cards(page)).toContainText('Đã hủy yêu cầu');
  const problem = { code: 'conflict' as const, reason: 'document.revision_changed', status: 409, title: 'Conflict', data: { revision: 3, current: 4, changes: [] } };
  api.answers.set('GET /api/signing/requests', { body: [requestOf('signed', { documents: [{ id: 'd0', name: 'Quyết định', problem }] })] });
  api.tell('signing');
  await expect(cards(page)).toContainText('Đã ký 0/1 văn bản');
  await expect(cards(page).getByRole('button', { name: 'Ký lại' })).toBeVisible();
  await checkAccess(page);
  await shot(page, 'remote-changed');
});

test('the agency’s key is never at a provider', async ({ page, product }) => {
  const doc = draft('d3', { ...numbered, signatures: [signature(1, { verdict: passed })] });
  await open(page, { docs: [doc], answer: { ...remoteKeys, keys: [atProvider, { ...mine, id: 'k9', subject: 'Ủy ban nhân dân xã Đồng Tâm' }] } });
  await page.goto(`${product.url}/van-ban-di/d3`);
  await page.getByRole('button', { name: 'Ký số của cơ quan' }).click();
  await expect(dialog(page).getByRole('radio')).toHaveCount(1);
  await expect(dialog(page).getByText('Ký từ xa')).toHaveCount(0);
});

test('English is whole', async ({ page, product }) => {
  await page.addInitScript(() => localStorage.setItem('khonggiay.language', 'en'));
  await open(page, { requests: [requestOf('waiting'), requestOf('expired', { id: 'r2', reason: 'expired', left: 0 })] });
  await page.goto(`${product.url}/cho-ky`);
  await expect(page.getByText('Waiting for confirmation on the telephone')).toBeVisible();
  await expect(page.getByText('The time for confirming has passed')).toBeVisible();
  await checkAccess(page);
  await shot(page, 'remote-en');
});

test('at the server nothing is asked of providers', async ({ page, product }) => {
  const api = await open(page);
  api.session = { ...session, host: 'server', device: undefined };
  await page.goto(`${product.url}/du-thao/d0`);
  await expect(page.getByRole('button', { name: 'Ghi nhận chữ ký' })).toBeVisible();
  await expect(cards(page)).toHaveCount(0);
});
