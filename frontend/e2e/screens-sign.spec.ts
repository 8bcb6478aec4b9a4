/** Signing with a key of this machine: the paper with its places, the key, the PIN, and what became of it. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { decision } from '../src/features/signing/testPages';
import type { Doc, SigningKeys } from '../src/lib/api/model';
import { fakeApi, type FakeApi } from './kit/api';
import { session } from './kit/fixtures';
import { makePaper, makePdf } from './kit/pdf';
import { deskItem, deskOf, draft, failed, keys, mine, noKeys, numbered, passed, sealKeys, signature, withPIN } from './kit/signing';
import { dialog, serveDocs } from './kit/signingDialog';
import { checkAccess, expect, seen, shot, test } from './kit/test';

const paper = process.env.SAMPLE_DECISION ? readFileSync(process.env.SAMPLE_DECISION) : makePaper(decision);
const nameless = makePdf([['Tờ trình không có tên người ký']]);
/** One red dot on nothing. */
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64');

async function open(page: Page, { docs = [draft('d0')], answer = keys as SigningKeys, papers = {} as Record<string, Buffer> } = {}): Promise<FakeApi> {
  const api = await fakeApi(page);
  api.answers.set('GET /api/signing/keys', { body: answer });
  api.answers.set('GET /api/desk', { body: deskOf(...docs.map((doc) => deskItem(doc, doc.state === 'CHO_KY' ? 'sign' : 'issue'))) });
  await serveDocs(page, api, docs, ({ id }) => papers[id] ?? paper);
  return api;
}

const pin = (page: Page) => dialog(page).getByLabel('Mã PIN của thẻ');
const box = (page: Page, what: string) => dialog(page).getByRole('button', { name: new RegExp(`^${what}, trang`) });

/** Reading takes its time on a busy machine. */
const found = (page: Page) => expect(box(page, 'Số')).toBeVisible({ timeout: 30_000 });

/** The dialog for one document. */
async function begin(page: Page, url: string, doc: Doc): Promise<void> {
  await page.goto(`${url}/du-thao/${doc.id}`);
  await expect(page.getByRole('toolbar', { name: 'Việc làm được' }).or(page.getByRole('button', { name: 'Ký số' })).first()).toBeVisible();
  await page.keyboard.press('a');
  await expect(dialog(page)).toBeVisible();
}

const see = (page: Page, name: string) => seen(page, `sign-${name}`);

test('one document with its places', async ({ page, product }) => {
  await open(page);
  await begin(page, product.url, draft('d0'));
  await expect(dialog(page).getByRole('radio', { name: /Thẻ của Chủ tịch/ })).toBeChecked();
  await found(page);
  await dialog(page).getByRole('button', { name: 'Xem Chữ ký trên trang' }).click();
  await expect(box(page, 'Chữ ký')).toBeInViewport();
  await expect(box(page, 'Dấu cơ quan')).toBeInViewport();
  await see(page, 'dialog');
  await dialog(page).getByRole('button', { name: 'Xem Số trên trang' }).click();
  await expect(box(page, 'Số')).toBeInViewport();
  await expect(box(page, 'Ngày tháng')).toBeInViewport();
  await see(page, 'header');
});

test('without a key', async ({ page, product }) => {
  const api = await open(page, { answer: noKeys });
  await begin(page, product.url, draft('d0'));
  await expect(dialog(page).getByText('Chưa thấy khóa nào trên máy này')).toBeVisible();
  await dialog(page).getByText('Đã tìm 2 thư viện của hãng thẻ').click();
  await expect(dialog(page).getByText('Bit4id xPKI')).toBeVisible();
  await see(page, 'no-key');
  api.answers.set('GET /api/signing/keys', { body: keys });
  api.tell('signing');
  await expect(dialog(page).getByRole('radio', { name: /Thẻ của Chủ tịch/ })).toBeChecked();
});

