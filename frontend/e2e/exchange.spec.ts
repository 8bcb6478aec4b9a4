/**
 * A document goes from the department to a commune and back with the lines
 * down in between, and then everything is counted: nothing lost, nothing
 * doubled, the same history on every laptop and on the server.
 */
import type { Locator, Page } from '@playwright/test';
import type { Doc, Session } from '../src/lib/api/model';
import { makePdf } from './kit/pdf';
import type { Laptop } from './kit/stand';
import { checkAccess, expect, shot, test, type Who } from './province';

const subject = 'Về việc triển khai phương án bảo vệ đê bao Suối Lam trước đợt lũ';
const reply = 'Báo cáo kết quả kiểm tra đê bao Suối Lam';
const words = 'Giao đồng chí kiểm tra ngay toàn tuyến đê, báo cáo bằng văn bản.';
const result = 'Đã kiểm tra toàn tuyến, trình dự thảo báo cáo.';

const telegram = makePdf([
  ['SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG', 'CÔNG ĐIỆN', subject, 'Nội dung: tuần tra, canh gác đê 24/24 giờ.'],
  ['Nơi nhận: UBND các xã'],
]);
const report = makePdf([[reply, 'Toàn tuyến an toàn.']]);

const row = (page: Page) => page.getByRole('row', { name: subject });
const task = (page: Page): Locator => page.getByRole('listbox', { name: 'Việc đang chờ' }).getByRole('option', { name: subject });
const pill = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const cutWithWork = (page: Page) => page.getByRole('button', { name: /^Mất kết nối · \d+ việc chờ gửi$/ });
const dropHere = 'Kéo thả tệp vào đây, hoặc bấm để chọn';

