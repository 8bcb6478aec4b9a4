/**
 * A draft in its author's own editor: each save becomes a version, with and
 * without a line; LibreOffice makes its PDF; a save that comes too late is kept
 * until he has decided about it.
 */
import type { Page } from '@playwright/test';
import { dirname, join } from 'node:path';
import { makeDocx } from './kit/docx';
import { OpenFile } from './kit/editor';
import { farLooks } from './kit/test';
import { checkAccess, expect, shot, test } from './province';

const subject = 'Tờ trình về việc sửa chữa nhà văn hóa các thôn';
const text = (words: string) => makeDocx(['TỜ TRÌNH', words]);
const bar = (page: Page) => page.getByRole('region', { name: 'Tệp dự thảo' });
const unsent = (page: Page) => page.getByRole('status', { name: /Bản làm việc chưa gửi/ });

/** Looks at what is on the screen once no message is fading over it. */
async function access(page: Page) {
  await expect(page.locator('.mantine-Notification-root')).toHaveCount(0);
  await checkAccess(page);
}

test('a draft is edited in a real editor, becomes a PDF, and loses no save', async ({ stand, at, atServer }) => {
  test.setTimeout(180_000);
  const officer = await at('officer');
  const laptop = stand.laptop('officer');

  await test.step('the draft is written as a Word file', async () => {
    await officer.keyboard.press('c');
    await officer.keyboard.press('t');
    const form = officer.getByRole('form', { name: 'Soạn dự thảo' });
    await form.getByRole('combobox', { name: 'Tên loại' }).fill('to trinh');
    await officer.getByRole('option', { name: 'Tờ trình', exact: true }).click();
    await officer.locator('input[type=file]').setInputFiles({ name: 'Tờ trình nhà văn hóa.docx', mimeType: 'application/octet-stream', buffer: text('Bản đầu tiên') });
    await form.getByLabel('Trích yếu').fill(subject);
    await expect(form.getByRole('button', { name: 'Lưu dự thảo' })).toBeEnabled(); // the file is sealed
    await officer.keyboard.press('Control+Enter');
    await expect(officer.getByRole('heading', { name: subject })).toBeVisible();
    await expect(bar(officer)).toContainText('Bản 1');
  });

  await officer.keyboard.press('f');
  const file = await OpenFile.at(join(dirname(stand.report.data), 'laptops', 'officer'));
  await test.step('each save is a version, with and without a line', async () => {
    expect(file.read()).toEqual(text('Bản đầu tiên'));
    await expect(bar(officer)).toContainText('Đang mở ở máy này');
    file.save(text('Bản thứ hai'));
    await expect(bar(officer)).toContainText('Bản 2');
    await laptop.settled();
    await laptop.cut(true);
    file.save(text('Bản thứ ba, khi mất mạng'));
    await expect(bar(officer)).toContainText('Bản 3');
    await shot(officer, 'working-open');
    await access(officer);
    await laptop.cut(false);
    await laptop.settled();
  });

  await test.step('its PDF, which a later save makes old', async () => {
    await officer.keyboard.press('q');
    await expect(bar(officer).getByText('PDF từ bản 3')).toBeVisible({ timeout: 60_000 });
    await officer.getByRole('tab', { name: /nhà văn hóa\.pdf/ }).click();
    await expect(officer.locator('[data-page="1"]')).toContainText('Bản thứ ba');
    file.save(text('Bản thứ tư'));
    await expect(bar(officer).getByText('PDF từ bản 3, đã cũ')).toBeVisible();
    await shot(officer, 'working-stale');
    await bar(officer).getByRole('button', { name: 'Tạo lại bản PDF' }).click();
    await expect(bar(officer).getByText('PDF từ bản 4')).toBeVisible({ timeout: 60_000 });
    await expect(officer.locator('[data-page="1"]')).toContainText('Bản thứ tư');
  });

  await test.step('the versions, and an older one again', async () => {
    await officer.getByRole('tab', { name: /Tệp/ }).click();
    await officer.getByText(/\d bản cũ/).click();
    await officer.getByRole('button', { name: /^Khôi phục bản 2 của .*docx/ }).click();
    await shot(officer, 'working-restore');
    await officer.getByRole('button', { name: 'Khôi phục bản này' }).last().click();
    await expect(bar(officer)).toContainText('Bản 5');
    await expect(bar(officer)).toContainText('Hãy đóng tệp rồi mở lại');
    await shot(officer, 'working-versions');
    await access(officer);
  });

  await test.step('a save on an older version waits for its author', async () => {
    file.save(text('Sửa trên bản cũ'));
    await expect(unsent(officer)).toContainText('đưa vào bản mới hơn');
    for (const { name, colorScheme, viewport } of farLooks) {
      await officer.emulateMedia({ colorScheme });
      await officer.setViewportSize(viewport);
      await access(officer);
      await shot(officer, `working-unsent-${name}`);
    }
    await officer.emulateMedia({ colorScheme: 'light' });
    await officer.setViewportSize({ width: 1366, height: 768 });
    await unsent(officer).getByRole('button', { name: 'Lưu thành bản mới' }).click();
    await expect(unsent(officer)).toBeHidden();
    await expect(bar(officer)).toContainText('Bản 6');
  });

  await test.step('so does one after the draft was submitted, also on the list', async () => {
    await officer.keyboard.press('r');
    const form = officer.getByRole('form', { name: 'Trình dự thảo' });
    await expect(form.getByRole('alert')).toContainText('Bản PDF được tạo từ bản 4, còn dự thảo đã là bản 6');
    await shot(officer, 'working-stale-submit');
    await form.getByRole('radio', { name: stand.account('head').name }).check();
    await officer.keyboard.press('Control+Enter');
    await expect(officer.getByText('Kiểm tra nội dung').first()).toBeVisible();
    await expect(bar(officer).getByRole('button', { name: 'Mở bằng Word/LibreOffice' })).toBeHidden();
    file.save(text('Sửa sau khi trình'));
    await expect(unsent(officer)).toBeVisible();
    await officer.keyboard.press('Escape');
    await expect(unsent(officer)).toContainText(subject);
    await shot(officer, 'working-unsent-list');
    await access(officer);
    const download = officer.waitForEvent('download');
    await unsent(officer).getByRole('link', { name: 'Lưu ra nơi khác' }).click();
    expect((await download).suggestedFilename()).toBe('Tờ trình nhà văn hóa.docx');
    await unsent(officer).getByRole('button', { name: 'Bỏ' }).click();
    await officer.getByRole('dialog').getByRole('button', { name: 'Bỏ' }).click();
    await expect(unsent(officer)).toBeHidden();
  });

  await test.step('in a browser at the server there is a PDF, and no editor', async () => {
    const desk = await atServer('head');
    await desk.getByRole('listbox', { name: 'Việc đang chờ' }).getByRole('option', { name: subject }).click();
    await expect(bar(desk)).toContainText('Bản 6');
    await expect(bar(desk).getByRole('button', { name: 'Mở bằng Word/LibreOffice' })).toBeHidden();
    await bar(desk).getByRole('button', { name: /PDF/ }).click();
    await expect(bar(desk).getByText('PDF từ bản 6')).toBeVisible({ timeout: 60_000 });
    await expect(desk.locator('[data-page="1"]')).toContainText('Sửa trên bản cũ');
    await shot(desk, 'working-server');
  });
});
