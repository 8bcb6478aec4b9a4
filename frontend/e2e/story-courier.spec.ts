/**
 * The materials of a meeting come to a commune over a thin line: its clerk sees
 * which file, how much of it and until when, opens it once it is there, and the
 * sender sees who has it. Real programs, a real line of two megabytes a second,
 * which the file crosses about once, whichever way brings it.
 */
import type { Page } from '@playwright/test';
import { makeHeavyPdf } from './kit/pdf';
import { Restorable } from './kit/restorable';
import type { Laptop } from './kit/stand';
import { checkAccess, expect, shot, test } from './kit/test';
import { ThinLine } from './kit/thinLine';
import { signIn } from './province';

const subject = 'Về việc gửi tài liệu kỳ họp thứ mười hai';
const name = 'Tài liệu kỳ họp.pdf';
const moved = /^\d+(,\d)? MB \/ 30 MB · còn khoảng \d+ (giây|phút)$/;

interface NewAccount { account: string; password: string }

test('materials arrive with visible progress, and their sender sees where', async ({ page, browser }) => {
  test.setTimeout(240_000);
  const line = await ThinLine.open(4_000_000, () => province.port);
  const province = new Restorable(line.address);
  try {
    await province.begin();
    const mai = await province.ctl<NewAccount>('account', 'add', 'mai', 'p-mai');
    const sender = await province.signedIn(mai.account, mai.password);
    const laptop = await province.laptop('máy của Lan');
    const { code } = await province.ctl<{ code: string }>('code', 'p-lan');
    await laptop.admit(page.context());
    await laptop.ask('POST', '/api/enrol', { server: line.address, code });
    await laptop.settled();
    await expect.poll(async () => (await laptop.sync()).courier?.province, { timeout: 60_000 }).toBe(true);

    line.widen(2_000_000);
    const before = line.passed;
    const sent = await send(sender);
    await test.step('the panel names the file, its bytes and how long it takes', () => watch(page, laptop));
    await test.step('it opens once it is there', async () => {
      line.widen(60_000_000);
      await laptop.until(subject, (doc) => doc.where.machine, 'has its file');
      await expect(page.locator('[data-page="1"]')).toContainText('Tai lieu ky hop');
      await expect(page.getByRole('progressbar')).toHaveCount(0);
      expect((await laptop.sync()).downloads).toEqual([]);
      expect(line.passed - before, 'opening it did not fetch it twice').toBeLessThan(45_000_000);
      await shot(page, 'courier-open');
    });
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    await test.step('the sender sees who has it', async () => {
      await expect.poll(async () => (await sender.document(sent)).where.office?.receipts?.full, { timeout: 60_000 }).toBe(1);
      const screen = await context.newPage();
      await screen.goto(`https://${province.address}/`);
      await signIn(screen, mai);
      await screen.goto(`https://${province.address}/van-ban-di/${sent}`);
      await screen.getByRole('tab', { name: /Nơi nhận/ }).click();
      const receipts = screen.getByRole('region', { name: 'Nhận tệp' });
      await expect(receipts).toContainText('1/2 nơi nhận đã nhận đủ tệp');
      await receipts.getByText('1 nơi chưa nhận đủ').click();
      await expect(receipts.getByRole('listitem')).toHaveText('UBND xã Bình · chưa có máy nào, đọc trên máy chủ tỉnh');
      await checkAccess(screen);
      await shot(screen, 'courier-receipts');
    });
    await context.close();
  } finally {
    await province.end();
    await line.close();
  }
});

/** The department's clerk sends the file to both communes, from a browser's API. */
async function send(sender: Laptop): Promise<string> {
  const sha256 = await sender.upload(name, makeHeavyPdf('Tai lieu ky hop', 30_000_000));
  const { id } = await sender.ask<{ id: string }>('POST', '/api/ids');
  await sender.give('document.register_send.1', id, {
    unit: 'so-noi-vu', book: 'so-di', to: ['xa-an', 'xa-binh'], files: [{ name, sha256 }],
    fields: { type: 'CV', subject, organName: 'Sở Nội vụ', signerName: 'Đỗ Văn Giám' },
  });
  return id;
}

/** What the commune's clerk sees meanwhile, at the document and in the panel. */
async function watch(page: Page, laptop: Laptop) {
  const { id } = await laptop.until(subject, () => true, 'has the record');
  await page.goto(`${laptop.url}/van-ban-den/${id}`);
  await expect(page.getByRole('progressbar', { name: 'Đang tải tệp về máy này' })).toBeVisible();
  await page.getByRole('tab', { name: /Tệp/ }).click();
  const bar = page.getByRole('progressbar', { name: `Đang về: ${name}` });
  await expect(page.getByRole('tabpanel').getByText(moved)).toBeVisible();
  await grows(() => bar.getAttribute('aria-valuenow'));
  await shot(page, 'courier-document');
  await page.getByRole('button', { name: 'Đã kết nối' }).click();
  const panel = page.getByRole('dialog', { name: 'Tình trạng đồng bộ' });
  await expect(panel.getByRole('progressbar', { name })).toBeVisible();
  await expect(panel.getByText(moved)).toBeVisible();
  await expect(panel.getByRole('link', { name: subject })).toBeVisible();
  await expect(panel).toContainText('Qua mạng cơ quan: chưa thấy máy nào khác');
  await grows(() => panel.getByRole('progressbar', { name }).getAttribute('aria-valuenow'));
  await checkAccess(page);
  await shot(page, 'courier-panel');
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
}

/** The bar moves on while one looks. */
async function grows(read: () => Promise<string | null>) {
  const before = Number(await read());
  await expect.poll(async () => Number(await read()), { timeout: 20_000 }).toBeGreaterThan(before);
}
