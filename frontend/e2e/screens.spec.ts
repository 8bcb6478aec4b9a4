import { fakeApi } from './kit/api';
import { calm, session, troubled } from './kit/fixtures';
import { checkAccess, expect, seen, shot, test } from './kit/test';

test('every screen of the frame', async ({ page, product }) => {
  const api = await fakeApi(page, { sync: troubled });
  const see = (name: string) => seen(page, name);

  await page.goto(`${product.url}/tim-kiem`);
  await expect(page.getByText('Tìm trong mọi văn bản trên máy này')).toBeVisible();
  await see('search-empty');
  await page.goto(`${product.url}/tim-kiem?q=k%E1%BA%BF%20ho%E1%BA%A1ch`);
  await expect(page.getByRole('row', { name: /302/ })).toBeVisible();
  await see('search');

  await page.goto(`${product.url}/danh-ba`);
  await expect(page.getByRole('treeitem', { name: /Đồng Tâm/ })).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('row', { name: /Chủ tịch/ }).first().click();
  await expect(page.getByRole('article')).toBeVisible();
  await see('directory');

  await page.goto(`${product.url}/cai-dat`);
  await expect(page.getByText('ubnd-dongtam-02')).toBeVisible();
  await see('settings');

  await page.getByRole('button', { name: /bị từ chối/ }).click();
  await expect(page.getByRole('dialog', { name: 'Tình trạng đồng bộ' })).toBeVisible();
  await expect(page.getByText('Đề nghị bổ sung số liệu')).toBeVisible();
  await see('sync');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();

  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
  await page.keyboard.type('ha');
  await expect(page.getByRole('option', { name: /Hà/ }).first()).toBeVisible();
  await see('palette');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Phím tắt' })).toBeVisible();
  await see('help');
  await page.keyboard.press('Escape');

  await page.goto(`${product.url}/khong-co`);
  await expect(page.getByText('Không có trang này')).toBeVisible();

  api.session = { ...session, person: undefined, demo: undefined, needsEnrolment: true, posts: [] };
  await page.goto(product.url);
  await expect(page.getByRole('heading', { name: 'Đăng ký máy này' })).toBeVisible();
  await see('first-run');
  api.session = { ...session, person: undefined, demo: undefined, host: 'server', needsLogin: true, posts: [] };
  await page.goto(product.url);
  await expect(page.getByRole('heading', { name: 'Đăng nhập' })).toBeVisible();
  await see('login');
});

test('first run says what went wrong, then welcomes', async ({ page, product }) => {
  const api = await fakeApi(page, { session: { ...session, needsEnrolment: true } });
  await page.goto(product.url);
  await page.getByLabel('Địa chỉ máy chủ').fill('may-chu.example');
  await page.getByLabel('Mã đăng ký', { exact: true }).last().fill('ABCD-1234');
  api.answers.set('POST /api/enrol', { status: 403, body: { code: 'forbidden', reason: 'enrol.wrong_server' } });
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('không phải máy chủ đã cấp mã');
  api.answers.set('POST /api/enrol', { body: { person: 'p35', name: 'Nguyễn Thị Hà', office: 'UBND xã Đồng Tâm' } });
  await page.getByRole('button', { name: 'Đăng ký' }).click();
  await expect(page.getByRole('heading', { name: 'Chào Nguyễn Thị Hà' })).toBeVisible();
  // The session has changed already; the welcome waits for the person all the same.
  api.session = session;
  api.tell('session');
  await page.waitForResponse(/\/api\/session$/);
  await expect(page.getByRole('heading', { name: 'Chào Nguyễn Thị Hà' })).toBeVisible();
  await page.getByRole('button', { name: 'Bắt đầu làm việc' }).click();
  await expect(page.getByRole('navigation', { name: 'Các phần chính' })).toBeVisible();
});

