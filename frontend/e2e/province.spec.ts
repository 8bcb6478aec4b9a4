/** The province as a visitor first sees it: the chairman's desk begins with what cannot wait. */
import { checkAccess, expect, shot, test } from './province';

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
