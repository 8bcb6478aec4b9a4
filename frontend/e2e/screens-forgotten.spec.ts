/** What people read after a restore: on a laptop that the server does not know any more, at its administrator's, and in a browser. */
import { fakeApi } from './kit/api';
import { calm, session, troubled } from './kit/fixtures';
import { expect, seen, shot, test } from './kit/test';

const device = { id: '019ab3c4-5d6e-7f80-9a1b-2c3d4e5f6a7b', name: 'ubnd-dongtam-03', server: 'may-chu.songiang.example:8443' };
const forgotten = { at: Date.now() - 120_000, waiting: 3 };
const at = Date.parse('2026-03-01T19:00:00Z');

for (const language of ['vi', 'en'] as const) {
  const vi = language === 'vi';

  test.describe(language, () => {
    test.beforeEach(({ page }) => page.addInitScript((chosen) => localStorage.setItem('khonggiay.language', chosen), language));

    test('a forgotten laptop says so, and takes the new code where its person works', async ({ page, product }) => {
      const api = await fakeApi(page, { session: { ...session, device, forgotten }, sync: { ...calm, state: 'forgotten', waitingCount: 3, waiting: troubled.waiting } });
      api.answers.set('POST /api/enrol', { status: 409, body: { code: 'conflict', reason: 'enrol.other_person' } });
      await page.goto(`${product.url}/van-ban-den`);
      const notice = page.getByRole('region', { name: vi ? 'Máy chủ tỉnh vừa được phục hồi' : 'The provincial server was restored' });
      await expect(notice).toBeVisible();
      await seen(page, `forgotten-${language}`);

      await notice.getByRole('button').click();
      const code = page.getByLabel(vi ? 'Mã đăng ký' : 'Enrolment code', { exact: true }).last();
      await expect(code).toBeFocused();
      await expect(page.getByRole('dialog')).toContainText('4E5F-6A7B');
      await expect(page.getByLabel(vi ? 'Địa chỉ máy chủ' : 'Server address')).toHaveCount(0);
      await code.fill('KG1-AAAAA');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('alert')).toBeVisible();
      expect(api.given.find(({ path }) => path === '/api/enrol')?.body).toEqual({ code: 'KG1-AAAAA' });
      await seen(page, `forgotten-code-${language}`);
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: vi ? 'Máy chủ chưa nhận ra máy này' : 'The server does not know this machine' }).click();
      await expect(page.getByRole('dialog').getByRole('region')).toBeVisible();
      await shot(page, `forgotten-panel-${language}`);

      api.session = { ...session, device, forgotten, problem: 'device.locked', lock: { lastContact: at, days: 14, waiting: 3, refused: 0, state: 'forgotten' } };
      await page.goto(product.url);
      await expect(page.getByRole('region')).toBeVisible();
      await seen(page, `forgotten-locked-${language}`);
    });

    test('an administrator sees which machines knock', async ({ page, product }) => {
      const api = await fakeApi(page);
      api.answers.set('GET /api/forgotten-devices', { body: [
        { id: device.id, first: Date.now() - 3600_000, last: Date.now() - 20_000, address: '10.12.4.17' },
        { id: '019ab3c4-5d6e-7f80-9a1b-99aabbccddee', first: Date.now() - 7200_000, last: Date.now() - 600_000, address: '2405:4800:1:2::/64' },
      ] });
      await page.goto(`${product.url}/cai-dat`);
      const list = page.getByRole('region', { name: vi ? 'Máy chờ mã mới' : 'Machines that need a new code' });
      await expect(list.getByRole('listitem')).toHaveCount(2);
      await expect(page.getByRole('link', { name: vi ? 'Cài đặt' : 'Settings' })).toContainText('2');
      await list.scrollIntoViewIfNeeded();
      await seen(page, `knocks-${language}`);
    });

    test('a browser is told once what was lost', async ({ page, product }) => {
      const api = await fakeApi(page, { session: { ...session, host: 'server', device: undefined, demo: undefined, lost: [{ since: at, until: at + 9 * 3600_000 }] }, sync: { ...calm, state: 'server' } });
      await page.goto(`${product.url}/van-ban-den`);
      const told = page.getByRole('dialog');
      await expect(told).toContainText(/02:00 02.03.2026/);
      await seen(page, `lost-${language}`);
      api.session = { ...api.session, lost: undefined };
      await told.getByRole('button', { name: vi ? 'Tôi đã đọc' : 'I have read this' }).click();
      await expect(told).toBeHidden();
      expect(api.given.find(({ path }) => path === '/api/lost/read')?.body).toEqual({ until: at + 9 * 3600_000 });
    });
  });
}
