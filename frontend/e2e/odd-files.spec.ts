/** Files as they come out of scanners, mails and wrong clicks: what the person sees, and that nothing else happens. */
import type { Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockedPdf, scriptedPdf, writeBigPdf } from './kit/oddPdf';
import { makePdf } from './kit/pdf';
import { checkAccess, expect, shot, test } from './province';

const pdf = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/pdf', buffer });
const password = 'Mat-khau-09';

/** Chooses a file as the document itself, in the place of the one before. */
async function choose(page: Page, file: Parameters<ReturnType<Page['locator']>['setInputFiles']>[0]) {
  const before = page.getByRole('button', { name: /^Bỏ tệp / });
  if (await before.count() > 0) await before.click();
  await page.locator('input[type=file]').setInputFiles(file);
}

const unlock = async (page: Page, word: string) => {
  await page.getByLabel('Mật khẩu của tệp').fill(word);
  await page.keyboard.press('Enter');
};

test('a locked PDF asks for its password here, and only here', async ({ stand, at }) => {
  const page = await at('commune-clerk', '/van-ban-den/vao-so');
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url(), request.postData() ?? ''));
  const first = page.locator('[data-page="1"]');
  await choose(page, pdf('khong-can-mat-khau.pdf', lockedPdf('Chi chu moi khoa', '', 'chu')));
  await expect(first).toContainText('Chi chu moi khoa');

  await choose(page, pdf('bi-khoa.pdf', lockedPdf('Noi dung bi khoa', password, 'chu')));
  const lock = page.getByRole('form', { name: 'Tệp PDF có mật khẩu' });
  await expect(lock).toBeVisible();
  await checkAccess(page);
  await shot(page, 'odd-locked');
  await unlock(page, 'khong-dung');
  await expect(lock.getByRole('alert')).toHaveText('Mật khẩu không đúng. Hãy nhập lại.');
  await expect(lock.getByLabel('Mật khẩu của tệp')).toBeFocused();
  await shot(page, 'odd-locked-wrong');
  await lock.getByRole('button', { name: 'Thôi' }).click();
  await expect(page.getByText('Tệp PDF có mật khẩu, chưa mở')).toBeVisible();
  await shot(page, 'odd-locked-left');
  await page.getByRole('button', { name: 'Nhập mật khẩu' }).click();
  await unlock(page, password);
  await expect(first).toContainText('Noi dung bi khoa');

  await test.step('as a document on record it asks again, and may be saved as it is', async () => {
    const subject = 'Về việc tệp có mật khẩu';
    await page.getByRole('form').getByLabel('Trích yếu').fill(subject);
    await page.keyboard.press('Control+Enter');
    await expect(page).toHaveURL(/van-ban-den\/(?!vao-so)/);
    const doc = await stand.laptop('commune-clerk').until(subject, (found) => found.files.length === 1, 'has it');
    await at('commune-clerk', `/van-ban-den/${doc.id}`);
    await lock.getByRole('button', { name: 'Thôi' }).click();
    await expect(page.getByRole('link', { name: /^Tải xuống/ })).toBeVisible();
    await page.getByRole('button', { name: 'Nhập mật khẩu' }).click();
    await unlock(page, password);
    await expect(first).toContainText('Noi dung bi khoa');
  });
  expect(sent.filter((text) => text.includes(password))).toEqual([]);
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(password);
});

test('code in a PDF does not run, and nothing in it can be followed', async ({ context, at }) => {
  const { outside, asked, address } = await listen();
  const page = await at('commune-clerk', '/van-ban-den/vao-so');
  const { origin } = new URL(page.url());
  const left: string[] = [];
  context.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('blob:')) left.push(request.url());
  });
  page.on('popup', (opened) => left.push(opened.url()));
  context.on('dialog', (dialog) => {
    left.push(dialog.message());
    void dialog.dismiss();
  });
  await choose(page, pdf('ma-lenh.pdf', scriptedPdf(address)));
  await expect(page.locator('[data-page="1"]')).toContainText('Co ma lenh');
  const note = page.getByRole('note');
  await expect(note).toContainText('Mã lệnh không được chạy ở đây');
  await expect(note).toContainText('biểu mẫu động (XFA)');
  await page.locator('[data-page="1"]').click({ position: { x: 150, y: 250 } });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await checkAccess(page);
  await shot(page, 'odd-script');
  await expect(page.getByRole('form').getByLabel('Trích yếu')).toBeEditable();
  expect(await page.title()).not.toContain('owned');
  expect([left, asked]).toEqual([[], []]);
  outside.close();
});

