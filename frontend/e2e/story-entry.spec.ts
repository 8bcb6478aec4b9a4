/**
 * Who and what comes in: a new laptop with its code, a person with a password,
 * papers and files – and what is turned away, in words that help.
 */
import { expect, shot, signIn, test } from './province';

test('a new laptop: a mistyped code, a wrong address, then the welcome', async ({ stand, at }) => {
  const { code = '', name } = stand.laptop('new').about;
  const page = await at('new');
  await expect(page.getByRole('heading', { name: 'Đăng ký máy này' })).toBeVisible();
  const [address, field] = [page.getByLabel('Địa chỉ máy chủ'), page.getByRole('textbox', { name: 'Mã đăng ký' })];
  const wrong = page.getByRole('alert');
  await address.fill(stand.report.server);
  await field.fill(mistyped(code));
  await page.keyboard.press('Enter');
  await expect(wrong).toContainText('Mã đăng ký gõ chưa đúng');
  await shot(page, 'first-run-typo');
  await field.fill(code.toLowerCase());
  await address.fill('127.0.0.1:9');
  await page.keyboard.press('Enter');
  await expect(wrong).toContainText('Chưa kết nối được tới máy chủ');
  await address.fill(stand.report.server);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: `Chào ${name}` })).toBeVisible();
  await shot(page, 'first-run-done');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: 'Các phần chính' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Đã kết nối' })).toBeVisible();
  await expect.poll(async () => (await stand.laptop('new').sync()).firstLoadComplete).toBe(true);
  await expect(page.getByRole('heading', { name: 'Bàn làm việc', exact: true })).toBeVisible();
});

test("the server's own page: a wrong password, the right one, a new code for a laptop", async ({ stand, atServer }) => {
  const page = await atServer('admin', false);
  const admin = stand.account('admin');
  await page.getByLabel('Tài khoản').fill(admin.account);
  await page.getByLabel('Mật khẩu', { exact: true }).fill('khong-phai-mat-khau');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('Tài khoản hoặc mật khẩu không đúng.');
  await shot(page, 'login-wrong');
  await signIn(page, admin);
  await page.getByRole('link', { name: 'Cài đặt' }).click();
  await expect(page.getByRole('heading', { name: 'Máy của đơn vị' })).toBeVisible();
  await shot(page, 'server-settings');
});

test('a secret is stopped at the door: by its degree, by its words, by its file name', async ({ stand, at }) => {
  const page = await at('commune-clerk', '/van-ban-den/vao-so');
  const before = await stand.laptop('commune-clerk').total();
  const stop = page.getByRole('alertdialog');
  const form = page.getByRole('form');
  await form.getByLabel('Trích yếu').fill('Nội dung không được lưu ở đâu');
  await page.getByRole('combobox', { name: 'Độ mật' }).click();
  await page.getByRole('option', { name: 'Tối mật' }).click();
  await expect(stop).toContainText('Luật Bảo vệ bí mật nhà nước');
  await shot(page, 'secrecy-stop');
  await stop.getByRole('button', { name: 'Đã hiểu, quay lại' }).click();
  await expect(form.getByLabel('Trích yếu')).toHaveValue('');

  await form.getByLabel('Trích yếu').fill('TUYỆT MẬT: phương án');
  await page.getByRole('button', { name: 'Tiếp nhận và vào sổ' }).click();
  await expect(stop).toBeVisible();
  await stop.getByRole('button').click();
  expect(await stand.laptop('commune-clerk').total()).toBe(before);
});

test('files that cannot come in say why; what is no PDF may still be sent', async ({ at }) => {
  const page = await at('department-clerk', '/van-ban-di/phat-hanh');
  const input = page.locator('input[type=file]');
  const files = page.getByRole('list', { name: 'Tệp' });
  await input.setInputFiles({ name: 'trong.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(0) });
  await expect(files.getByRole('alert')).toContainText('Tệp không có nội dung.');
  await page.getByRole('button', { name: 'Bỏ tệp trong.pdf' }).click();
  await input.setInputFiles({ name: 'chuong-trinh.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ\0\0') });
  await expect(files.getByRole('alert')).toContainText('Loại tệp này không được nhận.');
  await page.getByRole('button', { name: 'Bỏ tệp chuong-trinh.exe' }).click();
  await input.setInputFiles({ name: 'so-lieu.txt', mimeType: 'text/plain', buffer: Buffer.from('Số liệu') });
  await expect(page.getByText('Chưa xem được tại đây')).toBeVisible();
  await expect(files.getByRole('alert')).toHaveCount(0);
  await page.getByRole('button', { name: 'Bỏ tệp so-lieu.txt' }).click();
  await input.setInputFiles({ name: 'hong.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\nnothing of a document') });
  await expect(page.getByText('Tệp PDF bị hỏng')).toBeVisible();
  await shot(page, 'upload-damaged');
});

/** One letter of the last group is another one. */
function mistyped(code: string): string {
  const last = code.at(-1) ?? '';
  return code.slice(0, -1) + (last === 'A' ? 'B' : 'A');
}
