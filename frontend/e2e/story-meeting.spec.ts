/**
 * A meeting from its schedule to its tasks: the secretary and the chairman on
 * their laptops, a member in a browser at the server. The chairman's line is
 * cut while the vote is taken.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { makePdf } from './kit/pdf';
import { programs } from './kit/stand';
import { expect, seen, shot } from './kit/test';
import { test } from './province';

const title = 'Họp chuyên đề phòng, chống thiên tai năm 2026';
const report = 'Báo cáo phương án hộ đê';
const paper = makePdf([[report, 'Khối lượng gia cố 3,2 km'], ['Kinh phí dự kiến 4 tỷ đồng']]);
const question = 'Thông qua phương án hộ đê năm 2026';
const task = 'Lập dự toán gia cố đê bao Suối Lam';

const dialog = (page: Page) => page.getByRole('dialog');
const tab = (page: Page, name: string | RegExp) => page.getByRole('tablist', { name: 'Nội dung cuộc họp' }).getByRole('tab', { name });
const vote = (page: Page): Locator => page.getByRole('article');

test('a meeting of three on two laptops and the server, one without a line during the vote', async ({ stand, at, atServer }) => {
  test.setTimeout(420_000);
  const chairman = stand.laptop('chairman');
  const member = stand.account('deputy');
  let path = '';

  await test.step('the secretary writes the schedule, the agenda and adds a paper', async () => {
    const page = await at('officer', '/hop');
    await expect(page.getByRole('heading', { name: 'Cuộc họp' })).toBeVisible();
    await page.keyboard.press('n');
    await expect(page.getByLabel('Tên cuộc họp')).toBeFocused();
    await page.keyboard.type(title);
    await page.getByRole('textbox', { name: 'Ngày họp' }).fill(today());
    await page.getByRole('textbox', { name: 'Từ', exact: true }).fill('0h05');
    await page.keyboard.press('Tab');
    await page.getByRole('textbox', { name: 'Đến', exact: true }).fill('23h55');
    await page.keyboard.press('Tab');
    await page.getByLabel('Địa điểm').fill('Phòng họp tầng 2');
    for (const { name } of [chairman.about, member]) {
      const field = page.getByRole('combobox', { name: 'Mời thêm' });
      await field.fill(name);
      await expect(page.getByRole('option', { name }).first()).toBeVisible();
      await field.press('Enter');
    }
    await page.getByLabel(`Vai trò của ${chairman.about.name}`).selectOption('Chủ trì');
    await shot(page, 'meeting-1-form');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('heading', { name: title })).toBeVisible();
    path = new URL(page.url()).pathname;

    await tab(page, 'Chương trình').click();
    const line = page.getByLabel('Gõ một mục rồi Enter');
    for (const item of ['Phương án hộ đê 30', 'Phân công trực ban 15']) {
      await line.fill(item);
      await line.press('Enter');
    }
    await expect(page.getByRole('list', { name: 'Chương trình' }).getByRole('listitem')).toHaveCount(2);
    await tab(page, /Tài liệu/).click();
    await page.getByLabel('Chọn tệp tài liệu').setInputFiles({ name: `${report}.pdf`, mimeType: 'application/pdf', buffer: paper });
    await dialog(page).getByRole('checkbox', { name: 'Duyệt ngay' }).check();
    await dialog(page).getByRole('button', { name: 'Thêm 1 tài liệu' }).click();
    await expect(page.getByText(report).first()).toBeVisible();
    await tab(page, 'Tổng quan').click();
    await page.getByRole('button', { name: 'Trình duyệt' }).click();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText('Chờ duyệt lịch').first()).toBeVisible();
  });

  await test.step('the chairman approves, both answer, and he reads the paper', async () => {
    const page = await at('chairman', path);
    await page.getByRole('button', { name: 'Duyệt và phát hành' }).click();
    await dialog(page).getByRole('button', { name: 'Phát hành' }).click();
    await page.getByRole('region', { name: 'Bạn có dự họp không?' }).getByRole('button', { name: 'Tham dự' }).click();
    await expect(page.getByText('Tham dự').first()).toBeVisible();
    await page.goto(chairman.url + path.replace('/hop/', '/doc-tai-lieu/'));
    await expect(page.locator('[data-page="1"] canvas')).toBeVisible({ timeout: 60_000 });
    await expect(page.locator('[data-page="1"]')).toContainText('Khối lượng gia cố');
    await shot(page, 'meeting-2-read');
  });

  const guest = await atServer('deputy');
  await test.step('the member answers in a browser', async () => {
    await guest.goto(new URL(path, guest.url()).href);
    await guest.getByRole('region', { name: 'Bạn có dự họp không?' }).getByRole('button', { name: 'Tham dự' }).click();
    const page = await at('officer', path);
    await expect(page.getByRole('grid', { name: 'Thành phần dự họp' }).getByRole('row', { name: member.name })).toContainText('Tham dự');
  });

  await test.step('the session: opened, roll called, a wish to speak heard', async () => {
    const page = await at('officer', path);
    await tab(page, 'Điều hành').click();
    await page.getByRole('button', { name: 'Khai mạc' }).click();
    await dialog(page).getByRole('button', { name: 'Khai mạc' }).click();
    await expect(page.getByRole('region', { name: 'Tình hình cuộc họp' })).toContainText('0/2 có mặt');
    for (const [here, said] of [[await at('chairman', path), '1/2 có mặt'], [guest, 'Có mặt tại phòng, từ']] as const) {
      await expect(here.getByText('Đang họp').first()).toBeVisible();
      await tab(here, 'Điều hành').click();
      await here.getByRole('button', { name: 'Có mặt tại phòng họp' }).click();
      await expect(here.getByText(said).first()).toBeVisible();
    }
    await at('officer');
    await expect(page.getByText('2/2 có mặt')).toBeVisible();
    await guest.getByRole('button', { name: 'Đăng ký phát biểu' }).click();
    await dialog(guest).getByRole('button', { name: 'Đăng ký phát biểu' }).click();
    await page.getByRole('button', { name: /Đồng ý cho/ }).click();
    await expect(page.getByRole('button', { name: 'Mời N' })).toBeVisible();
    await page.keyboard.press('n');
    await expect(guest.getByText('Mời bạn phát biểu')).toBeVisible();
    await page.keyboard.press('b');
    await expect(guest.getByText('Bạn đang phát biểu')).toBeVisible();
    await seen(page, 'meeting-3-session');
    await page.keyboard.press('e');
    await expect(page.getByText('Chưa có ai phát biểu')).toBeVisible();
  });

  let protocol = '';
  await test.step('a vote, taken while the chairman has no line', async () => {
    const page = await at('officer', path);
    await tab(page, 'Biểu quyết').click();
    await page.getByRole('button', { name: 'Soạn nội dung biểu quyết' }).click();
    await page.getByRole('textbox', { name: 'Nội dung biểu quyết' }).fill(question);
    await page.getByRole('radio', { name: 'Tổng số thành viên' }).click();
    await page.getByRole('button', { name: 'Lưu nội dung' }).click();
    await page.getByRole('button', { name: 'Mở biểu quyết' }).click();
    await expect(page.getByText('Đang biểu quyết').first()).toBeVisible();

    const away = await at('chairman', path);
    await tab(away, 'Biểu quyết').click();
    await expect(away.getByRole('radio', { name: /Không tán thành/ })).toBeVisible();
    await away.getByRole('button', { name: 'Cắt mạng' }).click();
    await expect(away.getByRole('button', { name: /^Mất kết nối/ })).toBeVisible();
    await away.getByRole('radio', { name: /^Tán thành/ }).click();
    await away.getByRole('button', { name: 'Gửi phiếu: Tán thành' }).click();
    await expect(away.getByText('Đã ghi trên máy này, chờ gửi')).toBeVisible();
    await seen(away, 'meeting-4-ballot-waits');

    await tab(guest, 'Biểu quyết').click();
    await guest.getByRole('radio', { name: /^Tán thành/ }).click();
    await guest.getByRole('button', { name: 'Gửi phiếu: Tán thành' }).click();
    await expect(guest.getByText(/Máy chủ đã nhận lúc/)).toBeVisible();

    await at('officer');
    await expect(page.getByText(/Đã biểu quyết 1\//)).toBeVisible();
    await page.getByRole('button', { name: 'Đóng biểu quyết' }).click();
    await dialog(page).getByRole('button', { name: 'Đóng biểu quyết' }).click();
    await page.getByRole('button', { name: 'Công bố kết quả' }).click();
    await dialog(page).getByRole('button', { name: 'Công bố kết quả' }).click();
    await expect(vote(page).getByText('Không đạt')).toBeVisible(); // one of two, and more than half of both is needed
    await expect(vote(guest).getByText('Không đạt')).toBeVisible();
  });

  await test.step('the late ballot is kept, said to be late, and changes nothing', async () => {
    const away = await at('chairman');
    await away.getByRole('button', { name: 'Nối mạng' }).click();
    await chairman.settled();
    await expect(away.getByText(/Gửi muộn, không tính/).first()).toBeVisible();
    const page = await at('officer');
    await expect(page.getByRole('row', { name: chairman.about.name })).toContainText('Gửi muộn, không tính');
    await expect(vote(page).getByText('Không đạt')).toBeVisible();
    await seen(page, 'meeting-5-result');
  });

  await test.step('anybody invited counts again without us', async () => {
    const link = guest.getByRole('link', { name: 'Tải biên bản kiểm chứng' });
    const href = await link.getAttribute('href') ?? '';
    const answer = await guest.request.get(new URL(href, guest.url()).href);
    expect(answer.status()).toBe(200);
    protocol = join(stand.report.data, 'bieu-quyet.json');
    writeFileSync(protocol, await answer.body());
    const said = execFileSync(join(programs, 'khonggiayctl'), ['verify-vote', protocol], { encoding: 'utf8' });
    expect(said).toContain(question);
  });

  await test.step('conclusions become tasks while the meeting runs, and the minutes a paper', async () => {
    const page = await at('officer', path);
    await tab(page, 'Kết luận').click();
    const editor = page.getByRole('textbox', { name: 'Diễn biến cuộc họp (biên bản)' });
    await editor.click();
    await page.keyboard.type('Chủ tịch kết luận: giao lập dự toán gia cố đê bao.');
    await page.keyboard.press('Control+s');
    await expect(page.getByText(/máy chủ đã nhận/)).toBeVisible();
    await page.getByRole('button', { name: 'Thêm kết luận' }).click();
    await page.getByRole('textbox', { name: 'Nội dung kết luận' }).fill(`${task}, trình trước ngày 15.`);
    await page.getByRole('button', { name: 'Lưu kết luận' }).click();
    await page.getByRole('button', { name: 'Giao nhiệm vụ' }).click();
    const form = page.getByRole('form', { name: 'Giao nhiệm vụ' });
    await form.getByLabel('Nội dung', { exact: true }).fill(task);
    await form.getByRole('combobox', { name: 'Chủ trì thực hiện' }).fill(member.name);
    await page.getByRole('option', { name: new RegExp(`^${member.name}`) }).click();
    await form.getByRole('button', { name: '10 ngày làm việc' }).click();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('list', { name: 'Nhiệm vụ từ kết luận này' })).toContainText(task);
    await seen(page, 'meeting-6-conclusions');
    await tab(page, 'Điều hành').click();
    await page.getByRole('button', { name: 'Kết thúc họp' }).click();
    await dialog(page).getByRole('button', { name: 'Kết thúc họp' }).click();
    await expect(page.getByText('Đã họp xong').first()).toBeVisible();
    await tab(page, 'Kết luận').click();
    await page.getByRole('button', { name: 'Lập biên bản' }).click();
    await expect(page).toHaveURL(/\/du-thao\//);
    await expect(page.locator('[data-page="1"]')).toContainText('BIÊN BẢN');
    await expect(page.locator('[data-page="1"]')).toContainText(chairman.about.name);
    await expect(page.locator('[data-page="1"]')).toContainText('Biểu quyết công khai, ghi tên'); // without anybody's writing it
    await shot(page, 'meeting-7-minutes');
  });

  await test.step('the task stands on the desk of whoever has it, and is accepted', async () => {
    await guest.goto(new URL('/nhiem-vu', guest.url()).href);
    await guest.getByText(task).first().click();
    await guest.getByRole('button', { name: 'Nhận nhiệm vụ' }).click();
    await dialog(guest).getByRole('button', { name: 'Nhận nhiệm vụ' }).click();
    await expect(guest.getByText('Đã nhận').first()).toBeVisible();
    await shot(guest, 'meeting-8-task');
    const page = await at('officer', '/nhiem-vu');
    await page.getByRole('tab', { name: 'Tôi giao, theo dõi' }).click();
    await expect(page.getByText('Đã nhận').first()).toBeVisible();
  });
});

function today(): string {
  return new Intl.DateTimeFormat('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', day: '2-digit', month: '2-digit', year: 'numeric' }).format(new Date());
}
