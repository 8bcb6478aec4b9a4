/**
 * The server is lost and comes back from a backup that is older than a laptop's
 * enrolment. The clerk reads and works on, her administrator sees her machine
 * knock and makes a code, she enters it where she sits, and her work comes back;
 * who works in a browser is told what is lost. Real programs, real screens.
 */
import type { Page } from '@playwright/test';
import { signIn } from './province';
import { Restorable } from './kit/restorable';
import { checkAccess, expect, shot, test } from './kit/test';

interface NewAccount { account: string; password: string }

const subject = 'Báo cáo sau bản sao lưu';

test('a laptop that a restored server does not know is enrolled again while it runs', async ({ page, browser }) => {
  test.setTimeout(240_000);
  const province = new Restorable();
  const number = page.getByText(/Số máy [0-9A-F]{4}-[0-9A-F]{4}/);
  const notice = page.getByRole('region', { name: 'Máy chủ tỉnh vừa được phục hồi' });
  try {
    await province.begin();
    const clerk = await province.ctl<NewAccount>('account', 'add', 'lan', 'p-lan');
    const admin = await province.ctl<NewAccount>('account', 'add', 'quan', 'p-quan');
    const comeBack = await province.backup();
    const laptop = await province.laptop('máy của Lan');

    await test.step('the clerk\'s laptop is enrolled, and enters a document', async () => {
      const { code } = await province.ctl<{ code: string }>('code', 'p-lan');
      await laptop.admit(page.context());
      await page.goto(laptop.url);
      await page.getByLabel('Địa chỉ máy chủ').fill(province.address);
      await page.getByLabel('Mã đăng ký', { exact: true }).last().fill(code);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Bắt đầu làm việc' }).click();
      await laptop.settled();
      await enter(laptop, subject);
      await laptop.settled();
      await page.goto(`${laptop.url}/van-ban-den`);
    });
    const before = await laptop.until(subject, (doc) => doc.bookNumber === 1, 'the number');

    await comeBack();

    await test.step('the clerk is told, and works on', async () => {
      await laptop.ask('POST', '/api/sync/now');
      await expect(notice).toBeVisible({ timeout: 40_000 });
      await expect(page.getByRole('button', { name: 'Máy chủ chưa nhận ra máy này' })).toBeVisible();
      await laptop.give('document.remark.1', before.id, { text: 'vẫn làm việc được' });
      await checkAccess(page);
      await shot(page, 'restored-notice');
      await notice.getByRole('button', { name: 'Nhập mã mới' }).click();
      await expect(number).toBeVisible();
    });

    const code = await test.step('her administrator is told what a browser lost, sees her machine and makes a code', async () => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const screen = await context.newPage();
      await screen.goto(`https://${province.address}/`);
      await signIn(screen, admin);
      const told = screen.getByRole('dialog', { name: 'Máy chủ tỉnh đã được phục hồi' });
      await expect(told.getByText(/^Từ \d\d:\d\d .* đến \d\d:\d\d /)).toBeVisible();
      await shot(screen, 'restored-lost');
      await told.getByRole('button', { name: 'Tôi đã đọc' }).click();
      await expect(told).toBeHidden();
      await screen.goto(`https://${province.address}/cai-dat`);
      await expect(screen.getByRole('dialog')).toBeHidden();
      const knocks = screen.getByRole('region', { name: 'Máy chờ mã mới' });
      await expect(knocks.getByText(await number.textContent() ?? 'no number')).toBeVisible();
      await shot(screen, 'restored-knocks');
      const made = await makeCode(screen, 'Nguyễn Thị Lan');
      await context.close();
      return made;
    });

    await test.step('she enters it where she sits, and her work comes back', async () => {
      await page.getByRole('dialog').getByLabel('Mã đăng ký', { exact: true }).last().fill(code);
      await page.keyboard.press('Enter');
      await expect(page.getByText('Máy chủ đã nhận ra máy này')).toBeVisible({ timeout: 40_000 });
      await expect(notice).toBeHidden();
      await laptop.settled();
      await expect(page.getByRole('button', { name: /^(Đã kết nối|Đã gửi)$/ })).toBeVisible();
      await shot(page, 'restored-after');
      const server = await province.signedIn(clerk.account, clerk.password);
      const back = await server.until(subject, (doc) => doc.remarks.length === 1, 'the work on the server');
      expect({ id: back.id, number: back.bookNumber }).toEqual({ id: before.id, number: 1 });
      expect((await province.ctl<{ forgotten?: unknown[] }>('status')).forgotten ?? []).toEqual([]);
    });
  } finally {
    await province.end();
  }
});

/** Receives a paper document and puts it in the book. */
async function enter(laptop: import('./kit/stand').Laptop, text: string) {
  const { id } = await laptop.ask<{ id: string }>('POST', '/api/ids');
  await laptop.give('document.receive.1', id, { unit: 'xa-an', fields: { subject: text, organName: 'Sở Nội vụ', type: 'CV', issuedDate: '2026-11-20', paper: true } });
  await laptop.give('document.register.1', id, { book: 'so-den' });
}

async function makeCode(screen: Page, name: string): Promise<string> {
  await screen.getByRole('button', { name: 'Mã đăng ký mới' }).click();
  await screen.getByRole('combobox', { name: 'Cấp cho' }).click();
  await screen.getByRole('option', { name }).click();
  await screen.getByRole('button', { name: 'Tạo mã' }).click();
  return await screen.locator('output').textContent() ?? '';
}