test('what is cut, empty, or no PDF says what to do next', async ({ at }) => {
  const page = await at('commune-clerk', '/van-ban-den/vao-so');
  const alert = page.getByRole('list', { name: 'Tệp' }).getByRole('alert');
  const whole = makePdf(Array.from({ length: 12 }, (_, i) => [`Trang ${i + 1}`, 'Kế hoạch']), 3000);
  await choose(page, pdf('cut.pdf', whole.subarray(0, Math.floor(whole.length / 2))));
  await expect(page.getByText('Tệp PDF bị hỏng')).toBeVisible();
  await shot(page, 'odd-cut');
  await choose(page, pdf('mat-mot-trang.pdf', Buffer.from(whole.toString('latin1').replace('9 0 obj', '9 0 xxx'), 'latin1')));
  await expect(page.locator('[data-page="1"]')).toContainText('Trang 1');
  await page.getByLabel(/^Trang \d+ trên/).fill('6');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-page="6"]')).toContainText('Trang này bị hỏng, không hiện được');
  await shot(page, 'odd-page-lost');
  await choose(page, pdf('trong.pdf', Buffer.alloc(0)));
  await expect(page.getByText('Tệp dài 0 byte')).toBeVisible();
  await expect(alert).toContainText('Tệp không có nội dung');
  await shot(page, 'odd-empty');
  await choose(page, pdf('anh.pdf', Buffer.from('\u0089PNG\r\n\u001A\n', 'latin1')));
  await expect(alert).toContainText('Tệp có đuôi .pdf nhưng nội dung không phải loại đó');
  await expect(page.getByText('Tệp PDF bị hỏng')).toBeVisible();
  await shot(page, 'odd-no-pdf');
});

test('5,000 pages and 300 MB are read in parts', async ({ at }) => {
  const folder = mkdtempSync(join(tmpdir(), 'kg-big-'));
  const page = await at('commune-clerk', '/van-ban-den/vao-so');
  await choose(page, pdf('5000-trang.pdf', makePdf(Array.from({ length: 5000 }, (_, i) => [`Trang ${i + 1}`]))));
  await expect(page.locator('[data-page="1"]')).toContainText('Trang 1');
  for (const number of ['2500', '5000']) {
    await page.getByLabel(/^Trang \d+ trên/).fill(number);
    await page.keyboard.press('Enter');
    await expect(page.locator(`[data-page="${number}"]`)).toContainText(`Trang ${number}`);
  }
  expect(await page.locator('[data-page]').count()).toBeLessThan(8);
  await shot(page, 'odd-5000');

  const [big, tooBig] = [join(folder, 'lon.pdf'), join(folder, 'qua-lon.pdf')];
  writeBigPdf(big, 300 << 20);
  await choose(page, big);
  await expect(page.locator('[data-page="1"]')).toContainText('Tep rat lon');
  await shot(page, 'odd-300');
  writeBigPdf(tooBig, (300 << 20) + 1);
  await choose(page, tooBig);
  await expect(page.getByRole('list', { name: 'Tệp' }).getByRole('alert')).toContainText('Tệp lớn hơn 314,6 MB nên không được nhận');
  await shot(page, 'odd-too-big');
  rmSync(folder, { recursive: true });
});

/** Somewhere else on this machine, where nobody should ever ask. */
async function listen(): Promise<{ outside: Server; asked: string[]; address: string }> {
  const asked: string[] = [];
  const outside = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  return { outside, asked, address: `http://127.0.0.1:${(outside.address() as AddressInfo).port}` };
}
