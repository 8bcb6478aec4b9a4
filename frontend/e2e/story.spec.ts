import { makePdf } from './kit/pdf';
import { expect, shot, test } from './province';

/**
 * The main job, through the interface alone: a document goes from a department
 * to three communes, to a chairman and an officer whose lines are down, and the
 * answer comes back. Keys do the work; the mouse only presses the line's switch.
 */
const subject = 'Kiểm tra an toàn hồ, đập trước mùa mưa lũ năm nay';
const paper = makePdf([
  ['ỦY BAN NHÂN DÂN TỈNH', 'Kiểm tra an toàn hồ, đập', 'Điều 1. Rà soát từng công trình'],
  ['Trang hai', 'Báo cáo trước ngày 30'],
]);
const words = 'Kiểm tra ngay từng hồ, báo cáo bằng văn bản trước thứ Sáu.';
const answer = 'Đã kiểm tra 7 hồ; hồ Nà Phung cần gia cố, dự thảo báo cáo kèm theo.';

test('a document goes out, is directed and answered with the lines down, and comes back in order', async ({ stand, at }) => {
  test.setTimeout(180_000);
  const sender = await at('department-clerk');

  await test.step('the department registers a PDF and sends it to three communes', async () => {
    await sender.keyboard.press('c');
    await sender.keyboard.press('i');
    await expect(sender.getByRole('heading', { name: 'Đăng ký và phát hành' })).toBeVisible();
    const drop = sender.getByRole('button', { name: /Kéo thả tệp vào đây/ });
    await drop.focus();
    const chooser = sender.waitForEvent('filechooser');
    await sender.keyboard.press('Enter');
    await (await chooser).setFiles({ name: `${subject}.pdf`, mimeType: 'application/pdf', buffer: paper });
    await expect(sender.locator('[data-page="1"]')).toContainText('Rà soát từng công trình');
    await expect(sender.getByLabel('Trích yếu')).toHaveValue(subject);
    await shot(sender, 'story-send');
  });
});
