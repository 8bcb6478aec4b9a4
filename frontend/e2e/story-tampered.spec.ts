/**
 * A decision that is signed, stamped and sealed for real comes in whole, and then
 * spoiled by the tools of others: the screen says what was changed and where, and
 * the report is kept for the dispute.
 */
import type { Browser, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SignatureReport } from '../src/lib/api/model';
import { flip, Workshop } from './kit/tamper';
import { checkAccess, expect, shot, test } from './province';

/** A decision of two pages, as a program of an office exports it. */
const pages = `<style>@page { size: 600pt 825pt; margin: 20mm 20mm 20mm 30mm } body { font: 14pt/1.4 'DejaVu Serif', serif } h1 { text-align: center; font-size: 16pt } .next { break-before: page }</style>
  <h1>QUYẾT ĐỊNH</h1><p>Về việc cấp kinh phí sửa chữa kênh Nà Hỳ</p><p>Điều 1. Giao Ủy ban nhân dân xã Suối Lam làm chủ đầu tư.</p>
  <p class="next">Điều 2. Kinh phí: 100 triệu đồng, từ nguồn dự phòng ngân sách.</p><p>Điều 3. Quyết định có hiệu lực từ ngày ký.</p>`;

async function exported(browser: Browser): Promise<Buffer> {
  const sheet = await browser.newPage();
  await sheet.setContent(pages);
  const file = await sheet.pdf({ preferCSSPageSize: true });
  await sheet.close();
  return file;
}

/** What was done to the file, and what the screen must say of it. */
const spoiled: ReadonlyArray<{ name: string; how: (shop: Workshop, file: Buffer) => Buffer; says: RegExp; change?: string }> = [
  {
    name: 'sua-noi-dung', says: /^Nội dung trang 2 đã bị sửa sau khi ký/, change: 'nội dung trang 2 bị sửa',
    how: (shop, file) => shop.edit(file, 'var page = doc.findPage(1), list = doc.newArray(); list.push(page.get("Contents")); list.push(doc.addStream("1 g 80 720 440 60 re f", doc.newDictionary())); page.put("Contents", list)'),
  },
  {
    name: 'them-ghi-chu', says: /^Ghi chú ở trang 1 đã bị thêm, sửa hoặc xóa sau khi ký/, change: 'thêm, sửa hoặc xóa ghi chú ở trang 1',
    how: (shop, file) => shop.edit(file, 'var note = doc.loadPage(0).createAnnotation("FreeText"); note.setRect([60, 120, 420, 170]); note.setContents("Da duyet chi 900 trieu"); note.update()'),
  },
  {
    name: 'bo-trang', says: /^Trang của tệp đã bị thêm, bỏ hoặc đổi chỗ sau khi ký/, change: 'thêm, bỏ hoặc đổi chỗ trang',
    how: (shop, file) => shop.edit(file, 'doc.deletePage(1)'),
  },
  { name: 'doi-mot-byte', says: /^Nội dung tệp đã bị sửa: không còn khớp với chữ ký/, how: (_shop, file) => flip(file, '/MediaBox [0 0 6') },
  { name: 'ghi-lai-ca-tep', says: /^Chữ ký bỏ sót một phần tệp/, how: (shop, file) => shop.rewrite(file) },
];

const bar = (page: Page) => page.getByRole('region', { name: 'Chữ ký số của tệp' });
const drawer = (page: Page) => page.getByRole('dialog', { name: 'Chữ ký số của tệp' });

