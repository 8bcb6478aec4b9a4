import type { DocRow } from '../src/lib/api/model';
import { fakeApi } from './kit/api';
import { makeRows } from './kit/fixtures';
import { expect, test } from './kit/test';

const count = 50_000;

test('50,000 incoming documents: loaded while one goes down, few of them in the page', async ({ page, product }) => {
  test.setTimeout(120_000);
  await fakeApi(page);
  const [pattern] = makeRows(1) as [DocRow];
  let given = 0;
  await page.route(/\/api\/documents\?/, (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get('after') ?? 0);
    given = Math.min(count, from + 1000); // larger pages than asked for, to be there sooner
    const items = Array.from({ length: given - from }, (_, i): DocRow => ({ ...pattern, id: `d${from + i}`, symbol: `${from + i + 1}/CV-UBND`, unread: false }));
    return route.fulfill({ json: { items, total: 1000, totalCapped: true, next: given < count ? String(given) : undefined } });
  });
  await page.goto(`${product.url}/van-ban-den?nhom=all`);
  const grid = page.getByRole('grid', { name: 'Văn bản đến' });
  const rows = grid.getByRole('row');
  await expect(grid).toBeFocused();
  await expect(page.getByText('1.000+ văn bản')).toBeVisible();

  // End, again and again, as somebody does who wants the very last one.
  let most = 0;
  await expect.poll(async () => {
    await page.keyboard.press('End');
    most = Math.max(most, await rows.count());
    return given;
  }, { intervals: [20], timeout: 100_000 }).toBe(count);
  await expect(grid).toHaveAttribute('aria-rowcount', String(count + 1));
  await page.keyboard.press('End');
  const active = grid.getByRole('row', { selected: true });
  await expect(active).toHaveAttribute('aria-rowindex', String(count + 1));
  await expect(active).toContainText(`${count}/CV-UBND`);
  await page.keyboard.press('Home');
  await expect(active).toContainText('1/CV-UBND');
  await expect(active).toHaveAttribute('aria-rowindex', '2');
  expect(Math.max(most, await rows.count())).toBeLessThan(80);
});
