/**
 * The province as a visitor first sees it: every screen on real laptops is
 * accessible, and the chairman's desk begins with what cannot wait.
 */
import { checkAccess, expect, shot, test } from './province';

const screens = [
  ['chairman', '/ban-lam-viec'], ['commune-clerk', '/van-ban-den'], ['commune-clerk', '/van-ban-den/vao-so'], ['department-clerk', '/van-ban-di'],
  ['department-clerk', '/van-ban-di/phat-hanh'], ['officer', '/du-thao'], ['officer', '/du-thao/moi'], ['officer', '/tim-kiem'], ['officer', '/danh-ba'],
  ['chairman', '/mau-chi-dao'], ['chairman', '/cai-dat'],
] as const;

test('every screen is accessible and shows no error', async ({ at }) => {
  test.setTimeout(120_000);
  for (const [who, path] of screens) {
    await test.step(`${who} ${path}`, async () => {
      const page = await at(who, path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.getByText('Màn hình này gặp lỗi')).toHaveCount(0);
      await checkAccess(page);
      await shot(page, `province${path.replaceAll('/', '-')}`);
    });
  }
});

test('the hỏa tốc telegram is on top of the chairman\'s desk, its PDF at hand, and is accessible', async ({ stand, at }) => {
  const page = await at('chairman', '/ban-lam-viec');
  const desk = page.getByRole('listbox', { name: 'Việc đang chờ' });
  await expect(desk.getByRole('option').first()).toContainText('ứng phó mưa lớn, lũ quét');
  const [first] = await stand.laptop('chairman').desk();
  expect(first?.doc.urgency).toBe(3);
  await desk.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-page="1"]')).toContainText('CÔNG ĐIỆN');
  await expect(page.getByRole('tabpanel')).toBeVisible();
  await checkAccess(page);
  await page.keyboard.press('d');
  await expect(page.getByRole('form', { name: 'Ý kiến chỉ đạo' })).toBeVisible();
  await checkAccess(page);
  await shot(page, 'province-directive');
  await page.keyboard.press('Escape');
});
