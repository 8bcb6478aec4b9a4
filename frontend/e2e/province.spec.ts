/**
 * What surrounds the main story, on real laptops: the first run, every screen
 * for everybody, search and directory without accents, a draft on its way
 * through the office, and a refusal that keeps what was written.
 */
import { makePdf } from './kit/pdf';
import { checkAccess, expect, shot, test } from './province';

test('first run: a wrong code says why, the right one makes the laptop its person\'s', async ({ stand, at }) => {
  const { about } = stand.laptop('new');
  const page = await at('new');
  await expect(page.getByRole('heading', { name: 'Đăng ký máy này' })).toBeVisible();
  await checkAccess(page);
  const code = page.getByRole('textbox', { name: 'Mã đăng ký' });
  await page.getByLabel('Địa chỉ máy chủ').fill(stand.report.server);
  await code.fill(`${about.code?.slice(0, -1)}${about.code?.endsWith('0') ? '1' : '0'}`);
  await page.getByRole('button', { name: 'Đăng ký' }).click();
  await expect(page.getByRole('alert')).toContainText('gõ chưa đúng');
  await code.fill(about.code?.toLowerCase() ?? '');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: `Chào ${about.name}` })).toBeVisible();
  await checkAccess(page);
  await page.getByRole('button', { name: 'Bắt đầu làm việc' }).click();
  await expect(page.getByRole('heading', { name: 'Bàn làm việc' })).toBeVisible();
  await expect.poll(async () => (await stand.laptop('new').sync()).firstLoadComplete).toBe(true);
  await page.reload();
  await expect(page.getByText(about.name).first()).toBeVisible();
  await shot(page, 'province-first-desk');
});

const screens = [
  ['chairman', '/ban-lam-viec'], ['commune-clerk', '/van-ban-den'], ['commune-clerk', '/van-ban-den/vao-so'], ['department-clerk', '/van-ban-di'],
  ['department-clerk', '/van-ban-di/phat-hanh'], ['officer', '/du-thao'], ['officer', '/du-thao/moi'], ['officer', '/tim-kiem'], ['officer', '/danh-ba'],
  ['chairman', '/mau-chi-dao'], ['chairman', '/cai-dat'],
] as const;

test('every screen is accessible and shows no error', async ({ at }) => {
  test.setTimeout(120_000);
  for (const [who, path] of screens) {
    await test.step(`${who} ${path}`, async () => {
      const page = await at(who, path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.getByText('Màn hình này gặp lỗi')).toHaveCount(0);
      await checkAccess(page);
      await shot(page, `province${path.replaceAll('/', '-')}`);
    });
  }
});

test('the hỏa tốc telegram is on top of the chairman\'s desk, its PDF at hand, and is accessible', async ({ stand, at }) => {
  const page = await at('chairman', '/ban-lam-viec');
  const desk = page.getByRole('listbox', { name: 'Việc đang chờ' });
  await expect(desk.getByRole('option').first()).toContainText('ứng phó mưa lớn, lũ quét');
  const [first] = await stand.laptop('chairman').desk();
  expect(first?.doc.urgency).toBe(3);
  await desk.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-page="1"]')).toContainText('CÔNG ĐIỆN');
  await expect(page.getByRole('tabpanel')).toBeVisible();
  await checkAccess(page);
  await page.keyboard.press('d');
  await expect(page.getByRole('form', { name: 'Ý kiến chỉ đạo' })).toBeVisible();
  await checkAccess(page);
  await shot(page, 'province-directive');
  await page.keyboard.press('Escape');
});

test('directory and search find with accents or none', async ({ stand, at }) => {
  const page = await at('officer', '/danh-ba');
  const chairman = stand.laptop('chairman').about.name;
  await page.getByLabel('Tìm người hoặc đơn vị').fill(unaccented(chairman).toLowerCase());
  await expect(page.getByRole('row', { name: chairman })).toBeVisible();
  await page.getByLabel('Tìm người hoặc đơn vị').fill('khe nga');
  await expect(page.getByRole('treeitem', { name: /Khe Ngà/ })).toBeVisible();

  const clerk = await at('commune-clerk', '/tim-kiem');
  for (const words of ['ứng phó mưa lớn, lũ quét', 'ung pho mua lon, lu quet']) {
    await clerk.getByRole('textbox', { name: 'Tìm văn bản' }).fill(words);
    await expect(clerk.getByRole('row', { name: /ứng phó mưa lớn/ }).first()).toBeVisible();
    await expect(clerk.locator('mark').first()).toBeVisible();
  }
  const plain = await stand.laptop('commune-clerk').search('ung pho mua lon');
  const marked = await stand.laptop('commune-clerk').search('ứng phó mưa lớn');
  expect(plain.total).toBe(marked.total);
});

