/**
 * A draft from its first words to the recipients: written by an officer, sent
 * back by the head of the division in a browser at the server, mended, checked,
 * approved in exactly the revision that was read, signed, numbered and issued.
 */
import type { Page } from '@playwright/test';
import { makePdf } from './kit/pdf';
import { expect, shot, test } from './province';

const subject = 'Báo cáo kết quả rà soát hồ, đập trên địa bàn xã';
const better = 'Báo cáo kết quả rà soát hồ, đập và đê bao trên địa bàn xã';
const first = makePdf([['Bản đầu', 'Bảy hồ, đập']]);
const second = makePdf([['Bản sửa', 'Bảy hồ, đập và hai đê bao']]);
const reason = 'Bổ sung số liệu đê bao.';
const rework = (page: Page) => page.getByRole('toolbar', { name: 'Việc làm được' });

test('a draft is written, sent back, mended, approved, signed, numbered and issued', async ({ stand, at, atServer }) => {
  test.setTimeout(150_000);
  const head = stand.account('head');
  const officer = await at('officer');
  const department = stand.report.offices.find((office) => office.id === stand.laptop('department-clerk').about.office);

  await test.step('the officer writes it and submits it to his head', async () => {
    await officer.keyboard.press('c');
    await officer.keyboard.press('t');
    const form = officer.getByRole('form', { name: 'Soạn dự thảo' });
    await form.getByRole('combobox', { name: 'Tên loại' }).fill('bao cao');
    await officer.getByRole('option', { name: 'Báo cáo', exact: true }).click();
    await officer.locator('input[type=file]').setInputFiles({ name: 'ban-dau.pdf', mimeType: 'application/pdf', buffer: first });
    await form.getByLabel('Trích yếu').fill(subject);
    await form.getByLabel('Tìm cơ quan, không cần dấu').fill('so nong nghiep');
    await officer.keyboard.press('Enter');
    await expect(form.getByText('1 nơi nhận')).toBeVisible();
    await shot(officer, 'draft-editor');
    await officer.keyboard.press('Control+Enter');
    await expect(officer.getByRole('heading', { name: subject })).toBeVisible();
    await submit(officer, head.name);
    await expect(officer.getByText('Kiểm tra nội dung').first()).toBeVisible();
  });

  const desk = await atServer('head');
  await test.step('the head, in a browser, sends it back with the reason', async () => {
    await desk.getByRole('listbox', { name: 'Việc đang chờ' }).getByRole('option', { name: subject }).click();
    await expect(desk.locator('[data-page="1"]')).toContainText('Bảy hồ, đập');
    await desk.keyboard.press('x');
    const form = desk.getByRole('form', { name: 'Trả lại người soạn' });
    await expect(form.getByRole('button', { name: 'Trả lại' })).toBeDisabled();
    await form.getByLabel('Cần sửa những gì').fill(reason);
    await desk.keyboard.press('Control+Enter');
    await expect(desk.getByText('Trả lại', { exact: true }).first()).toBeVisible();
  });

  await test.step('the officer mends words and file, and submits it again', async () => {
    await stand.laptop('officer').until(subject, (doc) => doc.state === 'TRA_LAI', 'has it back');
    await expect(officer.getByText(reason).first()).toBeVisible();
    await officer.keyboard.press('e');
    const form = officer.getByRole('form', { name: 'Sửa dự thảo' });
    await form.getByLabel('Trích yếu').fill(better);
    await officer.locator('input[type=file]').setInputFiles({ name: 'ban-sua.pdf', mimeType: 'application/pdf', buffer: second });
    await expect(officer.locator('[data-page="1"]')).toContainText('hai đê bao');
    await officer.keyboard.press('Control+Enter');
    await expect(officer.getByRole('heading', { name: better })).toBeVisible();
    await expect(officer.locator('[data-page="1"]')).toContainText('hai đê bao');
    await submit(officer, head.name);
  });

  await test.step('content, form and approval', async () => {
    await desk.getByRole('link', { name: /Bàn làm việc/ }).click();
    await desk.getByRole('option', { name: better }).click();
    await expect(desk.locator('[data-page="1"]')).toContainText('hai đê bao');
    await give(desk, 'y', 'Xác nhận nội dung');
    await expect(desk.getByText('Kiểm tra thể thức').first()).toBeVisible();
    const clerk = await at('commune-clerk');
    await clerk.getByRole('group', { name: 'Loại việc' }).getByRole('button', { name: /Kiểm tra thể thức/ }).click(); // his desk is full
    await clerk.getByRole('option', { name: better }).click();
    await give(clerk, 'y', 'Xác nhận thể thức');
    const chairman = await at('chairman');
    await chairman.getByRole('option', { name: better }).click();
    await expect(chairman.locator('[data-page="1"]')).toContainText('hai đê bao');
    await chairman.keyboard.press('y');
    await shot(chairman, 'draft-approve');
    await chairman.getByRole('form', { name: 'Duyệt dự thảo' }).getByLabel('Ghi chú kèm theo').fill('Đồng ý.');
    await chairman.keyboard.press('Control+Enter');
    await expect(chairman.getByRole('main').getByText('Chờ ký', { exact: true }).first()).toBeVisible();
  });

  await test.step('the signature, the number, the seal, and out', async () => {
    const clerk = await at('commune-clerk');
    await expect(clerk.getByRole('main').getByText('Chờ ký', { exact: true }).first()).toBeVisible();
    await give(clerk, 'u', 'Ghi nhận chữ ký của người có thẩm quyền');
    await expect(clerk.getByText('Đã ký', { exact: true }).first()).toBeVisible();
    await give(clerk, 'n', 'Cấp số');
    const numbered = await stand.laptop('commune-clerk').until(better, (doc) => Boolean(doc.symbol), 'the book gives the number');
    expect(numbered.symbol).toMatch(/^\d+\/BC-UBND$/);
    await expect(clerk.getByText(numbered.symbol ?? '?').first()).toBeVisible();
    await expect(clerk.getByText('Chờ cấp số')).toHaveCount(0);
    await give(clerk, 'u', 'Ghi nhận dấu của cơ quan');
    await expect(rework(clerk).getByRole('button', { name: /Phát hành/ })).toBeVisible();
    await give(clerk, 'p', 'Phát hành');
    await expect(clerk.getByText('Đã phát hành', { exact: true }).first()).toBeVisible();
    await shot(clerk, 'draft-issued');
    const arrived = await stand.laptop('department-clerk').until(better, (doc) => doc.direction === 'incoming', 'it arrives at the department');
    expect(arrived.symbol).toBe(numbered.symbol);
    expect(department?.id).toBe(arrived.unit.id);
  });
});

async function submit(page: Page, to: string) {
  await page.keyboard.press('r');
  await page.getByRole('form', { name: 'Trình dự thảo' }).getByRole('radio', { name: to }).check();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('form', { name: 'Trình dự thảo' })).toBeHidden();
}

/** A key, its form, and Ctrl+Enter. */
async function give(page: Page, key: string, form: string) {
  await page.keyboard.press(key);
  await expect(page.getByRole('form', { name: form }).locator('[type="submit"]')).toBeEnabled(); // what is chosen beforehand has come
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('form', { name: form })).toBeHidden();
}
