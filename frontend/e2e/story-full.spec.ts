/**
 * The province's disk is full. Whoever works in a browser keeps what he has
 * written and is told what to do; a laptop waits and says why; with room again
 * everything goes through.
 */
import type { Page } from '@playwright/test';
import type { Doc } from '../src/lib/api/model';
import { makePdf } from './kit/pdf';
import { SmallServer } from './kit/smallServer';
import { checkAccess, expect, shot, signIn, test as base } from './province';

const subject = 'Về việc trực ban mùa mưa lũ';
const typed = 'Đề nghị các thôn báo cáo trước 16 giờ hằng ngày.';
/** Gives a remark as the page would, and tells the answer's status. */
const remark = (page: Page, id: string, text: string) => page.evaluate(async (give) => {
  return (await fetch('/api/commands', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(give) })).status;
}, { name: 'document.remark.1', target: { kind: 1, id }, base: 0, args: { text } });
const remarks = (doc: Doc) => doc.remarks.map(({ text }) => text);

const test = base.extend<{ server: SmallServer | null }>({
  // oxlint-disable-next-line no-empty-pattern
  server: async ({}, lend) => {
    const server = await SmallServer.start(16);
    await lend(server);
    await server?.stop();
  },
});

test('a full disk at the province: told in a browser, waited for on a laptop, forgotten with room again', async ({ browser, server }) => {
  if (!server) return; // nobody may make a small disk here; the programs' own tests bring the same errors about
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const [desk, page] = [await context.newPage(), await context.newPage()];
  const laptop = await server.laptop(page);
  await desk.goto(server.url);
  await signIn(desk, await server.account());
  const { id } = await laptop.ask<{ id: string }>('POST', '/api/ids');
  await laptop.give('document.receive.1', id, { unit: server.unit, fields: { subject, organName: 'Sở Nông nghiệp và Môi trường', paper: true } });
  await laptop.settled();
  await desk.goto(`${server.url}/van-ban-den/${id}`);
  await expect(desk.getByRole('heading', { name: subject })).toBeVisible();

  server.fill();
  await test.step('in a browser: the words stay, the reason is told, and no file is taken', async () => {
    // The log has room for some more; long texts use it up, short ones the rest.
    for (const text of ['đầy '.repeat(450), 'đầy']) {
      await expect.poll(() => remark(desk, id, text), { timeout: 60_000, intervals: [0] }).toBe(507);
    }
    await desk.getByRole('button', { name: 'Khác' }).click();
    await desk.getByRole('menuitem', { name: 'Ý kiến trao đổi' }).click();
    await desk.getByLabel('Nội dung').fill(typed);
    await desk.keyboard.press('Control+Enter');
    await expect(desk.getByRole('alert')).toContainText('Máy chủ tỉnh hết chỗ trên ổ đĩa nên chưa lưu được');
    await expect(desk.getByLabel('Nội dung')).toHaveValue(typed);
    await expect(desk.getByRole('heading', { name: subject })).toBeVisible();
    await checkAccess(desk);
    await shot(desk, 'full-browser');
  });

  const entry = await context.newPage();
  await test.step('a new document: neither its fields nor its file are lost', async () => {
    await entry.goto(`${server.url}/van-ban-den/vao-so`);
    await entry.getByRole('form').getByLabel('Trích yếu').fill('Về việc cấp phát vật tư');
    await entry.locator('input[type=file]').setInputFiles({ name: 'vat-tu.pdf', mimeType: 'application/pdf', buffer: makePdf([['Vật tư']]) });
    await expect(entry.getByRole('list', { name: 'Tệp' }).getByRole('alert')).toContainText('Máy chủ tỉnh hết chỗ');
    await expect(entry.locator('[data-page="1"]')).toContainText('Vật tư');
    await checkAccess(entry);
    await shot(entry, 'full-entry');
  });

  await test.step('on a laptop: the work is done here, and waits for the reason that it has', async () => {
    await laptop.give('document.remark.1', id, { text: 'Từ máy trạm.' });
    await page.bringToFront();
    await expect(page.getByRole('button', { name: 'Máy chủ tỉnh hết chỗ · 1 việc chờ gửi' })).toBeVisible();
    await expect(page.getByRole('alert')).toContainText('Việc vừa làm đã lưu trên máy này');
    await page.getByRole('button', { name: 'Máy chủ tỉnh hết chỗ · 1 việc chờ gửi' }).click();
    await expect(page.getByRole('dialog', { name: 'Tình trạng đồng bộ' })).toContainText('Chờ gửi');
    await checkAccess(page);
    await shot(page, 'full-laptop');
  });

  server.makeRoom();
  await test.step('with room: the same words, the same file, the same button', async () => {
    await page.getByRole('button', { name: 'Thử ngay' }).click();
    await laptop.settled();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('alert')).toHaveCount(0);
    await desk.bringToFront();
    await desk.getByLabel('Nội dung').press('Control+Enter');
    await expect(desk.getByText(typed)).toBeVisible();
    await expect.poll(async () => remarks(await laptop.document(id)), { timeout: 30_000 }).toEqual(expect.arrayContaining([typed, 'Từ máy trạm.']));
    await entry.bringToFront();
    await entry.getByRole('button', { name: 'Gửi lại tệp vat-tu.pdf' }).click();
    await entry.keyboard.press('Control+Enter');
    await expect(entry).toHaveURL(/van-ban-den\/(?!vao-so)/);
    await laptop.until('Về việc cấp phát vật tư', (doc) => doc.files.length === 1, 'has it');
  });
  await context.close();
});