test('the queue, several together, and what became of each', async ({ page, product }) => {
  const docs = [draft('d0'), draft('d1'), draft('d2')];
  const api = await open(page, { docs, papers: { d2: nameless } });
  await page.goto(`${product.url}/cho-ky`);
  await page.getByRole('button', { name: 'Chọn tất cả' }).click();
  await see(page, 'queue');
  await page.getByRole('button', { name: 'Ký số 3 văn bản' }).click();
  const list = dialog(page).getByRole('list', { name: 'Văn bản được ký' });
  await expect(list.getByRole('listitem')).toHaveCount(3);
  await expect(list.getByText('Chữ ký ở trang 2')).toHaveCount(2, { timeout: 30_000 });
  const lost = list.getByRole('listitem').filter({ hasText: 'Không tìm thấy tên người ký' });
  await expect(lost).toHaveCount(1, { timeout: 30_000 });
  await expect(dialog(page).getByRole('button', { name: 'Ký số 2 văn bản' })).toBeVisible();
  await see(page, 'batch');
  await lost.getByRole('checkbox', { name: /Vẫn ký/ }).check();
  api.answers.set('POST /api/signing/sign', { body: [
    { id: 'd0', given: { id: 1, status: 'applied', version: 2 } }, { id: 'd1', problem: { code: 'conflict', reason: 'document.revision_changed', status: 409, data: { revision: 3, current: 4, changes: [] } } },
    { id: 'd2', given: { id: 2, status: 'pending', version: 2 } },
  ] });
  await pin(page).fill('123456');
  await dialog(page).getByRole('button', { name: 'Ký số 3 văn bản' }).click();
  await expect(dialog(page).getByText('Đã ký 2/3 văn bản')).toBeVisible();
  await expect(dialog(page).getByRole('list', { name: 'Kết quả từng văn bản' }).getByRole('listitem')).toHaveCount(3);
  await see(page, 'results');
  const order = api.given.find(({ path }) => path === '/api/signing/sign')?.body as { documents: Array<{ id: string; places: object }> };
  expect(order.documents.map(({ id, places }) => [id, Object.keys(places)])).toEqual([['d0', ['signature', 'seal', 'number', 'date']], ['d1', ['signature', 'seal', 'number', 'date']], ['d2', []]]);
});

test('the agency’s signature fills in number and date', async ({ page, product }) => {
  const doc = draft('d3', { ...numbered, signatures: [signature(1, { verdict: passed })] });
  await open(page, { docs: [doc], answer: sealKeys });
  await page.goto(`${product.url}/van-ban-di/d3`);
  await page.getByRole('button', { name: 'Ký số của cơ quan' }).click();
  await expect(dialog(page).getByText('128', { exact: true })).toBeVisible();
  await expect(dialog(page).getByText('23/11/2026')).toBeVisible();
  await expect(dialog(page).getByText('Vị trí trên trang')).toHaveCount(0);
  await see(page, 'seal');
});