test('the line, the panel and a refusal', async ({ page, product }) => {
  const api = await fakeApi(page);
  await page.goto(`${product.url}/cai-dat`);
  await expect(page.getByRole('button', { name: 'Đã kết nối' })).toBeVisible();
  await page.getByRole('button', { name: 'Cắt mạng' }).click();
  expect(api.given.at(-1)).toEqual({ method: 'POST', path: '/api/demo/line', body: { cut: true } });
  api.sync = { ...troubled, refusedCount: 0, refused: [], waitingCount: 1, state: 'cut' };
  api.tell('sync');
  await expect(page.getByRole('button', { name: 'Mất kết nối · 1 việc chờ gửi' })).toBeVisible();
  api.sync = calm;
  api.tell('sync');
  await expect(page.getByRole('button', { name: 'Đã gửi' })).toBeVisible();
  api.sync = troubled;
  api.tell('sync');
  await page.getByRole('button', { name: 'Có 1 việc bị từ chối' }).click();
  const panel = page.getByRole('dialog', { name: 'Tình trạng đồng bộ' });
  await panel.getByRole('button', { name: 'Bỏ', exact: true }).click();
  await page.getByRole('dialog', { name: 'Bỏ việc bị từ chối này?' }).getByRole('button', { name: 'Bỏ', exact: true }).click();
  await expect.poll(() => api.given.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/sync/refused/9' });
  await panel.getByRole('button', { name: 'Thử lại' }).click();
  await expect.poll(() => api.given.at(-1)?.path).toBe('/api/sync/refused/9/retry');
});

test('delegation: given in settings, revoked, and acted under', async ({ page, product }) => {
  const day = 86_400_000;
  const other = { id: 'p36', name: 'Trần Văn Dũng' };
  const mine = { id: session.person?.id ?? '', name: session.person?.name ?? '' };
  const unit = { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' };
  const span = { unit, start: Date.now() - day, end: Date.now() + 5 * day };
  const api = await fakeApi(page, { session: {
    ...session,
    delegations: [{ id: 'g2', from: other, unit: unit.id, end: span.end }],
    allDelegations: [
      { ...span, id: 'g1', from: mine, to: other, state: 'active', basis: '12/GUQ-UBND', actions: ['document.direct', 'document.remind'] },
      { ...span, id: 'g2', from: other, to: mine, state: 'active' },
      { ...span, id: 'g0', from: mine, to: other, state: 'revoked', revoked: session.serverTime },
    ],
  } });
  api.answers.set('POST /api/commands', { body: { id: 1, status: 'applied', version: 1 } });
  api.answers.set('POST /api/ids', { body: { id: 'new1' } });
  await page.goto(`${product.url}/cai-dat`);
  const given = page.getByRole('list', { name: 'Tôi ủy quyền' });
  await expect(given.getByText('văn bản số 12/GUQ-UBND')).toBeVisible();
  await page.getByRole('button', { name: /Tài khoản của/ }).click();
  await page.getByRole('menuitemradio', { name: /Làm thay: Trần Văn Dũng/ }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Đang làm thay Trần Văn Dũng' })).toBeVisible();
  await page.keyboard.press('Escape');
  await given.scrollIntoViewIfNeeded();
  await checkAccess(page);
  await shot(page, 'delegation');
  await page.getByRole('button', { name: 'Trở lại việc của tôi' }).click();
  await expect(page.getByText('Đang làm thay Trần Văn Dũng')).toHaveCount(0);

  await given.getByRole('button', { name: /Thu hồi/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Thu hồi' }).click();
  await expect.poll(() => api.given.at(-1)?.body).toMatchObject({ name: 'delegation.revoke.1', target: { kind: 4, id: 'g1' } });

  await page.getByRole('button', { name: 'Ủy quyền cho người khác' }).click();
  const form = page.getByRole('form', { name: 'Ủy quyền cho người khác' });
  await form.getByRole('combobox', { name: 'Người được ủy quyền' }).click();
  await page.getByRole('option').first().click();
  await form.getByText('Chỉ những việc sau').click();
  await form.getByRole('combobox', { name: 'Những việc được làm thay' }).click();
  await page.getByRole('option', { name: 'Cho ý kiến chỉ đạo' }).click();
  await form.getByLabel('Đến hết ngày').fill('+3');
  await form.getByLabel('Văn bản ủy quyền số').fill('15/GUQ-UBND');
  await checkAccess(page);
  await shot(page, 'delegation-form');
  await form.getByRole('button', { name: 'Ủy quyền', exact: true }).click();
  await expect.poll(() => api.given.at(-1)?.body).toMatchObject({ name: 'delegation.give.1', target: { kind: 4, id: 'new1' }, args: { unit: 'xa0', actions: ['document.direct'], basis: '15/GUQ-UBND' } });
});

test('search while typing keeps its words and filters in the address', async ({ page, product }) => {
  await fakeApi(page);
  await page.goto(`${product.url}/cai-dat`);
  await expect(page.getByRole('heading', { name: 'Cài đặt' })).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('lũ');
  await expect(page).toHaveURL(/tim-kiem\?q=l/);
  await expect(page.locator('mark').first()).toHaveText('lũ');
  await page.getByRole('combobox', { name: 'Độ khẩn' }).click();
  await page.getByRole('option', { name: 'Hỏa tốc' }).click();
  await expect(page).toHaveURL(/khan=3/);
  await page.getByLabel('Tìm văn bản').fill('zzz');
  await expect(page.getByText('Không tìm thấy văn bản nào')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Tìm văn bản')).toHaveValue('zzz');
});

test('directory: a person is found by keyboard, without accents', async ({ page, product }) => {
  await fakeApi(page);
  await page.goto(`${product.url}/danh-ba`);
  await page.getByLabel('Tìm người hoặc đơn vị').fill('van hoa xa hoi');
  await expect(page.getByRole('treeitem', { name: 'Phòng Văn hóa - Xã hội' }).first()).toBeVisible();
  await page.getByLabel('Tìm người hoặc đơn vị').fill('');
  await page.getByRole('tree').focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('treeitem', { selected: true })).not.toContainText('Đồng Tâm');
});

test('English is whole', async ({ page, product }) => {
  await fakeApi(page, { sync: troubled });
  await page.goto(`${product.url}/cai-dat`);
  await page.getByText('English', { exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('button', { name: /refused/ }).click();
  await expect(page.getByRole('dialog', { name: 'Sync status' })).toBeVisible();
  await shot(page, 'sync-en');
});

test('new work is told by the system while another window is looked at, when it was allowed', async ({ page, product }) => {
  await page.addInitScript(() => {
    const told: Array<[string, string | undefined]> = [];
    class Told {
      static permission: NotificationPermission = 'default';
      static async requestPermission() { return (Told.permission = 'granted'); }
      onclick: (() => void) | null = null;
      constructor(title: string, options?: NotificationOptions) {
        told.push([title, options?.body]);
        (window as unknown as { click: () => void }).click = () => this.onclick?.();
      }
      close() {}
    }
    Object.assign(window, { Notification: Told, told });
    document.hasFocus = () => false;
  });
  const api = await fakeApi(page);
  await page.goto(`${product.url}/cai-dat`);
  const notice = { what: 'direct', subject: 'Về việc phòng, chống thiên tai', path: '/danh-ba' };
  const told = () => page.evaluate(() => (window as unknown as { told: unknown[] }).told);
  const choice = page.getByRole('switch', { name: 'Thông báo trên màn hình' });
  await expect(choice).not.toBeChecked();
  api.tell('notice', notice);
  await choice.press('Space');
  await expect(choice).toBeChecked();
  expect(await told()).toEqual([]);
  api.tell('notice', notice);
  await expect.poll(told).toEqual([['Văn bản trình anh/chị cho ý kiến', notice.subject]]);
  await page.evaluate(() => (window as unknown as { click: () => void }).click());
  await expect(page).toHaveURL(/danh-ba$/);
});
