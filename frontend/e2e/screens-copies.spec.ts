/** Certified copies: what is asked, what is sealed, and what the copies of a document say. */
import type { Page } from '@playwright/test';
import { decision } from '../src/features/signing/testPages';
import type { CopyInfo, Doc } from '../src/lib/api/model';
import { fakeApi, type FakeApi } from './kit/api';
import { session } from './kit/fixtures';
import { makePaper } from './kit/pdf';
import { deskOf, draft, failed, numbered, passed, sealKeys, signature } from './kit/signing';
import { expect, seen, test } from './kit/test';

const paper = makePaper(decision);
const file = draft('d0').files[0]!;

const copy = (key: number, change: Partial<CopyInfo>): CopyInfo => ({
  key, form: 'SY', code: '04/SY-UBND', organ: 'Ủy ban nhân dân xã Đồng Tâm', by: { id: 'p37', name: 'Trần Thu Hà' }, at: session.serverTime, current: true,
  claim: signature(2).claim!, verdict: passed, file: { ...file, key, first: key, version: 1, role: 3, name: 'Sao y - Quyết định.pdf', size: 96_000, verdict: { ...passed, signatures: 3 } }, ...change,
});

/** A decision that came from the province and is in the book. */
const decree = (change: Partial<Doc> = {}) => draft('d5', {
  direction: 'incoming', state: 'DA_CHUYEN_XU_LY', symbol: '128/QĐ-UBND', bookNumber: 45, actions: [{ action: 'document.copy', allow: true, reason: 'can.as_clerk' }],
  files: [{ ...file, verdict: passed }], ...change,
});

async function open(page: Page, doc: Doc): Promise<FakeApi> {
  const api = await fakeApi(page);
  api.answers.set('GET /api/signing/keys', { body: sealKeys });
  api.answers.set('GET /api/desk', { body: deskOf() });
  api.answers.set(`GET /api/documents/${doc.id}`, { body: doc });
  await page.route(`**/api/documents/${doc.id}/files/*`, (route) => route.fulfill({ contentType: 'application/pdf', body: paper }));
  return api;
}

const dialog = (page: Page) => page.getByRole('dialog');

const see = (page: Page, name: string) => seen(page, `copies-${name}`);

test('the form, and the seal that makes it a copy', async ({ page, product }) => {
  const api = await open(page, decree());
  await page.goto(`${product.url}/van-ban-den/d5`);
  await expect(page.getByRole('button', { name: 'Sao văn bản' })).toBeVisible();
  await page.keyboard.press('z');
  await expect(page.getByRole('radio', { name: /^Sao y/ })).toBeChecked();
  await page.getByRole('radio', { name: /^Trích sao/ }).check();
  await expect(page.getByRole('button', { name: 'Tiếp tục ký bản sao' })).toBeDisabled();
  await page.getByRole('textbox', { name: 'Các trang' }).fill('2-1');
  await expect(page.getByText('Ghi các trang theo thứ tự, ví dụ 1-2, 5').first()).toBeVisible();
  await page.getByRole('textbox', { name: 'Các trang' }).fill('1-2');
  await page.getByLabel('Ghi chú').fill('Gửi Phòng Tư pháp');
  await see(page, 'form');
  await page.getByRole('button', { name: 'Tiếp tục ký bản sao' }).click();
  await expect(dialog(page).getByText('Trích sao', { exact: true })).toBeVisible();
  await expect(dialog(page).getByRole('radio', { name: /Thẻ của cơ quan/ })).toBeChecked();
  await see(page, 'dialog');
  api.answers.set('POST /api/signing/sign', { body: [{ id: 'd5', given: { id: 1, status: 'applied', version: 2 } }] });
  await dialog(page).getByLabel('Mã PIN của thẻ').fill('123456');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Đã ký bản sao')).toBeVisible();
  const order = api.given.find(({ path }) => path === '/api/signing/sign')?.body as { documents: object[] };
  expect(order).toMatchObject({ kind: 'copy', documents: [{ id: 'd5', revision: 3, content: '1'.repeat(64), copy: { form: 'TrS', pages: '1-2', text: 'Gửi Phòng Tư pháp' } }] });
  expect(order.documents[0]).not.toHaveProperty('places');
});