test('what the document says of its signatures', async ({ page, product }) => {
  const doc = draft('d3', {
    ...numbered, state: 'DA_KY_CQ', signatures: [signature(1, { verdict: passed }), signature(2)],
    initials: [{ key: 5, by: { id: 'p38', name: 'Đặng Quang Sơn' }, at: session.serverTime, revision: 3, current: true, claim: signature(1).claim!, verdict: { ...passed, stamped: undefined } }],
  });
  await open(page, { docs: [doc] });
  await page.goto(`${product.url}/van-ban-di/d3`);
  await expect(page.getByText('2/2 chữ ký số: máy chủ đang kiểm tra')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Đang chờ' })).toContainText('Máy chủ đang kiểm tra chữ ký số');
  await page.getByRole('tab', { name: 'Thông tin' }).click();
  const signatures = page.getByRole('list', { name: 'Chữ ký số', exact: true });
  await expect(signatures.getByRole('listitem')).toHaveCount(2);
  await signatures.getByRole('listitem').last().scrollIntoViewIfNeeded();
  await see(page, 'signatures');
});

test('settings: pictures and keys', async ({ page, product }) => {
  await open(page);
  await page.route('**/api/signing/pictures/person', (route) => (route.request().method() === 'GET' ? route.fulfill({ contentType: 'image/png', body: png }) : route.fulfill({ status: 204 })));
  await page.goto(`${product.url}/cai-dat`);
  await expect(page.getByRole('img', { name: 'Ảnh chữ ký của tôi' })).toBeVisible();
  await page.getByText('Ký số trên máy này').scrollIntoViewIfNeeded();
  await see(page, 'settings');
});

test('places are moved by keys and by mouse, switched off and reset', async ({ page, product }) => {
  const api = await open(page);
  await begin(page, product.url, draft('d0'));
  await found(page);
  await dialog(page).getByRole('button', { name: 'Xem Chữ ký trên trang' }).click();
  const signed = box(page, 'Chữ ký');
  await signed.focus();
  const before = await signed.boundingBox();
  const sealBefore = await box(page, 'Dấu cơ quan').boundingBox();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
  await expect.poll(async () => (await signed.boundingBox())!.x).toBeGreaterThan(before!.x + 2);
  expect((await box(page, 'Dấu cơ quan').boundingBox())!.x).toBeGreaterThan(sealBefore!.x + 2);
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(async () => (await signed.boundingBox())!.width).toBeGreaterThan(before!.width + 2);
  const at = (await signed.boundingBox())!;
  await page.mouse.move(at.x + at.width - 8, at.y + 8);
  await page.mouse.down();
  await page.mouse.move(at.x + at.width - 58, at.y + 38, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => Math.round((await signed.boundingBox())!.x - at.x)).toBe(-50);
  await dialog(page).getByRole('switch', { name: 'Ngày tháng' }).press('Space');
  await dialog(page).getByRole('switch', { name: 'Dấu cơ quan' }).press('Space');
  await expect(box(page, 'Dấu cơ quan')).toHaveCount(0);
  await dialog(page).getByRole('button', { name: 'Đặt lại' }).click();
  await expect(box(page, 'Dấu cơ quan')).toHaveCount(1);
  await signed.focus();
  await page.keyboard.press('Delete');
  await expect(dialog(page).getByText('Chữ ký đang tắt')).toBeVisible();
  await expect(dialog(page).getByRole('button', { name: 'Ký số 0 văn bản' })).toBeDisabled();
  await dialog(page).getByRole('switch', { name: 'Chữ ký' }).press('Space');
  api.answers.set('POST /api/signing/sign', { body: [{ id: 'd0', given: { id: 1, status: 'applied', version: 2 } }] });
  await pin(page).fill('123456');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Đã ký số văn bản')).toBeVisible();
  await expect(dialog(page)).toHaveCount(0);
  const { body } = api.given.find(({ path }) => path === '/api/signing/sign') ?? {};
  expect(body).toMatchObject({ key: mine.id, pin: '123456', kind: 'person', documents: [{ id: 'd0', revision: 3, content: '1'.repeat(64), places: { signature: { page: 1 }, number: { page: 0 } } }] });
  const [left = 0, bottom = 0, right = 0, top = 0] = (body as { documents: Array<{ places: { signature: { rect: number[] } } }> }).documents[0]!.places.signature.rect;
  expect([left > 340, right < 520, bottom > 665, top < 725]).toEqual([true, true, true, true]);
});

test('English is whole', async ({ page, product }) => {
  await page.addInitScript(() => localStorage.setItem('khonggiay.language', 'en'));
  await open(page, { docs: [draft('d0'), draft('d1')] });
  await page.goto(`${product.url}/cho-ky`);
  await page.getByRole('button', { name: 'Choose all' }).click();
  await page.getByRole('button', { name: 'Sign 2 documents' }).click();
  await expect(dialog(page).getByText('Signature on page 2')).toHaveCount(2, { timeout: 30_000 });
  await expect(dialog(page).getByText('Key file – for trials only')).toBeVisible();
  await checkAccess(page);
  await shot(page, 'sign-en');
});

test('a wrong PIN: said, forgotten, and nothing tried by itself', async ({ page, product }) => {
  const api = await open(page);
  await begin(page, product.url, draft('d0'));
  await found(page);
  const field = pin(page);
  await expect(field).toHaveAttribute('autocomplete', 'off');
  await expect(field).toHaveAttribute('type', 'password');
  api.answers.set('POST /api/signing/sign', { status: 401, body: { code: 'unauthorized', reason: 'sign.pin_wrong', status: 401 } });
  api.answers.set('GET /api/signing/keys', { body: withPIN('low') });
  await field.fill('111111');
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByRole('alert')).toContainText('Sai mã PIN. Còn ít lần thử');
  await expect(field).toHaveValue('');
  await expect(field).toBeFocused();
  await checkAccess(page);
  await shot(page, 'sign-wrong-pin');
  api.answers.set('GET /api/signing/keys', { body: withPIN('final') });
  await field.fill('222222');
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByRole('alert')).toContainText('Đây là lần thử cuối');
  api.answers.set('GET /api/signing/keys', { body: withPIN('none') });
  await field.fill('333333');
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByText('Thẻ đã khóa')).toBeVisible();
  await expect(dialog(page).getByRole('radio')).toBeDisabled();
  await expect(dialog(page).getByRole('button', { name: 'Ký số 1 văn bản' })).toBeDisabled();
  expect(api.given.filter(({ path }) => path === '/api/signing/sign')).toHaveLength(3);
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toMatch(/111111|222222|333333/);
});