test('what was changed after signing is called by its name, and kept as a report', async ({ stand, at, browser }) => {
  test.setTimeout(300_000);
  const folder = dirname(stand.report.data);
  const keys = join(folder, 'laptops', 'department-clerk', 'signing', 'keys');
  const { authority } = JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')) as { authority: number };
  const tsa = `http://127.0.0.1:${authority}/tsa`;
  const shop = new Workshop();
  const laptop = stand.laptop('commune-clerk');
  const unit = laptop.about.office;
  try {
    const person = shop.sign(await exported(browser), join(keys, 'ca-nhan.p12'), tsa, '--field', 'NguoiKy');
    const whole = shop.sign(person, join(keys, 'co-quan.p12'), tsa, '--field', 'CoQuan');
    const page = await at('commune-clerk', '/van-ban-den/vao-so');

    /** Enters a file by the form, as văn thư does. */
    const enter = async (name: string, file: Buffer) => {
      const subject = `Kinh phí sửa chữa kênh Nà Hỳ (${name})`;
      await at('commune-clerk', '/van-ban-den/vao-so');
      await page.locator('input[type=file]').setInputFiles({ name: `${name}.pdf`, mimeType: 'application/pdf', buffer: file });
      await page.getByRole('form').getByLabel('Trích yếu').fill(subject);
      await expect(page.getByRole('button', { name: 'Tiếp nhận và vào sổ' })).toBeEnabled();
      await page.getByRole('button', { name: 'Tiếp nhận và vào sổ' }).click();
      await expect(page.getByText(/^Số đến \d+$/)).toBeVisible();
      return laptop.until(subject, (doc) => Boolean(doc.bookNumber) && doc.files.length === 1, `${name} is registered`);
    };
    /** Gives a file to the laptop as its form does, and shows it. */
    const receive = async (name: string, file: Buffer) => {
      const subject = `Kinh phí sửa chữa kênh Nà Hỳ (${name})`;
      const sha256 = await laptop.upload(`${name}.pdf`, file);
      const { id } = await laptop.ask<{ id: string }>('POST', '/api/ids');
      await laptop.give('document.receive.1', id, { unit, fields: { subject, organName: 'Sở Nông nghiệp và Môi trường' }, files: [{ name: `${name}.pdf`, media: 'application/pdf', sha256 }] });
      await at('commune-clerk', `/van-ban-den/${id}`);
      return laptop.document(id);
    };

    await test.step('as it was signed: two good signatures with the time of the authority', async () => {
      await enter('nguyen-ban', whole);
      await expect(bar(page)).toContainText('Chữ ký hợp lệ', { timeout: 30_000 });
      await expect(bar(page)).toContainText('2 chữ ký');
      await shot(page, 'tampered-whole');
    });

    await test.step('spoiled with an editor, entered by the form: what, where, and that it is not valid', async () => {
      const [first] = spoiled as [typeof spoiled[number]];
      const doc = await enter(first.name, first.how(shop, whole));
      await expect(bar(page)).toContainText('Chữ ký không hợp lệ', { timeout: 30_000 });
      await expect(bar(page)).toContainText('Nội dung trang 2 đã bị sửa sau khi ký');
      await checkAccess(page);
      await shot(page, 'tampered-bar');
      await bar(page).getByRole('button', { name: /Chi tiết/ }).click();
      const card = drawer(page).getByRole('article').first();
      await expect(card).toContainText('Không còn nguyên vẹn');
      await expect(card.getByRole('list', { name: 'Thay đổi sau khi ký' }).getByRole('listitem').filter({ hasText: 'nội dung trang 2 bị sửa' })).toContainText('Không được phép');
      await checkAccess(page);
      await shot(page, 'tampered-panel');

      const kept = async (form: 'PDF' | 'JSON') => {
        const [download] = await Promise.all([page.waitForEvent('download'), drawer(page).getByRole('link', { name: `Lưu báo cáo (${form})` }).click()]);
        expect(download.suggestedFilename()).toBe(`${first.name} - chữ ký.${form.toLowerCase()}`);
        return readFile(await download.path());
      };
      const json = JSON.parse((await kept('JSON')).toString('utf8')) as SignatureReport & { sha256: string; judged: string; trust: { roots: unknown[] } };
      expect([json.indication, json.file, json.sha256, json.trust.roots.length]).toEqual(['TOTAL-FAILED', `${first.name}.pdf`, doc.files[0]?.sha256, 1]);
      const text = shop.text(await kept('PDF'));
      for (const said of await card.locator('p, dt').allTextContents()) expect(text).toContain(said);
      expect(text).toContain('nội dung trang 2 bị sửa – Không được phép');
      expect(text).toContain('theo dấu thời gian của');
      await drawer(page).getByRole('button', { name: 'Đóng' }).click();

      // The server comes to the same answer on arrival, and lists tell it.
      await laptop.until(doc.subject, (now) => now.files[0]?.verdict?.indication === 'TOTAL-FAILED', 'judged by the server');
    });

    for (const { name, how, says, change } of spoiled.slice(1)) {
      await test.step(name, async () => {
        const file = how(shop, whole);
        expect(shop.verify(file, join(folder, 'server', 'trust')).indication).toBe('TOTAL-FAILED');
        await receive(name, file);
        await expect(bar(page)).toContainText('Chữ ký không hợp lệ', { timeout: 30_000 });
        await expect(bar(page).locator('bdi')).toHaveText(says);
        await bar(page).getByRole('button', { name: /Chi tiết/ }).click();
        if (change) await expect(drawer(page).getByRole('listitem').filter({ hasText: change }).first()).toContainText('Không được phép');
        await shot(page, `tampered-${name}`);
      });
    }
  } finally {
    shop.close();
  }
});
