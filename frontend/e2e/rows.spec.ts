import type { DocRow } from '../src/lib/api/model';
import { fakeApi } from './kit/api';
import { makeRows } from './kit/fixtures';
import { expect, test } from './kit/test';

const count = 50_000;

test('50,000 incoming documents: loaded while one goes down, few of them in the page', async ({ page, product }) => {
  test.setTimeout(120_000);
  await fakeApi(page);
  const [pattern] = makeRows(1) as [DocRow];
  await page.route(/\/api\/documents\?/, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const from = Number(query.get('after') ?? 0);
    const to = Math.min(count, from + Number(query.get('limit')));
    const items = Array.from({ length: to - from }, (_, i): DocRow => ({ ...pattern, id: `d${from + i}`, symbol: `${from + i + 1}/CV-UBND`, unread: false }));
    return route.fulfill({ json: { items, total: 1000, totalCapped: true, next: to < count ? String(to) : undefined } });
  });
  await page.goto(`${product.url}/van-ban-den?nhom=all`);
  const grid = page.getByRole('grid', { name: 'Văn bản đến' });
  const rows = grid.getByRole('row');
  await expect(grid).toBeFocused();
  await expect(page.getByText('1.000+ văn bản')).toBeVisible();

  // End, again and again, as somebody does who wants the very last one.
  let most = 0;
  const loaded = async () => Number(await grid.getAttribute('aria-rowcount'));
  while (await loaded() <= count) {
    const before = await loaded();
    await page.keyboard.press('End');
    most = Math.max(most, await rows.count());
    await page.waitForFunction((had) => Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')) > had, Math.max(before, 1001));
  }
  await page.keyboard.press('End');
  await expect(grid.getByRole('row', { name: `${count}/CV-UBND` })).toBeVisible();
  await expect(grid.getByRole('row', { selected: true })).toHaveAttribute('aria-rowindex', String(count + 1));
  await page.keyboard.press('Home');
  await expect(grid.getByRole('row', { name: '1/CV-UBND', exact: false, selected: true })).toBeVisible();
  expect(most).toBeLessThan(80);
  expect(await rows.count()).toBeLessThan(80);
});