test('a draft goes from its officer to the head and back with a reason', async ({ stand, at }) => {
  const subject = 'Kế hoạch tu sửa đường thôn Nà Mạ';
  const { about } = await stand.head();
  const page = await at('officer', '/du-thao/moi');
  await page.getByLabel('Kéo thả tệp vào đây, hoặc bấm để chọn').setInputFiles({ name: 'KH.pdf', mimeType: 'application/pdf', buffer: makePdf([[subject]]) });
  const form = page.getByRole('form', { name: 'Soạn dự thảo' });
  await form.getByLabel('Trích yếu').fill(subject);
  await form.getByRole('button', { name: 'Lưu dự thảo' }).click();
  await expect(page.getByRole('heading', { name: subject })).toBeVisible();
  await page.keyboard.press('r');
  const submit = page.getByRole('form', { name: 'Trình dự thảo' });
  await submit.getByRole('radio', { name: about.name }).check();
  await submit.getByRole('button', { name: 'Trình', exact: true }).click();
  await stand.laptop('officer').until(subject, (doc) => doc.state === 'KIEM_TRA_NOI_DUNG', 'submitted');

  const head = await at('new', '/ban-lam-viec');
  await head.getByRole('listbox', { name: 'Việc đang chờ' }).getByRole('option', { name: subject }).click();
  await expect(head.getByRole('heading', { name: subject })).toBeVisible();
  await head.keyboard.press('x');
  const back = head.getByRole('form', { name: 'Trả lại người soạn' });
  await back.getByLabel('Cần sửa những gì').fill('Bổ sung dự toán kinh phí.');
  await back.getByRole('button', { name: 'Trả lại', exact: true }).click();
  await stand.laptop('officer').until(subject, (doc) => doc.state === 'TRA_LAI', 'sent back');
  await expect(page.getByText('Bổ sung dự toán kinh phí.').first()).toBeVisible();
});

test('a refusal is told, and keeps what was written', async ({ stand, at }) => {
  const [clerk, chairman] = [stand.laptop('commune-clerk'), stand.laptop('chairman')];
  const item = (await chairman.desk()).find(({ queue, doc }) => queue === 'direct' && doc.urgency === 0);
  const id = item?.doc.id ?? '';
  const words = 'Giao Phòng Kinh tế tham mưu, báo cáo trong tuần.';

  const page = await at('chairman', `/van-ban-den/${id}`);
  await page.getByRole('button', { name: 'Cắt mạng' }).click();
  await expect(page.getByRole('button', { name: 'Mất kết nối' })).toBeVisible();
  await page.keyboard.press('d');
  const form = page.getByRole('form', { name: 'Ý kiến chỉ đạo' });
  await form.getByLabel('Nội dung chỉ đạo').fill(words);
  await form.getByRole('combobox').fill('phong kinh te');
  await expect(form.getByRole('option', { name: /Phòng Kinh tế/ }).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(words)).toBeVisible();

  await clerk.give('document.withdraw.1', id, { text: 'Trình nhầm.' });
  await clerk.settled();
  await page.getByRole('button', { name: 'Nối mạng' }).click();
  await page.getByRole('button', { name: 'Có 1 việc bị từ chối' }).click();
  const panel = page.getByRole('dialog', { name: 'Tình trạng đồng bộ' });
  const refused = panel.getByRole('article').filter({ hasText: words });
  await expect(refused.getByRole('button', { name: 'Thử lại' })).toBeVisible();
  await checkAccess(page);
  await shot(page, 'province-refused');
  await refused.getByRole('button', { name: 'Bỏ', exact: true }).click();
  await page.getByRole('dialog', { name: 'Bỏ việc bị từ chối này?' }).getByRole('button', { name: 'Bỏ', exact: true }).click();
  await expect.poll(async () => (await chairman.sync()).refusedCount).toBe(0);
});

const unaccented = (name: string) => name.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
