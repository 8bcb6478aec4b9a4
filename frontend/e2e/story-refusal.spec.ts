/**
 * Two people decide about one document while the line is down. The second
 * learns why he was refused, keeps his words, and tries again or lets go.
 */
import { expect, shot, test } from './province';

const words = 'Gửi nhầm nơi nhận, nội dung thuộc xã khác.';

test('what the server refuses is shown with its reason and its words kept', async ({ stand, at }) => {
  const [clerk, department] = [stand.laptop('commune-clerk'), stand.laptop('department-clerk')];
  const waiting = (await clerk.desk()).find((item) => item.queue === 'accept' && item.doc.organName?.startsWith('Sở'));
  const subject = waiting?.doc.subject ?? 'none waits';

  const offline = await at('commune-clerk');
  await offline.getByRole('button', { name: 'Cắt mạng' }).click();
  await expect(offline.getByRole('button', { name: 'Mất kết nối', exact: true })).toBeVisible();

  await test.step('the sender takes the document back', async () => {
    const source = await department.until(subject, (doc) => doc.direction === 'outgoing', 'sent it');
    const page = await at('department-clerk', `/van-ban-di/${source.id}`);
    await page.getByRole('button', { name: 'Khác' }).click();
    await page.getByRole('menuitem', { name: 'Thu hồi' }).click();
    await page.getByLabel('Lý do thu hồi').fill('Gửi thay bằng văn bản khác.');
    await page.getByRole('form', { name: 'Thu hồi' }).getByRole('button', { name: 'Thu hồi' }).click();
    await expect(page.getByText('Đã thu hồi').first()).toBeVisible();
    await department.settled();
  });

  await test.step('the recipient, who cannot know, returns it in his own words', async () => {
    const page = await at('commune-clerk', `/van-ban-den/${waiting?.doc.id}`);
    await expect(page.getByRole('heading', { name: subject })).toBeVisible();
    await page.keyboard.press('x');
    await page.getByLabel('Lý do trả lại').fill(words);
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('button', { name: 'Mất kết nối · 1 việc chờ gửi' })).toBeVisible();
    await expect(page.getByLabel('Lý do trả lại')).toBeHidden(); // until then keys are words of his
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    const panel = page.getByRole('dialog', { name: 'Tình trạng đồng bộ' });
    await expect(panel.getByText('Trả lại nơi gửi')).toBeVisible();
    await expect(panel.getByText(subject)).toBeVisible();
    await shot(page, 'panel-waiting');
    await page.keyboard.press('Escape');
    await expect(panel).toBeHidden();
    await page.getByRole('button', { name: 'Nối mạng' }).click();
  });

  await test.step('the refusal: reason, words, try again, let go', async () => {
    const page = await at('commune-clerk');
    await page.getByRole('button', { name: 'Có 1 việc bị từ chối' }).click();
    const panel = page.getByRole('dialog', { name: 'Tình trạng đồng bộ' });
    const refusal = panel.getByRole('article');
    await expect(refusal).toContainText(words);
    await expect(refusal).toContainText(subject);
    await expect(refusal).toContainText('Văn bản đã chuyển bước: Đã bị thu hồi (Hệ thống,');
    await shot(page, 'panel-refused');
    await refusal.getByRole('button', { name: 'Thử lại' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'Đã bị thu hồi' })).toBeVisible();
    expect((await clerk.sync()).refused.map((item) => item.text)).toEqual([words]);
    await expect(refusal).toContainText(words);
    await refusal.getByRole('button', { name: 'Bỏ', exact: true }).click();
    await page.getByRole('dialog', { name: 'Bỏ việc bị từ chối này?' }).getByRole('button', { name: 'Bỏ', exact: true }).click();
    await expect(refusal).toBeHidden();
    await expect(page.getByRole('button', { name: 'Đã kết nối' })).toBeVisible();
    expect((await clerk.sync()).refusedCount).toBe(0);
    expect((await clerk.document(waiting?.doc.id ?? '')).state).toBe('DA_THU_HOI');
  });
});
