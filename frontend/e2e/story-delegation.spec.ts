/**
 * The chairman lends his powers from his laptop; the deputy, in a browser at
 * the server, directs in his name until they are taken back. An officer fills
 * in what the archive will ask for.
 */
import { checkAccess, expect, shot, test } from './province';

const words = 'Giao Phòng Kinh tế tham mưu, báo cáo trước ngày 30.';

test('powers are lent, used in the other one\'s name, and taken back', async ({ stand, at, atServer }) => {
  test.setTimeout(150_000);
  const laptop = stand.laptop('chairman');
  const [chairman, deputy, officer] = ['chairman', 'deputy', 'officer'].map((key) => stand.account(key).name) as [string, string, string];
  const waiting = (await laptop.desk()).find((item) => item.queue === 'direct');
  const subject = waiting?.doc.subject ?? 'none waits';

  const page = await at('chairman', '/cai-dat');
  await test.step('the chairman lends them', async () => {
    await page.getByRole('button', { name: 'Ủy quyền cho người khác' }).click();
    const form = page.getByRole('form', { name: 'Ủy quyền cho người khác' });
    await form.getByRole('combobox', { name: 'Người được ủy quyền' }).fill(deputy);
    await page.getByRole('option', { name: deputy }).click();
    await form.getByRole('textbox', { name: 'Đến hết ngày' }).fill('+5');
    await form.getByLabel('Văn bản ủy quyền số').fill('07/GUQ-UBND');
    await checkAccess(page);
    await shot(page, 'delegation-lend');
    await form.getByRole('button', { name: 'Ủy quyền', exact: true }).click();
    await expect(form).toBeHidden();
    const given = page.getByRole('list', { name: 'Tôi ủy quyền' });
    await expect(given.getByText('văn bản số 07/GUQ-UBND')).toBeVisible();
    await given.scrollIntoViewIfNeeded();
    await page.emulateMedia({ colorScheme: 'dark' });
    await checkAccess(page);
    await shot(page, 'delegation-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await laptop.settled();
  });

  const browser = await atServer('deputy');
  await test.step('the deputy directs in the chairman\'s name', async () => {
    await browser.getByRole('button', { name: /Tài khoản của/ }).click();
    await browser.getByRole('menuitemradio', { name: `Làm thay: ${chairman}` }).click();
    await expect(browser.getByRole('status').filter({ hasText: `Đang làm thay ${chairman}` })).toBeVisible();
    await browser.keyboard.press('Escape');
    await browser.goto(`https://${stand.report.server}/van-ban-den/${waiting?.doc.id}`);
    await expect(browser.getByRole('heading', { name: subject })).toBeVisible();
    await browser.keyboard.press('d');
    const form = browser.getByRole('form', { name: 'Ý kiến chỉ đạo' });
    await form.getByLabel('Nội dung chỉ đạo').fill(words);
    await form.getByRole('combobox', { name: 'Người, đơn vị nhận' }).fill(officer);
    await browser.keyboard.press('Enter');
    await shot(browser, 'delegation-direct');
    await browser.keyboard.press('Control+Enter');
    await expect(form).toBeHidden();
    await expect(browser.getByRole('article').filter({ hasText: words })).toContainText(chairman);
    await shot(browser, 'delegation-directed');
    const doc = await laptop.until(subject, (now) => now.directives.some((directive) => directive.text === words), 'sees what was directed in his name');
    const directive = doc.directives.find((one) => one.text === words);
    expect([directive?.by.name, directive?.onBehalf?.name]).toEqual([deputy, chairman]);
  });

  await test.step('taken back, they end at once', async () => {
    await page.getByRole('list', { name: 'Tôi ủy quyền' }).getByRole('listitem').filter({ hasText: '07/GUQ-UBND' }).getByRole('button', { name: /Thu hồi/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Thu hồi' }).click();
    await laptop.settled();
    await expect(browser.getByText(`Đang làm thay ${chairman}`)).toHaveCount(0);
  });
});

test('the fields of filing are entered with a draft and shown with it', async ({ stand, at }) => {
  const laptop = stand.laptop('officer');
  const { id } = await laptop.ask<{ id: string }>('POST', '/api/ids');
  const { unit } = await laptop.session();
  await laptop.give('document.draft.1', id, { unit: unit?.id, fields: { type: 'BC', subject: 'Báo cáo công tác lưu trữ quý IV' } });
  const page = await at('officer', `/du-thao/${id}`);
  await expect(page.getByRole('heading', { name: 'Báo cáo công tác lưu trữ quý IV' })).toBeVisible();
  await page.keyboard.press('e');
  const form = page.getByRole('form', { name: 'Sửa dự thảo' });
  await form.getByText('Thông tin thêm').click();
  await form.getByLabel('Số và ký hiệu hồ sơ').fill('15.VP');
  await form.getByLabel('Thời hạn bảo quản').fill('70 năm');
  await checkAccess(page);
  await shot(page, 'filing-form');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('tab', { name: 'Thông tin' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Thông tin' })).toContainText('15.VP');
  await shot(page, 'filing-shown');
});