test('a document and its answer cross two cut lines; nothing is lost, nothing doubled', async ({ stand, at }) => {
  test.setTimeout(180_000);
  const laptop = (who: Who) => stand.laptop(who);
  const [department, clerk, chairman, officer] = [laptop('department-clerk'), laptop('commune-clerk'), laptop('chairman'), laptop('officer')];
  const all = [department, clerk, chairman, officer];
  const before = await Promise.all(all.map((one) => one.total()));

  await test.step('the department registers a PDF and sends it to three communes', async () => {
    const page = await at('department-clerk', '/van-ban-di/phat-hanh');
    await page.getByLabel(dropHere).setInputFiles({ name: 'CD-de-bao.pdf', mimeType: 'application/pdf', buffer: telegram });
    await expect(page.locator('[data-page="1"] canvas')).toBeVisible();
    const form = page.getByRole('form', { name: 'Đăng ký và phát hành' });
    await form.getByRole('combobox', { name: 'Tên loại' }).click();
    await page.getByRole('option', { name: 'Công điện' }).click();
    await form.getByLabel('Trích yếu').fill(subject);
    await form.getByText('Hỏa tốc', { exact: true }).click();
    await form.getByRole('button', { name: '3 ngày làm việc', exact: true }).click();
    await form.getByRole('button', { name: /Tất cả UBND cấp xã/ }).click();
    await expect(form.getByText('3 nơi nhận')).toBeVisible();
    await form.getByRole('button', { name: 'Lấy số và phát hành' }).click();
    await expect(page.getByRole('heading', { name: subject })).toBeVisible();
    const sent = await department.until(subject, (doc) => Boolean(doc.symbol) && doc.recipients.every((one) => one.status === 'arrived'), 'issued with a number');
    expect(sent.recipients).toHaveLength(3);
    expect(sent.symbol).toMatch(/^\d+\/CĐ-SNNMT$/);
    await page.getByRole('tab', { name: /Nơi nhận/ }).click();
    await expect(page.getByRole('tabpanel').getByText('Đã đến')).toHaveCount(3);
    await shot(page, 'exchange-1-sent');
  });

  await test.step('the commune clerk accepts, registers and submits by three keys', async () => {
    const page = await at('commune-clerk', '/van-ban-den');
    await row(page).click();
    await expect(page.getByRole('heading', { name: subject })).toBeVisible();
    await page.keyboard.press('t');
    await expect(page.getByText('Đã tiếp nhận').first()).toBeVisible();
    await page.keyboard.press('v');
    await expect(page.getByRole('form', { name: 'Vào sổ' }).getByRole('button', { name: 'Vào sổ' })).toBeEnabled();
    await shot(page, 'exchange-1-register');
    await page.keyboard.press('Control+Enter');
    const { bookNumber } = await clerk.until(subject, (one) => Boolean(one.bookNumber), 'the book gives the number');
    await expect(page.getByText(`Số đến ${bookNumber}`).first()).toBeVisible();
    await page.keyboard.press('r');
    await page.getByRole('form', { name: 'Trình' }).getByRole('radio', { name: chairman.about.name }).check();
    await page.keyboard.press('Control+Enter');
    await clerk.until(subject, (one) => one.state === 'CHO_PHAN_PHOI', 'submitted');
  });

  const incoming = await chairman.until(subject, (doc) => doc.files[0]?.here === true, 'the document is with the chairman, PDF and all');

  await test.step('the line goes down; the chairman reads and writes a directive', async () => {
    const page = await at('chairman');
    await expect(task(page)).toBeVisible();
    await page.getByRole('button', { name: 'Cắt mạng' }).click();
    await expect(pill(page, 'Mất kết nối')).toBeVisible();
    await task(page).click();
    await expect(page.locator('[data-page="1"]')).toContainText('tuần tra, canh gác đê');
    await page.keyboard.press('d');
    const form = page.getByRole('form', { name: 'Ý kiến chỉ đạo' });
    await form.getByLabel('Nội dung chỉ đạo').fill(words);
    await form.getByRole('combobox').fill(unaccented(officer.about.name));
    await expect(form.getByRole('option', { name: officer.about.name })).toBeVisible();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await form.getByRole('button', { name: '1 ngày làm việc', exact: true }).click();
    await checkAccess(page);
    await form.getByRole('button', { name: 'Gửi chỉ đạo' }).click();
    await expect(cutWithWork(page)).toBeVisible();
    await expect(page.getByText(words)).toBeVisible();
    await expect.poll(() => waiting(chairman)).toEqual(['document.direct.1']);
    await shot(page, 'exchange-2-directed');
    await status(department, clerk.about.office, 'received');
  });

  await test.step('the line comes back: the department sees it assigned, the officer has it', async () => {
    const page = await at('chairman');
    await page.getByRole('button', { name: 'Nối mạng' }).click();
    await expect(pill(page, 'Đã kết nối')).toBeVisible();
    await chairman.settled();
    await status(department, clerk.about.office, 'assigned');
    await officer.until(subject, (doc) => doc.files[0]?.here === true, 'the task arrives with the PDF');
  });

  await test.step('the officer, cut off too, begins and answers with a draft', async () => {
    const page = await at('officer');
    await expect(task(page)).toBeVisible();
    await page.getByRole('button', { name: 'Cắt mạng' }).click();
    await expect(pill(page, 'Mất kết nối')).toBeVisible();
    await task(page).click();
    await expect(page.getByRole('heading', { name: subject })).toBeVisible();
    await page.keyboard.press('s');
    await expect(cutWithWork(page)).toBeVisible();
    await page.keyboard.press('b');
    await page.getByRole('button', { name: 'Soạn dự thảo trả lời' }).click();
    await page.getByLabel(dropHere).setInputFiles({ name: 'bao-cao.pdf', mimeType: 'application/pdf', buffer: report });
    const draft = page.getByRole('form', { name: 'Soạn dự thảo' });
    await draft.getByLabel('Trích yếu').fill(reply);
    await draft.getByRole('button', { name: 'Lưu dự thảo' }).click();
    await expect(page.getByRole('heading', { name: subject })).toBeVisible();
    const form = page.getByRole('form', { name: 'Báo cáo kết quả' });
    await expect(form.getByRole('checkbox', { name: reply })).toBeChecked();
    await form.getByRole('textbox', { name: 'Kết quả' }).fill(result);
    await form.getByRole('button', { name: 'Gửi báo cáo' }).click();
    await expect(page.getByText(result).first()).toBeVisible();
    await expect.poll(() => waiting(officer)).toEqual(['document.start_task.1', 'document.draft.1', 'document.answer.1']);
    await shot(page, 'exchange-3-answered');
  });

  await test.step('the line is back and everybody sees it all', async () => {
    const page = await at('officer');
    await page.getByRole('button', { name: 'Nối mạng' }).click();
    await expect(pill(page, 'Đã kết nối')).toBeVisible();
    await officer.settled();
    await status(department, clerk.about.office, 'processing');
    const far = await at('department-clerk');
    await expect(far.getByRole('row', { name: /Suối Lam/ }).getByText('Đang xử lý')).toBeVisible();
    await checkAccess(far);
    await shot(far, 'exchange-4-processing');
    await chairman.until(reply, (doc) => doc.files[0]?.here === true, 'the draft reaches the chairman');
    await expect((await at('chairman')).getByText(result).first()).toBeVisible();
  });

  await test.step('nothing lost, nothing doubled, the same on every machine', async () => {
    const wanted = ['arrive', 'accept', 'register', 'submit', 'direct', 'start_task', 'answer'].map((name) => `document.${name}`);
    const server = await stand.server('chairman');
    expect((await server.get<Session>('/api/session')).host).toBe('server');
    const final = await server.get<Doc>(`/api/documents/${incoming.id}`);
    for (const one of [clerk, chairman, officer]) {
      const doc = await one.until(subject, (now) => now.version === final.version && !now.pending, `has version ${final.version}`);
      expect(doc.history.map((step) => step.name)).toEqual(wanted);
      expect(doc.history.map((step) => step.at)).toEqual(doc.history.map((step) => step.at).toSorted((a, b) => a - b));
      expect(doc.history).toEqual(final.history);
      expect(doc.directives.map((directive) => directive.text)).toEqual([words]);
      expect(doc.directives[0]?.tasks).toMatchObject([{ state: 'CHO_DUYET_KET_QUA', answer: result, receiver: { id: officer.about.person } }]);
      expect((await one.sync()).refusedCount).toBe(0);
    }
    // Each laptop has exactly what the story brought it: the document, and the draft for those who may see it.
    const gained = await Promise.all(all.map(async (one, i) => await one.total() - (before[i] ?? 0)));
    expect(gained).toEqual([1, 1, 2, 2]);
  });
});

async function status(department: Laptop, office: string, wanted: string) {
  await department.until(subject, (doc) => doc.recipients.find((one) => one.unit === office)?.status === wanted, `the commune is ${wanted}`);
}

/** What waits to go up, without the private marks of what was read. */
async function waiting(one: Laptop): Promise<string[]> {
  return (await one.sync()).waiting.map((item) => item.name).filter((name) => !name.startsWith('readmark.'));
}

const unaccented = (name: string) => name.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
