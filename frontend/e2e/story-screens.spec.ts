/** Every screen over the real backend: fit for everybody, and nothing sticks out of a small screen. */
import type { Page } from '@playwright/test';
import { seen } from './kit/test';
import { expect, test } from './province';

test('every screen at work', async ({ stand, at }) => {
  const chairman = await at('chairman');
  const clerk = await at('commune-clerk');
  const see = async (page: Page, name: string) => {
    await expect(page.locator('[data-loading]')).toHaveCount(0);
    await seen(page, `real-${name}`, async (look) => {
      const { scroll, width } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, width: document.documentElement.clientWidth }));
      expect(scroll, `${name} is wider than the screen, ${look.name}`).toBeLessThanOrEqual(width);
    });
  };

  await at('chairman', '/ban-lam-viec');
  await expect(chairman.getByRole('option').first()).toBeVisible();
  await see(chairman, 'desk');
  const item = (await stand.laptop('chairman').desk()).find(({ queue, doc }) => queue === 'direct' && doc.files > 0);
  await at('chairman', `/van-ban-den/${item?.doc.id}`);
  await expect(chairman.locator('[data-page="1"] canvas')).toBeVisible();
  await see(chairman, 'document');
  await chairman.keyboard.press('d');
  await expect(chairman.getByRole('form', { name: 'Ý kiến chỉ đạo' })).toBeVisible();
  await see(chairman, 'directive');
  await chairman.keyboard.press('Escape');
  for (const [number, name] of [['2', 'fields'], ['3', 'files']] as const) {
    await chairman.keyboard.press(number);
    await expect(chairman.getByRole('tabpanel')).toBeVisible();
    await see(chairman, `document-${name}`);
  }
  for (const [path, name] of [['/du-thao', 'drafts'], ['/mau-chi-dao', 'templates'], ['/tim-kiem?q=mua', 'search'], ['/danh-ba', 'directory'], ['/cai-dat', 'settings']] as const) {
    await at('chairman', path);
    await expect(chairman.getByRole('heading').first()).toBeVisible();
    await see(chairman, name);
  }

  await at('commune-clerk', '/van-ban-den');
  await expect(clerk.getByRole('row').nth(1)).toBeVisible();
  await see(clerk, 'incoming');
  await clerk.keyboard.press('2');
  await expect(clerk.getByRole('row').nth(1)).toBeVisible();
  await see(clerk, 'incoming-register');
  await at('commune-clerk', '/van-ban-den/vao-so');
  await expect(clerk.getByRole('form')).toBeVisible();
  await see(clerk, 'entry');
  await at('commune-clerk', '/van-ban-di');
  await expect(clerk.getByRole('row').nth(1)).toBeVisible();
  await see(clerk, 'outgoing');
  await clerk.keyboard.press('Enter');
  await expect(clerk.getByRole('heading', { level: 1 })).toBeVisible();
  await clerk.keyboard.press('3');
  await expect(clerk.getByRole('grid')).toBeVisible();
  await see(clerk, 'recipients');
  await at('commune-clerk', '/van-ban-di/phat-hanh');
  await expect(clerk.getByRole('form')).toBeVisible();
  await see(clerk, 'send');
  await at('commune-clerk', '/du-thao/moi');
  await expect(clerk.getByRole('form')).toBeVisible();
  await see(clerk, 'draft');
  await clerk.keyboard.press('g');
  await clerk.keyboard.press('s');
  await expect(clerk.getByRole('dialog', { name: 'Tình trạng đồng bộ' })).toBeVisible();
  await see(clerk, 'sync');
});
