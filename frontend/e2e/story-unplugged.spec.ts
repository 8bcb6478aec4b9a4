/** The plug is pulled while a directive waits to go up: it is there afterwards, and goes up once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programs, start, stop } from './kit/stand';
import { expect, shot, test } from './province';

const words = 'Trực 24/24 giờ, báo cáo trước 17 giờ hằng ngày.';

test('a laptop is killed with a directive waiting; it wakes with it, offline, and sends it once', async ({ page }) => {
  test.setTimeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'kg-'));
  let { stand, child } = await start(folder);
  const { about } = stand.laptop('chairman');
  const item = (await stand.laptop('chairman').desk()).find(({ queue }) => queue === 'direct');
  const { id = '', subject = '' } = item?.doc ?? {};

  await stand.open(page, 'chairman', `/van-ban-den/${id}`);
  await page.getByRole('button', { name: 'Cắt mạng' }).click();
  await expect(page.getByRole('button', { name: 'Mất kết nối', exact: true })).toBeVisible();
  await page.keyboard.press('d');
  const form = page.getByRole('form', { name: 'Ý kiến chỉ đạo' });
  await form.getByLabel('Nội dung chỉ đạo').fill(words);
  await form.getByRole('combobox', { name: 'Người, đơn vị nhận' }).fill(stand.laptop('officer').about.name);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('button', { name: 'Mất kết nối · 1 việc chờ gửi' })).toBeVisible();

  const over = once(child, 'close');
  process.kill(about.pid ?? 0, 'SIGKILL');
  await over; // the others end with it, the server too

  const alone = spawn(join(programs, 'khonggiay'), [
    '--data', join(folder, 'laptops', 'chairman'), '--listen', new URL(about.url).host, '--demo', join(folder, 'laptops', 'chairman.json'), '--browser', '--quiet',
  ], { stdio: 'ignore' });
  const gone = once(alone, 'close');
  await expect(async () => void await page.goto(about.link)).toPass();
  await expect(page.getByRole('button', { name: 'Mất kết nối · 1 việc chờ gửi' })).toBeVisible();
  await page.goto(`${about.url}/van-ban-den/${id}`);
  await expect(page.getByRole('article').filter({ hasText: words }).getByText('Chờ gửi')).toBeVisible();
  await expect(page.locator('[data-page="1"] canvas')).toBeVisible();
  await shot(page, 'unplugged');
  alone.kill('SIGTERM');
  await gone;

  ({ stand, child } = await start(folder));
  const chairman = stand.laptop('chairman');
  await chairman.settled();
  const given = await chairman.document(id);
  const seen = await stand.laptop('officer').until(subject, (doc) => doc.directives.length > 0, 'has the directive');
  const server = await (await stand.server('chairman')).document(id);
  for (const doc of [given, seen, server]) {
    expect(doc.history.filter((step) => step.name === 'document.direct')).toHaveLength(1);
    expect(doc.directives.map((directive) => [directive.text, Boolean(directive.pending)])).toEqual([[words, false]]);
  }
  await stop(child);
  rmSync(folder, { recursive: true });
});
