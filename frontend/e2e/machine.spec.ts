import { fakeApi } from './kit/api';
import { calm, session } from './kit/fixtures';
import { expect, seen, test } from './kit/test';

const repair = { at: Date.now() - 600_000, waiting: 4, unread: 2, whole: false, folder: '/home/lan/.local/share/khonggiay/damaged' };

test("what has happened to this machine's disk", async ({ page, product }) => {
  const api = await fakeApi(page, { sync: { ...calm, trouble: 'storage.full', repair } });
  await page.goto(`${product.url}/tim-kiem`);
  await expect(page.getByRole('alert').filter({ hasText: 'đã đầy' })).toBeVisible();
  await expect(page.getByRole('region', { name: /đã hỏng và được sửa/ })).toContainText('2 việc chưa gửi không đọc lại được');
  await expect(page.getByRole('button', { name: 'Đã đọc' })).toBeVisible();
  await seen(page, 'machine');

  await page.goto(`${product.url}/du-thao/moi`);
  const subject = page.getByLabel('Trích yếu');
  await subject.fill('V/v đang viết dở');
  api.session = { ...session, person: undefined, problem: 'storage.repairing' };
  api.tell('session');
  const repairing = page.getByRole('dialog', { name: 'Máy đang tự sửa dữ liệu' });
  await expect(repairing).toContainText('việc chưa gửi được giữ nguyên');
  await page.keyboard.press('Escape');
  await expect(repairing).toBeVisible();
  await seen(page, 'repairing');
  api.session = session;
  api.tell('session');
  await expect(repairing).toHaveCount(0);
  await expect(subject).toHaveValue('V/v đang viết dở');

  api.session = { ...session, problem: 'storage.damaged' };
  await page.goto(product.url);
  await expect(page.getByText('Hãy báo quản trị viên thay ổ đĩa')).toBeVisible();
  await seen(page, 'damaged');
});
