/**
 * From the scanner to the book: a watched folder, a scan that is registered
 * with two clicks, and the scans that must not or cannot be.
 */
import type { Browser, Page } from '@playwright/test';
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePdf } from './kit/pdf';
import { looks } from './kit/test';
import { checkAccess, expect, shot, test } from './province';

const subject = 'Nạo vét kênh Nà Hỳ trước mùa mưa lũ năm 2026';
const page1 = [
  'SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG', 'Số: 812/SNNMT-TL', `V/v nạo vét${subject.slice('Nạo vét'.length)}`, 'Minh Giang, ngày 05 tháng 11 năm 2026',
  'Kính gửi: Ủy ban nhân dân các xã, phường',
];

const paper = `<body style="margin: 70px 60px; font: 17px/1.4 'DejaVu Serif', serif">
  <div style="display: flex; justify-content: space-between; text-align: center">
    <div>SỞ XÂY DỰNG<br>Số: 77/SXD-HT<br>V/v kiểm tra cầu treo Bản Mạ</div>
    <div>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc<br>Minh Giang, ngày 12 tháng 10 năm 2026</div>
  </div>
  <p style="text-align: center; margin-top: 60px">Kính gửi: Ủy ban nhân dân xã Suối Lam</p>
  <p>Sở Xây dựng đề nghị xã kiểm tra dây cáp và mặt cầu, báo cáo trước ngày 20 tháng 10 năm 2026.</p>
</body>`;

/** The paper as a scanner's picture. */
async function scanned(browser: Browser): Promise<Buffer> {
  const context = await browser.newContext({ viewport: { width: 794, height: 1123 }, deviceScaleFactor: 2.5 });
  const sheet = await context.newPage();
  await sheet.setContent(paper);
  const picture = await sheet.screenshot();
  await context.close();
  return picture;
}

