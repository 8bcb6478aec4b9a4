/**
 * A clerk borrows the book of incoming documents, numbers with the line cut,
 * and the server agrees. Then the administrator recalls it while the laptop is
 * silent: one number is given twice, and nobody's number changes.
 */
import type { BookState, Session } from '../src/lib/api/model';
import type { Laptop } from './kit/stand';
import { farLooks } from './kit/test';
import { checkAccess, expect, shot, test } from './province';

const subjects = ['Về việc nghiệm thu kênh Nà Hỳ', 'Về việc cấp phát giống lúa vụ mùa', 'Về việc lập danh sách hộ nghèo', 'Về việc sửa cầu treo Bản Mạ', 'Về việc tu sửa nhà văn hóa bản'];

async function receives(clerk: Laptop, unit: string, subject: string): Promise<string> {
  const { id } = await clerk.ask<{ id: string }>('POST', '/api/ids');
  await clerk.give('document.receive.1', id, { unit, fields: { subject, organName: 'Sở Nông nghiệp và Môi trường', paper: true } });
  return id;
}

const incoming = async (at: Laptop) => (await at.get<BookState[]>('/api/books')).find((book) => book.direction === 'incoming') as BookState;

test('a borrowed book numbers without a line; two holders raise an alarm and keep their numbers', async ({ stand, at, atServer }) => {
  test.setTimeout(300_000);
  const clerk = stand.laptop('commune-clerk');
  const server = await stand.server('commune-clerk');
  const unit = (await clerk.get<Session>('/api/session')).offices[0]?.id ?? '';
  const ids: string[] = [];
  for (const subject of subjects) ids.push(await receives(clerk, unit, subject));
  await clerk.settled();
  const { id: book, last } = await incoming(server);
  const numberOf = async (where: Laptop, i: number) => (await where.document(ids[i] ?? '')).bookNumber ?? 0;

  const page = await at('commune-clerk', '/so-van-ban');
  const card = page.getByRole('region', { name: /Sổ .*đến/ }).first();
  const register = async (i: number, number: number) => {
    await page.goto(`${clerk.url}/van-ban-den/${ids[i]}`);
    await expect(page.getByRole('heading', { name: subjects[i] })).toBeVisible();
    await page.keyboard.press('v');
    await expect(page.getByRole('form', { name: 'Vào sổ' }).getByRole('button', { name: 'Vào sổ' })).toBeEnabled();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText(`Số đến ${number}`, { exact: true })).toBeVisible();
  };
  const borrow = async () => {
    await page.goto(`${clerk.url}/so-van-ban`);
    await card.getByRole('button', { name: 'Mượn sổ về máy này' }).click();
    await expect(page.getByRole('radio', { name: /Hết hôm nay/ })).toBeChecked();
    await page.keyboard.press('Control+Enter');
    await expect(card.getByText('Máy này đang giữ sổ')).toBeVisible();
  };

  await test.step('the clerk borrows the book and numbers two documents with the line cut', async () => {
    await borrow();
    await expect(card.getByText(String(last), { exact: true })).toBeVisible();
    await checkAccess(page);
    await shot(page, 'book-here');
    await clerk.cut(true);
    await register(0, last + 1);
    await register(1, last + 2);
    await shot(page, 'book-offline');
    await page.goto(`${clerk.url}/van-ban-den`);
    await expect(page.getByText(/^Máy này đang giữ sổ · đến/)).toBeVisible();
    await shot(page, 'book-list');
  });

  await test.step("what is registered at the server's page waits, and says where the book is", async () => {
    await server.give('document.register.1', ids[2] ?? '', { book });
    const desk = await atServer('commune-clerk');
    await desk.goto(`https://${stand.report.server}/van-ban-den/${ids[2]}`);
    await expect(desk.getByText(`Chờ cấp số – sổ đang ở máy của ${clerk.about.name}`)).toBeVisible();
    await shot(desk, 'book-elsewhere');
  });

  await test.step('the line is back: the server agrees, and what waited gets the next number', async () => {
    await clerk.cut(false);
    await expect.poll(() => numberOf(server, 2), { timeout: 30_000 }).toBe(last + 3);
    await clerk.settled();
    for (const where of [clerk, server]) {
      expect(await Promise.all([0, 1, 2].map((i) => numberOf(where, i)))).toEqual([last + 1, last + 2, last + 3]);
    }
    expect((await incoming(server)).last).toBe(last + 3);
    await page.goto(`${clerk.url}/so-van-ban`);
    await card.getByRole('button', { name: 'Trả sổ' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Trả sổ' }).click();
    await expect(card.getByText('Máy chủ tỉnh cấp số').first()).toBeVisible();
    await expect.poll(async () => (await incoming(server)).holder).toBe('server');
  });

  await test.step('the administrator recalls it from a silent machine, and a number is given twice', async () => {
    await borrow();
    await expect.poll(async () => (await incoming(server)).holder).toBe('other');
    await clerk.cut(true);
    await register(3, last + 4);
    const desk = await atServer('admin');
    await desk.goto(`https://${stand.report.server}/so-van-ban`);
    const away = desk.getByRole('region', { name: /Sổ .*đến/ }).first();
    await away.getByRole('button', { name: 'Thu hồi sổ' }).click();
    await desk.getByLabel('Lý do thu hồi').fill('Máy văn thư bị thất lạc');
    await shot(desk, 'book-recall');
    await desk.getByRole('dialog').getByRole('button', { name: 'Thu hồi sổ' }).click();
    await expect(away.getByText('Máy chủ tỉnh cấp số').first()).toBeVisible();
    await server.give('document.register.1', ids[4] ?? '', { book });
    expect(await numberOf(server, 4)).toBe(last + 4);
    await clerk.cut(false);
    await expect.poll(() => numberOf(server, 3), { timeout: 30_000 }).toBe(last + 4);
  });

  await test.step('both documents stand side by side; one carries a note, the numbers stay', async () => {
    await page.goto(`${clerk.url}/so-van-ban`);
    const alarm = page.getByRole('region', { name: `Trùng số ${last + 4}: hai nơi cùng giữ sổ` });
    await expect(alarm.getByRole('link')).toHaveCount(2);
    await alarm.getByRole('radio').first().check();
    for (const [i, look] of farLooks.entries()) {
      await page.emulateMedia({ colorScheme: look.colorScheme });
      await page.setViewportSize(look.viewport);
      await alarm.getByRole('button').scrollIntoViewIfNeeded();
      const { scroll, width } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, width: document.documentElement.clientWidth }));
      expect(scroll, look.name).toBe(width);
      if (i > 0) await checkAccess(page); // the first look is that of the other steps
      await shot(page, `book-alarm-${look.name}`);
    }
    await alarm.getByRole('button', { name: 'Ghi chú và kết thúc cảnh báo' }).click();
    await expect(alarm).toBeHidden();
    await clerk.settled();
    expect(await Promise.all([3, 4].map((i) => numberOf(server, i)))).toEqual([last + 4, last + 4]);
    expect((await server.document(ids[3] ?? '')).bookNote).toContain(`Trùng số ${last + 4}`);
  });
});
