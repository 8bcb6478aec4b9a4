/**
 * A report is signed on the road with a token, numbered and sealed at the office,
 * and found good by its recipient and by pdfsig; what was changed after is named.
 */
import type { Page } from '@playwright/test';
import { dirname, join } from 'node:path';
import { intoToken } from './kit/token';
import { checkAccess, expect, shot, test } from './province';

const toBeSigned = 'Kết quả thực hiện nhiệm vụ Chủ tịch Ủy ban nhân dân tỉnh giao tháng'; // and the month in which it was written
const dialog = (page: Page) => page.getByRole('dialog', { name: /Ký số/ });
const pinField = (page: Page) => dialog(page).getByLabel('Mã PIN của thẻ');

/** Finds the token, which was set up after the program had looked, chooses it and signs with a PIN. */
async function enter(page: Page, token: RegExp, pin: string) {
  await dialog(page).getByRole('button', { name: 'Tìm lại' }).click();
  await dialog(page).getByRole('radio', { name: token }).check();
  await pinField(page).fill(pin);
  await expect(dialog(page).getByRole('button', { name: /^Ký .*1 văn bản/ })).toBeEnabled({ timeout: 60_000 }); // the places are found
  await page.keyboard.press('Enter');
}

test('a report is signed without a line, numbered, sealed and found good', async ({ stand, at }) => {
  test.setTimeout(300_000);
  const folder = dirname(stand.report.data);
  const keys = (who: string, name: string) => join(folder, 'laptops', who, 'signing', 'keys', name);
  await test.step('chairman and clerk get their tokens', () => {
    intoToken(folder, 'The-chu-tich', '246810', keys('chairman', 'ca-nhan.p12'), 'khonggiay');
    intoToken(folder, 'The-co-quan', '135790', keys('commune-clerk', 'co-quan.p12'), 'khonggiay');
  });
  const atChairman = stand.laptop('chairman');
  const toSign = (await atChairman.desk()).find(({ queue, doc }) => queue === 'sign' && doc.subject.startsWith(toBeSigned));
  const { id = '', subject = toBeSigned } = toSign?.doc ?? {};
  await atChairman.until(subject, (doc) => doc.files.every((file) => file.here), 'the file is here');
  const chairman = await at('chairman', '/cho-ky');

  await test.step('on the road: the queue, a wrong PIN, the right one', async () => {
    await atChairman.cut(true);
    await expect(chairman.getByText(subject)).toBeVisible();
    await shot(chairman, 'signing-queue');
    await checkAccess(chairman);
    await chairman.keyboard.press('a');
    await expect(dialog(chairman).getByText(subject).first()).toBeVisible();
    await expect(dialog(chairman).getByRole('button', { name: 'Chữ ký, trang 1' })).toBeVisible({ timeout: 60_000 });
    await expect(dialog(chairman).getByText('Không thấy gì bất thường trong tệp')).toBeVisible();
    await shot(chairman, 'signing-dialog');
    await enter(chairman, /The-chu-tich/, '000000');
    await expect(chairman.getByRole('alert')).toContainText('Sai mã PIN. Còn ít lần thử');
    await shot(chairman, 'signing-wrong-pin');
    await checkAccess(chairman);
    await enter(chairman, /The-chu-tich/, '246810');
    await expect(dialog(chairman)).toBeHidden();
    await expect(chairman.getByText('Đã ký số văn bản')).toBeVisible();
    const doc = await atChairman.document(id);
    expect(doc.state).toBe('DA_KY');
    expect(doc.signatures.map(({ claim, verdict }) => [claim?.key, verdict])).toEqual([['token', undefined]]);
  });

  await test.step('back on the line the server judges it, and time-stamps it', async () => {
    await chairman.goto(`${atChairman.url}/van-ban-di/${id}`);
    await expect(chairman.getByText(/1\/2 chữ ký số/).first()).toContainText('máy chủ đang kiểm tra');
    await shot(chairman, 'signing-waits');
    await atChairman.cut(false);
    await atChairman.until(subject, (doc) => doc.signatures.some(({ verdict }) => verdict?.indication === 'TOTAL-PASSED' && verdict.stamped), 'judged and stamped');
    await expect(chairman.getByText(/1\/2 chữ ký số/).first()).toContainText('hợp lệ');
  });

  const atClerk = stand.laptop('commune-clerk');
  await atClerk.until(subject, (doc) => doc.state === 'DA_KY' && doc.signatures.some(({ verdict }) => verdict?.stamped), 'the clerk has it');
  const clerk = await at('commune-clerk', `/van-ban-di/${id}`);
  await test.step('numbered, then sealed with the agency’s token', async () => {
    await expect(clerk.getByRole('heading', { name: subject })).toBeVisible();
    await expect(clerk.getByRole('button', { name: /Cấp số/ })).toBeVisible();
    await clerk.keyboard.press('n');
    await expect(clerk.getByRole('form', { name: 'Cấp số' }).locator('[type="submit"]')).toBeEnabled();
    await clerk.keyboard.press('Control+Enter');
    await atClerk.until(subject, (doc) => doc.state === 'DA_CAP_SO' && !doc.numberPending && doc.files.every((file) => file.here), 'numbered');
    await expect(clerk.getByRole('button', { name: /Ký số của cơ quan/ })).toBeVisible();
    await clerk.keyboard.press('a');
    await expect(dialog(clerk).getByText('Điền số')).toBeVisible();
    await expect(dialog(clerk).locator('[data-page="1"]')).toContainText('BÁO CÁO');
    await expect(dialog(clerk).getByText('Không thấy gì bất thường trong tệp')).toBeVisible();
    await shot(clerk, 'signing-seal');
    await checkAccess(clerk);
    await enter(clerk, /The-co-quan/, '135790');
    await expect(dialog(clerk)).toBeHidden();
    await atClerk.until(subject, (doc) => doc.state === 'DA_KY_CQ' && doc.signatures.every(({ verdict }) => verdict?.stamped), 'sealed and judged');
    await expect(clerk.getByText(/2\/2 chữ ký số/).first()).toContainText('hợp lệ');
    await shot(clerk, 'signing-sealed');
    await atClerk.until(subject, (doc) => doc.state === 'DA_KY_CQ' && doc.signatures.every(({ verdict }) => verdict?.level === 'B-LTA'), 'the evidence is in the file');
  });

  const office = stand.report.laptops.find((laptop) => laptop.key === 'department-clerk')?.office ?? '';
  await test.step('issued; the recipient’s own check says TOTAL-PASSED', async () => {
    await atClerk.give('document.issue.1', id, { to: [office] });
    const atDepartment = stand.laptop('department-clerk');
    const got = await atDepartment.until(subject, (doc) => doc.files.some((file) => file.role === 0 && file.here && file.verdict?.indication === 'TOTAL-PASSED'), 'arrived and judged');
    const department = await at('department-clerk', `/van-ban-den/${got.id}`);
    await expect(department.locator('[data-page="1"]')).toContainText('BÁO CÁO');
    await shot(department, 'signing-page');
    await department.getByRole('button', { name: /Chi tiết/ }).click();
    await expect(department.getByRole('dialog', { name: /Chữ ký/ })).toContainText('Mọi chữ ký trong tệp đều hợp lệ');
    await expect(department.getByRole('dialog', { name: /Chữ ký/ }).getByText('có dấu thời gian lưu trữ (B-LTA)')).toHaveCount(2);
    await shot(department, 'signing-received');
    await checkAccess(department);

    const file = got.files.find(({ role }) => role === 0);
    const report = await atDepartment.get<{ indication: string; signatures: { kind: string; indication: string; level?: string }[] }>(`/api/documents/${got.id}/files/${file?.key}/signatures`);
    expect(report.indication).toBe('TOTAL-PASSED');
    expect(report.signatures.map(({ kind, indication, level }) => [kind, indication, level])).toEqual([
      ['certification', 'TOTAL-PASSED', 'B-LTA'], ['approval', 'TOTAL-PASSED', 'B-LTA'], ['timestamp', 'TOTAL-PASSED', undefined],
    ]);
  });

  await test.step('văn thư makes a certified copy, with the same token', async () => {
    await clerk.goto(`${atClerk.url}/van-ban-di/${id}`);
    await expect(clerk.getByRole('button', { name: 'Sao văn bản' })).toBeVisible();
    await clerk.keyboard.press('z');
    await clerk.getByRole('form', { name: 'Sao văn bản' }).getByLabel('Ghi chú').fill('Gửi Phòng Tư pháp');
    await clerk.keyboard.press('Control+Enter');
    const copying = clerk.getByRole('dialog', { name: 'Sao văn bản' });
    await copying.getByRole('button', { name: 'Tìm lại' }).click();
    await copying.getByRole('radio', { name: /The-co-quan/ }).check();
    await copying.getByLabel('Mã PIN của thẻ').fill('135790');
    await clerk.keyboard.press('Enter');
    await expect(clerk.getByText('Đã ký bản sao')).toBeVisible({ timeout: 30_000 });
    const made = await atClerk.until(subject, (doc) => (doc.certifiedCopies ?? []).some(({ verdict, code }) => verdict?.stamped && code), 'the copy is judged and numbered');
    const [copy] = made.certifiedCopies ?? [];
    expect([copy?.form, copy?.verdict?.indication, copy?.file.verdict?.signatures]).toEqual(['SY', 'TOTAL-PASSED', 3]);
    await clerk.getByRole('tab', { name: /Tệp/ }).click();
    const listed = clerk.getByRole('region', { name: 'Bản sao' });
    await expect(listed.getByRole('button', { name: /^Bản sao y số 01\/SY-UBND của / })).toBeVisible();
    await expect(listed).toContainText('Chữ ký hợp lệ');
    await listed.getByRole('button', { name: /^Bản sao y/ }).click();
    await expect(clerk.locator('[data-page="1"]')).toContainText('BÁO CÁO');
    await expect(clerk.getByRole('region', { name: 'Chữ ký số' })).toBeVisible({ timeout: 30_000 });
    await shot(clerk, 'signing-copy');
    await checkAccess(clerk);
  });
});