test('attachments are sealed with the document', async ({ page, product }) => {
  const attached = [41, 42].map((key) => ({ ...file, key, first: key, role: 1, name: `Phụ lục ${key - 40}.pdf` }));
  const doc = draft('d3', { ...numbered, signatures: [signature(1, { verdict: passed })], files: [file, ...attached, { ...attached[0]!, key: 43, first: 43, name: 'Bảng tính.xlsx', media: 'application/vnd.ms-excel' }] });
  const api = await open(page, doc);
  await page.goto(`${product.url}/van-ban-di/d3`);
  await page.getByRole('button', { name: 'Ký số của cơ quan' }).click();
  const listed = dialog(page).getByRole('group', { name: 'Phụ lục được ký cùng' });
  await expect(listed.getByRole('checkbox')).toHaveCount(2);
  await expect(dialog(page).getByRole('button', { name: 'Ký cơ quan 1 văn bản và 2 phụ lục' })).toBeVisible();
  await see(page, 'attachments');
  await listed.getByRole('checkbox', { name: 'Phụ lục 2.pdf' }).uncheck();
  await expect(dialog(page).getByRole('button', { name: 'Ký cơ quan 1 văn bản và 1 phụ lục' })).toBeVisible();
  api.answers.set('POST /api/signing/sign', { body: [{ id: 'd3', given: { id: 1, status: 'applied', version: 2 } }] });
  await dialog(page).getByLabel('Mã PIN của thẻ').fill('123456');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Đã ký số của cơ quan')).toBeVisible();
  expect(api.given.find(({ path }) => path === '/api/signing/sign')?.body).toMatchObject({ kind: 'organ', documents: [{ id: 'd3', attachments: [41] }] });
});

test('the copies of a document', async ({ page, product }) => {
  await open(page, decree({ certifiedCopies: [
    copy(31, {}),
    copy(32, { form: 'TrS', code: '05/TrS-UBND', pages: '1-2', text: 'Gửi Phòng Tư pháp', file: { ...copy(32, {}).file, verdict: failed } }),
    copy(33, { form: 'SL', code: undefined, verdict: undefined, file: { ...copy(33, {}).file, verdict: undefined } }),
  ] }));
  await page.goto(`${product.url}/van-ban-den/d5`);
  await page.getByRole('tab', { name: /Tệp/ }).click();
  const copies = page.getByRole('region', { name: 'Bản sao' }).getByRole('listitem');
  await expect(copies).toHaveCount(3);
  await expect(copies.nth(0)).toContainText('Bản sao y số 04/SY-UBND của Ủy ban nhân dân xã Đồng Tâm, ngày 23/11/2026');
  await expect(copies.nth(0)).toContainText('Chữ ký hợp lệ');
  await expect(copies.nth(1)).toContainText('Bản trích sao số 05/TrS-UBND');
  await expect(copies.nth(1)).toContainText('Chữ ký không hợp lệ');
  await expect(copies.nth(2)).toContainText('chờ cấp số');
  await copies.nth(0).getByRole('button', { name: /^Bản sao y/ }).click();
  await expect(page.getByRole('tab', { name: /Sao y - Quyết định/ })).toHaveAttribute('aria-selected', 'true');
  await see(page, 'list');
});

test('why no copy is certified, and where', async ({ page, product }) => {
  const doc = decree({ actions: [{ action: 'document.copy', allow: false, reason: 'can.nothing_to_do' }], files: [{ ...file, verdict: failed }] });
  const api = await open(page, doc);
  await page.goto(`${product.url}/van-ban-den/d5`);
  await page.getByRole('button', { name: 'Khác' }).click();
  await expect(page.getByRole('menuitem', { name: /Sao văn bản.*không hợp lệ/ })).toBeVisible();
  api.session = { ...session, host: 'server', device: undefined };
  api.answers.set('GET /api/documents/d5', { body: decree() });
  await page.goto(`${product.url}/van-ban-den/d5`);
  await page.getByRole('button', { name: 'Khác' }).click();
  await expect(page.getByRole('menuitem', { name: /Sao văn bản.*trên máy làm việc có cắm thẻ/ })).toBeVisible();
});
