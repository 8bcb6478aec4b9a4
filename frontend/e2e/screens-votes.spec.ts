/** Votes of a meeting and opinion slips: what officials and members see, the ballot by keys alone, the room's screen. */
import type { Page } from '@playwright/test';
import type { MeetingView, SlipFile, SlipItem, SlipView, VoteItem, VoteList, VoteView, VoterView } from '../src/lib/api/model';
import { fakeApi, type FakeApi } from './kit/api';
import { session } from './kit/fixtures';
import { checkAccess, expect, seen, shot, test } from './kit/test';

const at = Date.parse('2026-11-30T02:10:00Z');
const me = session.person!;
const names = ['Nguyễn Văn An', 'Trần Thị Bích', 'Lê Hoàng Cường', 'Phạm Thu Dung', 'Hoàng Minh Đức', 'Vũ Thị Hạnh', 'Đặng Quốc Huy', 'Bùi Thị Lan', 'Đỗ Văn Mạnh', 'Ngô Thị Nga'];

const meeting: MeetingView = {
  id: 'm1', version: 4, unit: { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' }, status: 'LIVE', title: 'Phiên họp thường kỳ tháng 12 của Ủy ban nhân dân xã Đồng Tâm',
  start: at, end: at + 7_200_000, people: 12, fields: { title: 'Phiên họp', start: at, end: at + 7_200_000 }, revision: 1, published: at - 86_400_000, participants: [], outsiders: [], history: [],
  actions: [], official: true, entitled: [],
};
const draft: VoteItem = {
  key: 71, title: 'Thông qua dự thảo Nghị quyết về phát triển kinh tế – xã hội năm 2027', text: 'Dự thảo đã được các thành viên nghiên cứu trước phiên họp.', type: 'NAMED', threshold: 'HAI_PHAN_BA', base: 'ELIGIBLE',
  choices: ['DONG_Y', 'KHONG_DONG_Y', 'Y_KIEN_KHAC', 'KHONG_BIEU_QUYET'], state: 'draft', epoch: 0, by: me, eligible: 50, mayVote: true, ballot: 'ballot1',
  progress: { ready: 0, cast: 0, late: 0 }, actions: ['session.ready_vote', 'session.open_vote', 'session.void_vote'],
};
const ready: VoteItem = { ...draft, state: 'ready', progress: { ready: 41, cast: 0, late: 0 }, actions: ['session.open_vote', 'session.void_vote'] };
const open: VoteItem = { ...draft, state: 'open', epoch: 1, opened: at, progress: { ready: 50, cast: 32, late: 0 }, actions: ['session.close_vote', 'session.void_vote'] };
const published: VoteItem = {
  ...open, key: 73, title: 'Thông qua chương trình công tác năm 2027', state: 'published', closed: at + 300_000, published: at + 360_000, actions: ['session.void_vote'], mine: { choice: 'DONG_Y', at },
  result: {
    eligible: 50, present: 47, cast: 46, base: 50, needed: 34, passed: true, late: 1,
    counts: [{ choice: 'DONG_Y', count: 39 }, { choice: 'KHONG_DONG_Y', count: 4 }, { choice: 'Y_KIEN_KHAC', count: 2 }, { choice: 'KHONG_BIEU_QUYET', count: 1 }],
  },
};
const failed: VoteItem = { ...published, key: 72, title: 'Bổ sung danh mục công trình', base: 'PRESENT', result: { ...published.result!, passed: false, base: 47, needed: 32, counts: [{ choice: 'DONG_Y', count: 20 }, { choice: 'KHONG_DONG_Y', count: 26 }, { choice: 'Y_KIEN_KHAC', count: 0 }, { choice: 'KHONG_BIEU_QUYET', count: 0 }] } };
const people: VoterView[] = names.map((name, i) => ({
  person: { id: `p${i}`, name, position: i === 0 ? 'Chủ tịch' : 'Ủy viên Ủy ban nhân dân' }, present: true, cast: i !== 3, choice: i === 3 ? undefined : i === 5 ? 'KHONG_DONG_Y' : i === 7 ? 'Y_KIEN_KHAC' : 'DONG_Y',
  text: i === 7 ? 'Đề nghị làm rõ nguồn vốn tại Điều 3' : undefined,
}));
const view = (vote: VoteItem): VoteView => ({ ...vote, version: 9, meeting: meeting.title, people });
const member = (vote: VoteItem): VoteItem => ({ ...vote, actions: [], progress: undefined });

async function see(page: Page, url: string, votes: VoteItem[], more: Partial<VoteList> = {}): Promise<FakeApi> {
  const api = await fakeApi(page);
  const list: VoteList = { session: 's1', version: 9, attendance: 'a1', entitled: 50, mayDraft: votes.every(({ actions }) => actions.length > 0), votes, ...more };
  api.answers.set('GET /api/meetings/m1', { body: meeting });
  api.answers.set('GET /api/meetings/m1/votes', { body: list });
  for (const vote of votes) api.answers.set(`GET /api/meetings/m1/votes/${vote.key}`, { body: view(vote) });
  api.answers.set('POST /api/commands', { body: { id: 900, status: 'applied', version: 10 } });
  await page.goto(`${url}/hop/m1/bieu-quyet`);
  return api;
}

const slip: SlipItem = {
  id: 's1', version: 3, unit: { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' }, creator: { id: 'p9', name: 'Trần Thu Hà' }, title: 'Chủ trương đầu tư sửa chữa trường tiểu học', text: 'Đề nghị các đồng chí cho ý kiến bằng văn bản.',
  state: 'sent', due: at + 3 * 86_400_000, silence: 'agree', threshold: 'QUA_NUA', sent: at, asked: 10, answered: 0, mayAnswer: true, answer: 'ans1', actions: [],
};
const mine: SlipItem = { ...slip, id: 's2', creator: me, runs: true, mayAnswer: undefined, answer: undefined, answered: 6, reminded: at + 86_400_000, actions: ['slip.remind', 'slip.close', 'slip.cancel'] };
const slipPeople = people.map(({ person, choice, text }, i) => ({ person, choice: i < 6 && choice !== 'KHONG_BIEU_QUYET' ? choice : undefined, text, at: i < 6 ? at : undefined }));

const draftSlip: SlipItem = { ...mine, id: 's3', title: 'Điều chỉnh quy chế làm việc', state: 'draft', sent: undefined, reminded: undefined, answered: 0, actions: ['slip.edit', 'slip.send', 'slip.cancel'] };
const files: SlipFile[] = [
  { key: 31, name: 'Tờ trình về chủ trương đầu tư sửa chữa trường tiểu học giai đoạn 2027–2030.pdf', media: 'application/pdf', size: 1_240_000, sha256: '1'.repeat(64), here: true, atServer: true },
  { key: 32, name: 'Phụ lục kinh phí.xlsx', media: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', size: 48_200, sha256: '2'.repeat(64), here: false, atServer: true },
];

async function seeSlips(page: Page, url: string, more: Partial<SlipView> = {}): Promise<FakeApi> {
  const api = await fakeApi(page);
  api.answers.set('GET /api/slips', { body: [slip, mine, draftSlip] });
  api.answers.set('GET /api/slips/s1', { body: { ...slip, people: slipPeople.map(({ person }) => ({ person })), files, ...more } });
  api.answers.set('GET /api/slips/s2', { body: { ...mine, people: slipPeople, files: [] } });
  api.answers.set('GET /api/slips/s3', { body: { ...draftSlip, people: slipPeople.map(({ person }) => ({ person })), files } });
  api.answers.set('POST /api/commands', { body: { id: 901, status: 'pending', version: 4 } });
  await page.goto(`${url}/phieu-y-kien`);
  return api;
}

const keep = (page: Page, name: string) => seen(page, `votes-${name}`);

test('officials prepare, ask, watch and close', async ({ page, product }) => {
  await see(page, product.url, [ready, published]);
  await expect(page.getByText('Sẵn sàng 41/50').first()).toBeVisible();
  await keep(page, 'ready');
  await page.getByRole('button', { name: 'Soạn nội dung biểu quyết' }).click();
  await expect(page.getByText('Nhập nội dung biểu quyết').first()).toBeVisible();
  await page.getByRole('textbox', { name: 'Nội dung biểu quyết' }).fill('Thông qua chương trình công tác');
  await page.getByRole('radio', { name: 'Tổng số thành viên' }).click();
  await keep(page, 'draft');
});

test('a member votes, and the room sees that', async ({ page, product }) => {
  await see(page, product.url, [member(open), member(published)]);
  await expect(page.getByRole('radio', { name: /Ý kiến khác/ })).toBeVisible();
  await page.keyboard.press('1');
  await expect(page.getByRole('button', { name: 'Gửi phiếu: Tán thành' })).toBeFocused();
  await keep(page, 'ballot');
  await page.goto(`${product.url}/man-hinh/m1/bieu-quyet/71`);
  await expect(page.getByRole('status')).toHaveText('Đang biểu quyết');
});

test('the result, large and by name', async ({ page, product }) => {
  await see(page, product.url, [published, failed]);
  await expect(page.getByText('Cần ít nhất 34/50')).toBeVisible();
  await keep(page, 'result');
  await page.getByLabel('Tìm theo tên, chức vụ').fill('bui thi');
  await expect(page.getByText('Bùi Thị Lan')).toBeVisible();
  await expect(page.getByText('Vũ Thị Hạnh')).toHaveCount(0);
  await page.getByRole('button', { name: /Bổ sung danh mục/ }).click();
  await expect(page.getByRole('article').getByText('Không đạt')).toBeVisible();
  await page.goto(`${product.url}/man-hinh/m1/bieu-quyet/73`);
  await expect(page.getByText('Đạt', { exact: true })).toBeVisible();
  await keep(page, 'room');
});

test('opinion slips', async ({ page, product }) => {
  await seeSlips(page, product.url);
  await expect(page.getByRole('article')).toContainText('Quá hạn không trả lời coi như đồng ý');
  await keep(page, 'slip-asked');
  await page.getByRole('tab', { name: 'Tôi lấy ý kiến' }).click();
  await expect(page.getByText('Đã trả lời 6/10')).toBeVisible();
  await keep(page, 'slip-mine');
  await page.getByRole('button', { name: 'Soạn phiếu' }).click();
  await keep(page, 'slip-form');
});

test('a meeting asks its voters by slip', async ({ page, product }) => {
  const api = await see(page, product.url, [ready]);
  api.answers.set('GET /api/slips', { body: [slip, mine] });
  api.answers.set('GET /api/slips/s1', { body: { ...slip, people: [], files: [] } });
  api.answers.set('POST /api/ids', { body: { id: '019ab000-0000-7000-8000-0000000000f9' } });
  const [voter, guest] = ['p35', 'p36'].map((id, i) => ({ id, name: id, unit: false, role: 'THANH_VIEN', voting: i === 0, reply: 'ACCEPTED', order: i }));
  api.answers.set('GET /api/meetings/m1', { body: { ...meeting, participants: [voter, guest] } });
  await page.reload();
  await page.getByRole('button', { name: 'Lấy ý kiến bằng phiếu' }).click();
  const form = page.getByRole('form', { name: 'Soạn phiếu' });
  await expect(form).toContainText(`Thuộc cuộc họp: ${meeting.title}`);
  await form.getByLabel('Nội dung lấy ý kiến').fill('Bổ sung danh mục công trình');
  await keep(page, 'slip-of-meeting');
  await page.keyboard.press('Control+Enter');
  await expect(form).toHaveCount(0);
  const given = api.given.find(({ path }) => path === '/api/commands')?.body;
  expect(given).toMatchObject({ name: 'slip.create.1', args: { meeting: 'm1', title: 'Bổ sung danh mục công trình', asked: ['p35'] } });
});

test('a draft slip is changed, with its files', async ({ page, product }) => {
  const api = await seeSlips(page, product.url);
  await expect(page.getByRole('link', { name: /Tải xuống Tờ trình/ })).toHaveAttribute('href', '/api/slips/s1/files/31?download=true');
  await page.getByRole('tab', { name: 'Tôi lấy ý kiến' }).click();
  await page.getByRole('button', { name: /Điều chỉnh quy chế/ }).click();
  await page.getByRole('button', { name: 'Sửa phiếu' }).click();
  const form = page.getByRole('form', { name: 'Sửa phiếu lấy ý kiến' });
  await expect(form.getByLabel('Nội dung lấy ý kiến')).toHaveValue('Điều chỉnh quy chế làm việc');
  await keep(page, 'slip-edit');
  await form.getByRole('button', { name: 'Bỏ tệp Phụ lục kinh phí.xlsx' }).click();
  await form.getByLabel('Nội dung lấy ý kiến').fill('Sửa đổi quy chế làm việc');
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => api.given.at(-1)?.body).toMatchObject({ name: 'slip.edit.1', target: { kind: 26, id: 's3' }, base: 3, args: { title: 'Sửa đổi quy chế làm việc', remove: [32] } });
});

test('a ballot by keys alone, and its truth', async ({ page, product }) => {
  const api = await see(page, product.url, [member(open)]);
  await expect(page.getByRole('radio', { name: /Ý kiến khác/ })).toBeVisible();
  await page.keyboard.press('3');
  await expect(page.getByLabel('Nội dung ý kiến khác')).toBeFocused();
  await expect(page.getByRole('button', { name: 'Gửi phiếu: Ý kiến khác' })).toBeDisabled();
  await page.keyboard.type('Xem lại Điều 3');
  await page.getByRole('button', { name: 'Gửi phiếu: Ý kiến khác' }).press('Enter');
  await expect.poll(() => api.given.at(-1)?.body).toMatchObject({ name: 'ballot.cast.1', target: { kind: 25, id: 'ballot1' }, args: { meeting: 'm1', vote: 71, epoch: 1, choice: 'Y_KIEN_KHAC', text: 'Xem lại Điều 3' } });
  for (const [mineNow, words, name] of [
    [{ choice: 'DONG_Y', at, pending: true }, 'chờ gửi', 'waiting'], [{ choice: 'DONG_Y', at }, 'Máy chủ đã nhận', 'received'], [{ choice: 'DONG_Y', at, late: true }, 'Gửi muộn, không tính', 'late'],
  ] as const) {
    const vote = member({ ...open, state: name === 'late' ? 'closed' : 'open', closed: name === 'late' ? at : undefined, mine: mineNow });
    api.answers.set('GET /api/meetings/m1/votes', { body: { session: 's1', version: 9, attendance: 'a1', entitled: 50, votes: [vote] } });
    api.tell('meeting');
    await expect(page.getByRole('status', { name: 'Phiếu của tôi' })).toContainText(words);
    await checkAccess(page);
    await shot(page, `votes-mine-${name}`);
  }
});

test('a vote is closed with grace for whose line is down; a refusal says why', async ({ page, product }) => {
  const api = await see(page, product.url, [open]);
  await page.getByRole('button', { name: 'Đóng biểu quyết' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('32/50 người đã biểu quyết');
  await dialog.getByRole('combobox', { name: 'Kiểm phiếu sau' }).click();
  await page.getByRole('option', { name: /Phạm Thu Dung/ }).click();
  await shot(page, 'votes-close');
  api.answers.set('POST /api/commands', { status: 409, body: { code: 'conflict', reason: 'vote.wrong_state', data: { state: 'closed' } } });
  await page.keyboard.press('Control+Enter');
  await expect(dialog.getByRole('alert')).toContainText('Biểu quyết đã chuyển sang bước khác');
  expect(api.given.at(-1)?.body).toMatchObject({ name: 'session.close_vote.1', target: { kind: 21, id: 's1' }, args: { vote: 71, grace: ['p3'] } });
});

test('totals of a secret vote, and what is empty', async ({ page, product }) => {
  const secret: VoteItem = { ...open, type: 'SECRET', state: 'closed', closed: at, mayVote: undefined, actions: ['session.publish_vote', 'session.void_vote', 'session.enter_totals'] };
  const api = await see(page, product.url, [secret]);
  await expect(page.getByRole('button', { name: 'Công bố kết quả' })).toBeDisabled();
  await page.getByRole('button', { name: 'Nhập kết quả kiểm phiếu' }).click();
  await page.getByLabel('Tán thành', { exact: true }).fill('40');
  await page.getByLabel('Phiếu không hợp lệ').fill('2');
  await expect(page.getByRole('dialog')).toContainText('Tổng 42/50');
  await checkAccess(page);
  await shot(page, 'votes-totals');
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => api.given.at(-1)?.body).toMatchObject({ name: 'session.enter_totals.1', args: { for: 40, invalid: 2 } });
  api.answers.set('GET /api/meetings/m1/votes', { body: { session: 's1', version: 9, attendance: 'a1', entitled: 50, votes: [] } });
  api.tell('meeting');
  await expect(page.getByText('Chưa có nội dung biểu quyết')).toBeVisible();
  await shot(page, 'votes-empty');
});

test('an answer to a slip is sent', async ({ page, product }) => {
  const api = await seeSlips(page, product.url);
  await page.getByRole('radio', { name: 'Không tán thành' }).click();
  await page.getByLabel('Nội dung góp ý').fill('Chưa rõ nguồn vốn');
  await page.getByRole('button', { name: 'Gửi ý kiến' }).click();
  await expect.poll(() => api.given.at(-1)?.body).toMatchObject({ name: 'slipanswer.give.1', target: { kind: 27, id: 'ans1' }, args: { slip: 's1', answer: 'KHONG_DONG_Y', text: 'Chưa rõ nguồn vốn' } });
});