test('signing that takes long says so, and cannot be closed over', async ({ page, product }) => {
  await open(page);
  let go = () => {};
  await page.route('**/api/signing/sign', async (route) => {
    await new Promise<void>((done) => (go = done));
    await route.fulfill({ json: [{ id: 'd0', given: { id: 1, status: 'applied', version: 2 } }] });
  });
  await begin(page, product.url, draft('d0'));
  await found(page);
  await pin(page).fill('123456');
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByRole('status').filter({ hasText: 'Đang ký 1 văn bản' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeVisible();
  await shot(page, 'sign-busy');
  go();
  await expect(dialog(page)).toHaveCount(0);
});

test('a reader with its own keys asks for no PIN here', async ({ page, product }) => {
  const api = await open(page, { answer: { ...keys, keys: [{ ...mine, token: { ...mine.token, pinPad: true } }] } });
  await begin(page, product.url, draft('d0'));
  await expect(dialog(page).getByText('Nhập mã PIN trên đầu đọc thẻ')).toBeVisible();
  await found(page);
  api.answers.set('POST /api/signing/sign', { body: [{ id: 'd0', given: { id: 1, status: 'applied', version: 2 } }] });
  await dialog(page).getByRole('button', { name: 'Ký số 1 văn bản' }).click();
  await expect(dialog(page)).toHaveCount(0);
  expect(api.given.find(({ path }) => path === '/api/signing/sign')?.body).not.toHaveProperty('pin');
});

test('an initial is put beside the file', async ({ page, product }) => {
  const doc = draft('d0', { state: 'CHO_DUYET', actions: [{ action: 'document.initial', allow: true, reason: 'can.as_approver' }] });
  const api = await open(page, { docs: [doc] });
  await page.goto(`${product.url}/du-thao/d0`);
  await page.getByRole('button', { name: 'Ký nháy' }).click();
  await expect(dialog(page).getByText('không in lên trang')).toBeVisible();
  api.answers.set('POST /api/signing/sign', { body: [{ id: 'd0', given: { id: 1, status: 'applied', version: 2 } }] });
  await pin(page).fill('123456');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Đã ký nháy')).toBeVisible();
  expect(api.given.find(({ path }) => path === '/api/signing/sign')?.body).toMatchObject({ kind: 'initial', documents: [{ id: 'd0', revision: 3 }] });
});

test('at the server it is said where to sign', async ({ page, product }) => {
  const api = await open(page);
  api.session = { ...session, host: 'server', device: undefined };
  await page.goto(`${product.url}/du-thao/d0`);
  await expect(page.getByRole('button', { name: 'Ghi nhận chữ ký' })).toBeVisible();
  await page.getByRole('button', { name: 'Khác' }).click();
  await expect(page.getByRole('menuitem', { name: /Ký số.*trên máy làm việc có cắm thẻ/ })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Chờ ký' })).toHaveCount(0);
});

test('why the agency cannot sign yet, and what failed', async ({ page, product }) => {
  const blocked = [{ action: 'document.seal', allow: false, reason: 'can.nothing_to_do' }];
  const doc = draft('d3', { ...numbered, actions: blocked, signatures: [signature(1, { verdict: failed })] });
  const api = await open(page, { docs: [doc] });
  await page.goto(`${product.url}/van-ban-di/d3`);
  await expect(page.getByText('1/2 chữ ký số: chữ ký không hợp lệ')).toBeVisible();
  await page.getByRole('button', { name: 'Khác' }).click();
  await expect(page.getByRole('menuitem', { name: /Ký số của cơ quan.*chưa được xác nhận hợp lệ/ })).toBeVisible();
  api.answers.set('GET /api/documents/d3', { body: { ...doc, signatures: [signature(1, { verdict: { ...passed, stamped: undefined } })] } });
  api.tell('document', undefined);
  await expect(page.getByText('1/2 chữ ký số: chờ dấu thời gian')).toBeVisible();
});

test('an incoming document tells what the server found of its file', async ({ page, product }) => {
  const doc = draft('d5', { direction: 'incoming', state: 'CHO_PHAN_PHOI', actions: [], files: [{ ...draft('d0').files[0]!, verdict: failed }] });
  await open(page, { docs: [doc] });
  await page.goto(`${product.url}/van-ban-den/d5`);
  await expect(page.getByText('Chữ ký không hợp lệ').first()).toBeVisible();
  await page.getByRole('tab', { name: /Tệp/ }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Quyết định.pdf' }).getByText('Chữ ký không hợp lệ')).toBeVisible();
});

test('pictures: a PNG is kept, anything else is not, and one is removed', async ({ page, product }) => {
  const api = await open(page);
  api.session = { ...session, posts: [{ unit: session.posts[0]!.unit, office: 'xa0', position: 'Văn thư', role: 'clerk', main: true }] };
  let kept: Buffer | null = null;
  await page.route('**/api/signing/pictures/organ', async (route) => {
    if (route.request().method() === 'PUT') {
      const body = route.request().postDataBuffer();
      kept = body && body.length > 0 ? body : null;
      return route.fulfill({ status: 204 });
    }
    return kept ? route.fulfill({ contentType: 'image/png', body: kept }) : route.fulfill({ status: 404, json: { code: 'not_found', reason: 'record.not_found' } });
  });
  await page.goto(`${product.url}/cai-dat`);
  const part = page.getByRole('region', { name: 'Ảnh dấu của cơ quan' });
  await part.getByLabel('Chọn tệp: Ảnh dấu của cơ quan').setInputFiles({ name: 'dau.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') });
  await expect(part.getByRole('alert')).toContainText('không phải ảnh PNG');
  await part.getByLabel('Chọn tệp: Ảnh dấu của cơ quan').setInputFiles({ name: 'dau.png', mimeType: 'image/png', buffer: png });
  await expect(part.getByRole('img', { name: 'Ảnh dấu của cơ quan' })).toBeVisible();
  expect(kept).toEqual(png);
  await part.getByRole('button', { name: 'Bỏ ảnh' }).click();
  await expect(part.getByText('Chưa có ảnh')).toBeVisible();
});

test('the queue by keys alone', async ({ page, product }) => {
  const docs = [draft('d0'), draft('d1'), draft('d3', { ...numbered, signed: true, signatures: [signature(1, { verdict: passed })] })];
  await open(page, { docs });
  await page.goto(`${product.url}/ban-lam-viec`);
  await expect(page.getByRole('link', { name: /Chờ ký/ })).toContainText('3');
  await page.keyboard.press('g');
  await page.keyboard.press('y');
  await expect(page.getByRole('grid', { name: 'Chờ tôi ký' })).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Ký số 2 văn bản' })).toBeEnabled();
  await page.keyboard.press('Space');
  await page.keyboard.press('a');
  await expect(dialog(page).getByRole('button', { name: 'Ký số 1 văn bản' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  await page.getByRole('tab', { name: /Chờ ký cơ quan/ }).click();
  await expect(page.getByRole('row', { name: /128\/QĐ-UBND/ })).toBeVisible();
});
