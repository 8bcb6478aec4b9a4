/** Finding and arranging: search, lists by keys, directory, templates, settings. */
import { expect, shot, test } from './province';

test('search answers while typing, with accents or none, đ as d', async ({ stand, at }) => {
  const page = await at('chairman');
  const field = page.getByRole('textbox', { name: 'Tìm văn bản' }).first();
  const rows = page.getByRole('grid').getByRole('row');
  const { items } = await stand.laptop('chairman').search('đầu tư');
  expect(items.length).toBeGreaterThan(0);
  const subjects: string[][] = [];
  for (const words of ['đầu tư', 'dau tu', 'DAU TU']) {
    await page.keyboard.press('/');
    await expect(field).toBeFocused();
    await field.fill('');
    await page.keyboard.type(words);
    await expect(page).toHaveURL(new RegExp(`q=${encodeURIComponent(words).replaceAll('%20', '(%20|\\+)')}`));
    await expect(rows.nth(1).locator('mark').first()).toHaveText(/đầu/i);
    await expect(rows).toHaveCount(items.length + 1);
    subjects.push(await rows.allTextContents());
    await field.press('Escape');
  }
  expect(subjects[1]).toEqual(subjects[0]);
  expect(subjects[2]).toEqual(subjects[0]);
  await shot(page, 'search-real');
  await page.keyboard.press('/');
  await page.keyboard.type('zzqq không có');
  await expect(page.getByText('Không tìm thấy văn bản nào')).toBeVisible();
});

test('the lists by keys: tabs, rows, a document, the next one, and back to the same place', async ({ at }) => {
  const page = await at('chairman', '/van-ban-den');
  const grid = page.getByRole('grid', { name: 'Văn bản đến' });
  const tab = page.getByRole('tab', { selected: true });
  await expect(tab).toBeVisible();
  await tab.focus();
  await page.keyboard.press('Home');
  const names = await page.getByRole('tab').evaluateAll((all) => all.map((one) => one.textContent));
  for (const name of [...names.slice(1), names[0]]) { // round the end, over lists with and without rows
    await page.keyboard.press('ArrowRight');
    await expect(tab).toHaveText(name ?? '');
    await expect(page.locator('[data-loading], [aria-busy]')).toHaveCount(0);
    await expect(tab).toBeFocused();
  }
  await tab.blur();
  await page.keyboard.press('7');
  await expect(page.getByRole('tab', { name: 'Tất cả' })).toHaveAttribute('aria-selected', 'true');
  await expect(grid).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const third = grid.getByRole('row', { selected: true });
  await expect(third).toHaveAttribute('aria-rowindex', '4');
  await page.keyboard.press('Enter');
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toBeVisible();
  const before = await title.textContent();
  await page.keyboard.press(']');
  await expect(title).not.toHaveText(before ?? '');
  await page.keyboard.press('[');
  await expect(title).toHaveText(before ?? '');
  await page.keyboard.press('2');
  await expect(page.getByRole('tab', { name: 'Thông tin' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/van-ban-den\?nhom=all/);
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect(page.getByRole('heading', { name: 'Văn bản đi' })).toBeVisible();
});

test('the directory finds people without accents', async ({ stand, at }) => {
  const page = await at('officer', '/danh-ba');
  const { name } = stand.laptop('chairman').about;
  await page.getByLabel('Tìm người hoặc đơn vị').fill(name.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase());
  await page.getByRole('row', { name }).click();
  await expect(page.getByRole('article')).toContainText('Chủ tịch');
  await shot(page, 'directory-real');
});

test('a ready text is kept and used by its number', async ({ stand, at }) => {
  const text = 'Kính chuyển đồng chí nghiên cứu, tham mưu.';
  const page = await at('chairman', '/mau-chi-dao');
  await expect(page.getByRole('heading', { name: 'Mẫu ý kiến chỉ đạo' })).toBeVisible();
  await page.keyboard.press('c');
  await page.keyboard.press('m');
  await page.getByLabel('Nội dung chỉ đạo').fill(text);
  await page.getByLabel('Thời hạn (ngày làm việc)').fill('5');
  await page.keyboard.press('Control+Enter');
  const kept = page.getByRole('listitem').filter({ hasText: text });
  await expect(kept).toBeVisible();
  await shot(page, 'templates');
  const number = await kept.locator('kbd').textContent();
  const item = (await stand.laptop('chairman').desk()).find(({ queue }) => queue === 'direct');
  await at('chairman', `/van-ban-den/${item?.doc.id}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('d');
  await expect(page.getByRole('form', { name: 'Ý kiến chỉ đạo' }).getByRole('button', { name: text })).toBeVisible();
  await page.keyboard.press(number ?? '');
  await expect(page.getByLabel('Nội dung chỉ đạo')).toHaveValue(text);
  await expect(page.getByLabel('Thời hạn')).not.toHaveValue('');
  await page.keyboard.press('Escape');
});

test('English everywhere: no key and no Vietnamese word of the interface is left', async ({ stand, at }) => {
  const page = await at('chairman', '/cai-dat');
  await page.getByText('English', { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  const item = (await stand.laptop('chairman').desk()).find(({ queue }) => queue === 'direct');
  const places = ['/ban-lam-viec', '/van-ban-den', '/van-ban-di', '/du-thao', '/du-thao/moi', '/van-ban-den/vao-so', '/van-ban-di/phat-hanh',
    '/tim-kiem', '/danh-ba', '/mau-chi-dao', '/cai-dat', `/van-ban-den/${item?.doc.id}`];
  for (const place of places) {
    await at('chairman', place);
    await expect(page.getByRole('heading').first()).toBeVisible();
    const text = await page.locator('body').innerText();
    expect(text.match(/\b[a-z]+(?:_[a-z]+)*(?:\.[a-z0-9_]+)+\b/g)?.filter((word) => !/\.(vn|pdf|p12|example)$/.test(word)) ?? [], place).toEqual([]);
    const words = await page.locator('button, label, th, [role=tab], [role=columnheader], h1').allInnerTexts();
    const foreign = words.filter((word) => /\b(Văn bản|Trích yếu|Tất cả|Lưu|Thêm|Chờ|Số đến|Độ khẩn|Trạng thái)\b/.test(word));
    if (!place.includes(item?.doc.id ?? '-')) expect(foreign, place).toEqual([]);
  }
  await shot(page, 'document-en');
  await at('chairman', '/cai-dat');
  await page.getByText('Tiếng Việt', { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'vi');
});