/** A picture in each look: light and dark, on the smallest screen and at 125 %. */
async function every(page: Page, name: string) {
  for (const look of looks) {
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await page.setViewportSize(look.viewport);
    await shot(page, `${name}-${look.name}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1366, height: 768 });
}

test('what a scanner saves into a watched folder is registered with two clicks', async ({ stand, at, browser }) => {
  test.setTimeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), 'máy quét '));
  const save = (name: string, bytes: Buffer | string) => writeFileSync(join(folder, name), bytes);
  const clerk = stand.laptop('commune-clerk');
  const pdf = makePdf([page1]);
  try {
    const page = await at('commune-clerk', '/van-ban-scan');
    const row = (name: string) => page.getByRole('row', { name: new RegExp(name) });

    await test.step('the folder is chosen; one that is not there says so', async () => {
      await expect(page.getByText('Chưa theo dõi thư mục nào')).toBeVisible();
      await shot(page, 'scan-no-folder');
      await page.getByRole('main').getByRole('button', { name: 'Thư mục theo dõi' }).click();
      await page.getByRole('button', { name: 'Thêm thư mục' }).click();
      const form = page.getByRole('dialog', { name: 'Thêm thư mục' });
      await form.getByLabel('Đường dẫn thư mục').fill(`${folder}/khong-co`);
      await page.keyboard.press('Enter');
      await expect(form.getByRole('alert')).toContainText('Không thấy thư mục');
      await form.getByLabel('Đường dẫn thư mục').fill(folder);
      await shot(page, 'scan-folder-add');
      await checkAccess(page);
      await page.keyboard.press('Enter');
      await expect(page.getByText('Đang theo dõi')).toBeVisible();
      await page.getByRole('heading', { name: 'Thư mục theo dõi' }).scrollIntoViewIfNeeded();
      await shot(page, 'scan-folders');
    });

    await test.step('a scan appears by itself once it is whole', async () => {
      await page.goto(`${clerk.url}/van-ban-scan`);
      await expect(page.getByText('Không có bản quét nào chờ đăng ký')).toBeVisible();
      save('scan0001.pdf', pdf.subarray(0, pdf.length - 300));
      appendFileSync(join(folder, 'scan0001.pdf'), pdf.subarray(pdf.length - 300));
      await expect(row('scan0001.pdf')).toContainText(subject, { timeout: 30_000 });
      await expect(row('scan0001.pdf')).toContainText('812/SNNMT-TL');
      await every(page, 'scan-list');
      await checkAccess(page);
    });

    await test.step('two clicks', async () => {
      await row('scan0001.pdf').click();
      const form = page.getByRole('form');
      await expect(form.getByLabel('Trích yếu')).toHaveValue(subject);
      await expect(form.getByLabel('Số', { exact: true })).toHaveValue('812');
      await expect(form.getByText('Gợi ý', { exact: true }).first()).toBeVisible();
      await expect(page.getByText('Kính gửi: Ủy ban nhân dân các xã, phường')).toBeVisible(); // the scan itself, beside its fields
      await every(page, 'scan-entry');
      await checkAccess(page);
      await page.getByRole('button', { name: 'Tiếp nhận và vào sổ' }).click();
      await expect(page.getByText(/^Số đến \d+$/)).toBeVisible();
      const doc = await clerk.until(subject, (d) => Boolean(d.bookNumber) && d.files.length === 1, 'registered from the scan');
      expect(doc).toMatchObject({ codeNumber: '812', notation: 'SNNMT-TL', issuedDate: '2026-11-05', organName: 'Sở Nông nghiệp và Môi trường', paper: true });
      await clerk.settled();
    });

    await test.step('a picture is read by a machine, and registered by keys alone', async () => {
      save('scan0010.png', await scanned(browser));
      await page.goto(`${clerk.url}/van-ban-scan`);
      await expect(row('scan0010.png')).toContainText('77/SXD-HT', { timeout: 60_000 });
      await page.keyboard.press('Enter');
      const form = page.getByRole('form');
      await expect(form.getByLabel('Trích yếu')).toHaveValue('Kiểm tra cầu treo Bản Mạ');
      await expect(page.locator('canvas').first()).toBeVisible();
      await shot(page, 'scan-picture');
      await page.keyboard.press('Control+Enter');
      await expect(page.getByText(/^Số đến \d+$/)).toBeVisible();
      const doc = await clerk.until('Kiểm tra cầu treo Bản Mạ', (d) => Boolean(d.bookNumber) && d.files.length === 1, 'registered from a picture');
      expect(doc).toMatchObject({ codeNumber: '77', issuedDate: '2026-10-12' });
      expect(doc.files[0]).toMatchObject({ name: 'scan0010.pdf', media: 'application/pdf' });
    });

    await test.step('a machine that cannot read says so, and how much is still to come', async () => {
      await page.route('**/api/scans?*', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: { ...await answer.json() as object, ocr: false, queued: 1204 } });
      });
      await page.goto(`${clerk.url}/van-ban-scan`);
      await expect(page.getByText('còn 1.204 tệp chưa đọc')).toBeVisible();
      await expect(page.getByText('Máy này chưa cài phần mềm đọc chữ')).toBeVisible();
      await every(page, 'scan-no-ocr');
      await checkAccess(page);
      await page.unroute('**/api/scans?*');
    });

    await test.step('what is there already, what looks secret, what cannot be read', async () => {
      save('scan0002.pdf', pdf);
      save('scan0003.pdf', makePdf([['MẬT', ...page1.slice(1)]]));
      save('scan0004.docx', 'PK not of a scanner');
      symlinkSync('/etc/hostname', join(folder, 'scan0005.pdf'));
      await page.goto(`${clerk.url}/van-ban-scan?nhom=attention`);
      for (const [name, state] of [['scan0002.pdf', 'Trùng'], ['scan0003.pdf', 'Nghi mật'], ['scan0004.docx', 'Không đọc được']] as const) {
        await expect(row(name)).toContainText(state, { timeout: 30_000 });
      }
      await expect(row('scan0005.pdf')).toHaveCount(0);
      await every(page, 'scan-attention');
      await checkAccess(page);

      await row('scan0003.pdf').click();
      await expect(page.getByText('Văn bản mật không được xử lý trên hệ thống này.')).toBeVisible();
      await expect(page.getByText(subject)).toHaveCount(0);
      await shot(page, 'scan-secret');
      await checkAccess(page);
      await page.goBack();
      await row('scan0004.docx').click();
      await expect(page.getByText('Không phải PDF hay ảnh')).toBeVisible();
      await shot(page, 'scan-unreadable');
      await page.getByRole('button', { name: 'Đã xem, bỏ khỏi danh sách' }).click();
      await page.getByRole('tab', { name: /Cần xem/ }).click();
      await expect(row('scan0004.docx')).toHaveCount(0);
      await row('scan0002.pdf').click();
      await expect(page.getByText(/Đã có: số đến \d+/)).toBeVisible();
      await shot(page, 'scan-duplicate');
      await page.getByRole('button', { name: /^Mở/ }).click();
      await expect(page.getByRole('heading', { name: subject })).toBeVisible();
    });

    await test.step('the folder goes away, and says so', async () => {
      rmSync(folder, { recursive: true });
      await page.goto(`${clerk.url}/van-ban-scan?nhom=done`);
      await expect(page.getByText('Không thấy thư mục')).toBeVisible({ timeout: 30_000 });
      await expect(row('scan0001.pdf')).toContainText('Đã đăng ký');
      await shot(page, 'scan-folder-gone');
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
