/**
 * One draft changed in two places at once: on a laptop without a line and in a
 * browser at the server. Both texts stay readable; one click decides.
 */
import { checkAccess, expect, shot, test } from './province';

const subject = 'Tờ trình xin điều chỉnh quy hoạch chợ xã';
const mine = 'Tờ trình đề nghị điều chỉnh quy hoạch chợ trung tâm xã';
const theirs = 'Tờ trình xin điều chỉnh cục bộ quy hoạch chợ xã';

test('a draft changed in two places: both texts side by side, and one click decides', async ({ stand, at, atServer }) => {
  const laptop = stand.laptop('officer');
  const { id } = await laptop.ask<{ id: string }>('POST', '/api/ids');
  const { unit } = await laptop.session();
  await laptop.give('document.draft.1', id, { unit: unit?.id, fields: { type: 'TTr', subject } });
  await laptop.settled();
  const page = await at('officer', `/du-thao/${id}`);
  const server = await atServer('officer');
  const open = async (where: typeof page, url: string, title: string) => {
    await where.goto(url);
    await expect(where.getByRole('heading', { name: title, exact: true })).toBeVisible();
    await where.keyboard.press('e');
    return where.getByRole('form', { name: 'Sửa dự thảo' });
  };

  await test.step('without a line the laptop changes what the browser has changed', async () => {
    await page.getByRole('button', { name: 'Cắt mạng' }).click();
    await expect(page.getByRole('button', { name: 'Mất kết nối', exact: true })).toBeVisible();
    const form = await open(server, `https://${stand.report.server}/du-thao/${id}`, subject);
    await form.getByLabel('Trích yếu').fill(theirs);
    await server.keyboard.press('Control+Enter');
    await expect(server.getByRole('heading', { name: theirs })).toBeVisible();

    const own = await open(page, `${laptop.url}/du-thao/${id}`, subject);
    await own.getByLabel('Trích yếu').fill(mine);
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('heading', { name: mine })).toBeVisible();
    await page.getByRole('button', { name: 'Nối mạng' }).click();
  });

  await test.step('the refusal shows both, and mine is kept by one click', async () => {
    await page.getByRole('button', { name: 'Có 1 việc bị từ chối' }).click();
    const panel = page.getByRole('dialog', { name: 'Tình trạng đồng bộ' });
    const conflict = panel.getByRole('alert', { name: 'Có người vừa sửa cùng nội dung' });
    await expect(conflict).toContainText(mine);
    await expect(conflict).toContainText(theirs);
    await checkAccess(page);
    await shot(page, 'conflict-panel');
    await conflict.getByRole('button', { name: 'Giữ bản của tôi' }).click();
    await expect(conflict).toBeHidden();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('heading', { name: mine })).toBeVisible();
    await laptop.settled();
    expect((await laptop.sync()).refusedCount).toBe(0);
    await expect(server.getByRole('heading', { name: mine })).toBeVisible();
  });

  await test.step('in the form itself, the other one is taken by one click', async () => {
    const form = await open(server, `https://${stand.report.server}/du-thao/${id}`, mine);
    await form.getByLabel('Trích yếu').fill(theirs);
    const doc = await laptop.document(id);
    const last = `${mine} (bản cuối)`;
    await laptop.give('document.edit.1', id, { set: { subject: last }, old: { subject: mine } }, doc.version);
    await laptop.settled();
    await server.keyboard.press('Control+Enter');
    const conflict = server.getByRole('alert', { name: 'Có người vừa sửa cùng nội dung' });
    await expect(conflict).toContainText(last);
    await expect(conflict).toContainText(theirs);
    await checkAccess(server);
    await shot(server, 'conflict-form');
    await conflict.getByRole('button', { name: 'Lấy bản vừa sửa' }).click();
    await expect(server.getByRole('heading', { name: last })).toBeVisible();
  });
});
