import { checkAccess, expect, seen, test } from './kit/test';

test('parts, table and reader look right', async ({ page, gallery }) => {
  for (const part of ['parts', 'table', 'pdf']) {
    await page.goto(`${gallery.url}/${part}`);
    await expect(page.locator(part === 'pdf' ? '[data-page="1"] canvas' : 'main')).toBeVisible();
    if (part === 'table') await expect(page.getByRole('row', { name: /đẩy mạnh/ }).first()).toBeVisible();
    await seen(page, `kit-${part}`);
  }
});

test('50,000 rows: keys, sort and scroll', async ({ page, gallery }) => {
  await page.goto(`${gallery.url}/table`);
  const grid = page.getByRole('grid');
  const output = page.locator('output');
  await expect(grid).toBeFocused();
  await expect(grid).toHaveAttribute('aria-rowcount', '50001');

  const active = async (row: number) => expect(grid).toHaveAttribute('aria-activedescendant', new RegExp(`-${row - 1}$`));
  for (const [key, row] of [['ArrowDown', 2], ['j', 3], ['k', 2]] as const) {
    await page.keyboard.press(key);
    await active(row);
  }
  await page.keyboard.press('Enter');
  await expect(output).toHaveText('r2');
  await page.keyboard.press('End');
  await active(50_000);
  await page.keyboard.press('Enter');
  await expect(output).toHaveText('r50000');
  await page.getByRole('button', { name: 'Số đến' }).click();
  await grid.focus();
  await page.keyboard.press('Home');
  await active(1);
  await page.keyboard.press('Enter');
  await expect(output).toHaveText('r50000');

  // A scroll to anywhere finds the rows that belong there; the last number is on top now.
  for (const index of [300, 7_000, 24_999, 49_980, 12]) {
    await grid.evaluate((box, at) => {
      const height = box.querySelector('[role="row"][aria-selected]')?.getBoundingClientRect().height ?? 0;
      box.scrollTop = at * height - box.clientHeight / 2;
    }, index);
    const row = grid.locator(`[aria-rowindex="${index + 2}"]`);
    await expect(row).toBeInViewport();
    await expect(row).toContainText(String(50_000 - index));
  }
  expect(await page.getByRole('row').count()).toBeLessThan(80);
});

test('the PDF reader: ranges, pages, search without accents, zoom, thumbnails', async ({ page, gallery }) => {
  await page.goto(`${gallery.url}/pdf`);
  const place = page.locator('output');
  const count = page.getByRole('search').getByRole('status');
  await expect(place).toHaveText('1/30');
  await expect(page.locator('[data-page="1"] canvas')).toBeVisible();
  await expect(page.locator('[data-page="1"]')).toContainText('Kế hoạch chuyển đổi số');
  expect(gallery.ranges.get('/sample.pdf')).toBeLessThan(500_000);
  expect(await page.locator('[data-page]').count()).toBeLessThan(6);

  await page.keyboard.press('Control+f');
  await page.keyboard.type('chuyen doi so');
  await expect(count).toHaveText('1/30');
  await page.keyboard.press('Enter');
  await expect(count).toHaveText('2/30');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Shift+Enter');
  await expect(count).toHaveText('30/30');
  await expect(place).toHaveText('30/30');
  await page.keyboard.press('Escape');

  await page.keyboard.press('Home');
  await expect(place).toHaveText('1/30');
  await page.keyboard.press('ArrowRight');
  await expect(place).toHaveText('2/30');
  const before = await page.locator('[data-page="2"]').boundingBox();
  await page.keyboard.press('-');
  await page.keyboard.press('-');
  await expect.poll(async () => (await page.locator('[data-page="2"]').boundingBox())?.width ?? 0).toBeLessThan(before?.width ?? 0);
  await expect(place).toHaveText('2/30');
  await page.getByLabel(/^Trang \d+ trên/).fill('12');
  await page.keyboard.press('Enter');
  await expect(place).toHaveText('12/30');
  await page.getByRole('button', { name: 'Ảnh nhỏ các trang' }).click();
  await page.getByRole('button', { name: 'Trang 11', exact: true }).click();
  await expect(place).toHaveText('11/30');
});

test('a damaged PDF says so', async ({ page, gallery }) => {
  await page.goto(`${gallery.url}/pdf?url=/damaged.pdf`);
  await expect(page.getByText('Tệp PDF bị hỏng')).toBeVisible();
});

test('a day is typed or picked', async ({ page, gallery }) => {
  await page.goto(`${gallery.url}/`);
  const field = page.getByRole('textbox', { name: 'Hạn xử lý' });
  await field.fill('5/8/2027');
  await field.press('Tab');
  await expect(page.getByTestId('day')).toHaveText('2027-08-05');
  await expect(field).toHaveValue('05/08/2027');
  const calendar = page.locator('[data-dates-dropdown]');
  await field.focus();
  await expect(calendar).toBeHidden();
  await field.press('ArrowDown');
  await checkAccess(page);
  await calendar.getByRole('button', { name: 'Tháng sau' }).click();
  await calendar.getByRole('button', { name: '20 tháng 9 2027' }).click();
  await expect(calendar).toBeHidden();
  await expect(field).toHaveValue('20/09/2027');
  await page.getByRole('button', { name: 'Mở lịch' }).click();
  await expect(calendar).toBeVisible();
  await field.press('Escape');
  await expect(calendar).toBeHidden();
  await page.getByRole('button', { name: '3 ngày làm việc', exact: true }).click();
  await expect(page.getByTestId('day')).not.toHaveText('2027-08-05');
});

test('a required reason must be there', async ({ page, gallery }) => {
  await page.goto(`${gallery.url}/`);
  await page.getByRole('button', { name: 'Trả lại…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Trả lại' })).toBeDisabled();
  await dialog.getByLabel('Lý do').fill('Gửi nhầm cơ quan');
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toBeHidden();
});
