import { fakeApi } from './kit/api';
import { expect, seen, test } from './kit/test';

const closed = {
  id: 'xa.den', unit: { id: 'xa', name: 'UBND xã Đồng Tâm' }, direction: 'incoming', name: 'Sổ văn bản đến', version: 4, year: 2026, last: 127,
  holder: 'server', waiting: 3, may: ['lend', 'reconcile', 'open'], holds: [], spent: [], alarms: [],
  closed: { since: Date.UTC(2026, 2, 2, 3), year: 2026, last: 127, back: 5 },
};

test('a book that stands still after a restore is opened by its clerk', async ({ page, product }) => {
  const api = await fakeApi(page);
  api.answers.set('GET /api/books', { body: [closed] });
  api.answers.set('POST /api/commands', { body: { id: 1, status: 'pending' } });

  await page.goto(`${product.url}/van-ban-den`);
  const notice = page.getByRole('status').filter({ hasText: 'Sổ văn bản đến đang đóng sau khi phục hồi máy chủ' });
  await expect(notice).toBeVisible();
  await seen(page, 'closed-list');

  await notice.getByRole('button', { name: 'Xác nhận số cuối cùng' }).click();
  const last = page.getByLabel('Số cuối cùng đã cấp năm 2026');
  await expect(last).toBeFocused();
  await expect(last).toHaveValue('127');
  await last.fill('120');
  await expect(page.getByText('Không thể thấp hơn 127')).toBeVisible();
  await last.fill('130');
  await expect(page.getByText('Số 128–130 (3 số)')).toBeVisible();
  await expect(page.getByText('Văn bản tiếp theo mang số 131')).toBeVisible();
  await seen(page, 'closed-open');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(api.given.find(({ path }) => path === '/api/commands')?.body).toMatchObject({ name: 'book.open.1', args: { year: 2026, last: 130 } });

  await page.goto(`${product.url}/so-van-ban`);
  await expect(page.getByText('Đang đóng, chờ xác nhận số cuối cùng')).toBeVisible();
  await seen(page, 'closed-books');
});
