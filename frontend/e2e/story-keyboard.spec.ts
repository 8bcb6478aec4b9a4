/**
 * The main job without a mouse: every step of a clerk, a chairman and an
 * officer is done with keys alone. Only the line is switched by a click, which
 * is the demonstration's part and not theirs.
 */
import type { Page } from '@playwright/test';
import { makePdf } from './kit/pdf';
import { expect, shot, test } from './province';

const subject = 'Kiểm tra an toàn hồ, đập trước mùa mưa lũ năm nay';
const paper = makePdf([['Kiểm tra an toàn hồ, đập', 'Điều 1. Rà soát từng công trình'], ['Báo cáo trước ngày 30']]);
const words = 'Kiểm tra từng hồ, báo cáo bằng văn bản trước thứ Sáu.';
const result = 'Đã kiểm tra 7 hồ; hồ Nà Phung cần gia cố trước tháng Chín.';

test('registered, sent, accepted, directed and answered by keys alone', async ({ stand, at }) => {
  test.setTimeout(120_000);
  const [officer, chairman] = [stand.laptop('officer'), stand.laptop('chairman')];

  await test.step('c i registers and sends', async () => {
    const page = await at('department-clerk');
    await page.keyboard.press('c');
    await page.keyboard.press('i');
    const form = page.getByRole('form', { name: 'Đăng ký và phát hành' });
    await tabTo(page, page.getByRole('button', { name: /Kéo thả tệp vào đây/ }));
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('Enter');
    await (await chooser).setFiles({ name: `${subject}.pdf`, mimeType: 'application/pdf', buffer: paper });
    await expect(page.locator('[data-page="1"]')).toContainText('Rà soát từng công trình');
    await expect(form.getByLabel('Trích yếu')).toHaveValue(subject);

    await tabTo(page, form.getByRole('combobox', { name: 'Tên loại' }));
    await page.keyboard.type('cong van');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(form.getByRole('combobox', { name: 'Tên loại' })).toHaveValue('Công văn');
    await tabTo(page, form.getByRole('radio', { name: 'Thường' }));
    await page.keyboard.press('ArrowRight');
    await expect(form.getByRole('radio', { name: 'Khẩn', exact: true })).toBeChecked();
    await page.keyboard.press('Tab');
    await expect(form.getByLabel('Hạn trả lời')).toBeFocused();
    await page.keyboard.type('+6');
    await tabTo(page, form.getByLabel('Tìm cơ quan, không cần dấu'));
    for (const commune of ['suoi lam', 'khe nga', 'dong hac']) {
      await page.keyboard.press('Control+a');
      await page.keyboard.type(commune);
      await page.keyboard.press('Enter');
    }
    await expect(form.getByText('3 nơi nhận')).toBeVisible();
    await shot(page, 'keyboard-send');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('heading', { name: subject })).toBeVisible();
    await page.keyboard.press('3');
    await expect(page.getByRole('tabpanel', { name: /Nơi nhận/ }).getByText('Đã đến')).toHaveCount(3);
  });

  await test.step('t v r takes it in', async () => {
    const page = await at('commune-clerk');
    await stand.laptop('commune-clerk').until(subject, () => true, 'has it');
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await expect(page.getByRole('grid', { name: 'Văn bản đến' })).toBeFocused();
    await walkTo(page, 'row', subject);
    await page.keyboard.press('t');
    await expect(page.getByRole('row', { name: subject })).toBeHidden();
    await page.keyboard.press('2');
    await walkTo(page, 'row', subject);
    await page.keyboard.press('v');
    await expect(page.getByRole('form', { name: 'Vào sổ' })).toBeVisible();
    await shot(page, 'keyboard-register');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('form', { name: 'Vào sổ' })).toBeHidden();
    await expect(page.getByRole('row', { name: subject }).getByText('Đã đăng ký')).toBeVisible();
    const { bookNumber } = await stand.laptop('commune-clerk').until(subject, (doc) => Boolean(doc.bookNumber), 'the book gives the number');
    await expect(page.getByRole('row', { name: subject }).getByRole('gridcell').first()).toHaveText(String(bookNumber));
    await page.keyboard.press('r');
    await expect(page.getByRole('form', { name: 'Trình' }).getByRole('radio', { name: chairman.about.name })).toBeFocused();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('row', { name: subject })).toBeHidden();
  });

  await test.step('Enter reads, d directs, with the line down', async () => {
    await chairman.until(subject, (doc) => doc.files[0]?.here === true, 'has the PDF');
    const page = await at('chairman');
    await page.getByRole('button', { name: 'Cắt mạng' }).click();
    await expect(page.getByRole('button', { name: 'Mất kết nối', exact: true })).toBeVisible();
    await walkTo(page, 'option', subject);
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-page="1"]')).toContainText('Rà soát từng công trình');
    await page.keyboard.press('Control+f');
    await page.keyboard.type('bao cao truoc');
    await expect(page.getByRole('search').getByRole('status')).toHaveText('1/1');
    await page.keyboard.press('Escape');
    await page.keyboard.press('d');
    const form = page.getByRole('form', { name: 'Ý kiến chỉ đạo' });
    await expect(form.getByLabel('Nội dung chỉ đạo')).toBeFocused();
    await expect(page.locator('[data-page="2"]')).toBeVisible();
    await page.keyboard.type(words);
    await tabTo(page, form.getByRole('combobox', { name: 'Người, đơn vị nhận' }));
    await page.keyboard.type(unaccented(officer.about.name));
    await page.keyboard.press('Enter');
    await expect(form.getByRole('listitem').filter({ hasText: officer.about.name }).getByText('Chủ trì')).toBeVisible();
    await tabTo(page, form.getByLabel('Thời hạn'));
    await page.keyboard.type('+3');
    await shot(page, 'keyboard-direct');
    await page.keyboard.press('Control+Enter');
    await expect(form).toBeHidden();
    await expect(page.getByRole('button', { name: 'Mất kết nối · 1 việc chờ gửi' })).toBeVisible();
    await expect(page.getByRole('article').filter({ hasText: words }).getByText('Chờ gửi')).toBeVisible();
    await shot(page, 'keyboard-waiting');
    await page.getByRole('button', { name: 'Nối mạng' }).click();
    await expect(page.getByRole('button', { name: 'Đã gửi' })).toBeVisible();
  });

  await test.step('s begins, b answers, with the line down', async () => {
    await officer.until(subject, (doc) => doc.directives.length === 1, 'has the directive');
    const page = await at('officer');
    await page.getByRole('button', { name: 'Cắt mạng' }).click();
    await walkTo(page, 'option', subject);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: subject, level: 1 })).toBeVisible();
    await page.keyboard.press('s');
    await expect(page.getByRole('article').filter({ hasText: words }).getByText('Đang xử lý')).toBeVisible();
    await page.keyboard.press('b');
    await expect(page.getByRole('textbox', { name: 'Kết quả', exact: true })).toBeFocused();
    await page.keyboard.type(result);
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('button', { name: 'Mất kết nối · 2 việc chờ gửi' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(/ban-lam-viec/);
    await page.getByRole('button', { name: 'Nối mạng' }).click();
    await officer.settled();
  });

  await test.step('y accepts the result, h closes it; the department sees it done', async () => {
    const page = await at('chairman');
    await chairman.until(subject, (doc) => doc.directives[0]?.tasks[0]?.state === 'CHO_DUYET_KET_QUA', 'has the result');
    await expect(page.getByText(result).first()).toBeVisible();
    await page.keyboard.press('y');
    await expect(page.getByRole('form', { name: 'Duyệt kết quả' }).locator('[type="submit"]')).toBeEnabled();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('form', { name: 'Duyệt kết quả' })).toBeHidden();
    await page.keyboard.press('h');
    await expect(page.getByRole('form', { name: 'Kết thúc xử lý' }).locator('[type="submit"]')).toBeEnabled();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText('Hoàn thành').first()).toBeVisible();
    const far = await at('department-clerk');
    await expect(far.getByRole('row', { name: /Suối Lam/ }).getByText('Đã hoàn thành')).toBeVisible();
    await shot(far, 'keyboard-done');
  });
});

/** Tab, or Shift+Tab when it is behind, until the element has the focus. */
async function tabTo(page: Page, target: ReturnType<Page['locator']>) {
  await expect(target).toBeVisible();
  for (let i = 0; i < 60; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}

/** j until the row with the words is the current one. */
async function walkTo(page: Page, role: 'row' | 'option', name: string) {
  const wanted = page.getByRole(role, { name, selected: true });
  await expect(page.getByRole(role, { selected: true })).toHaveCount(1);
  await page.keyboard.press('Home');
  for (let i = 0; i < 60 && !(await wanted.isVisible()); i++) await page.keyboard.press('j');
  await expect(wanted).toBeVisible();
}

const unaccented = (name: string) => name.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
