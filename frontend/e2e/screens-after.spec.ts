/** After and while a meeting: minutes and conclusions, the papers of both, tasks with follow-up, the dossier, the statistics. */
import type { Page } from '@playwright/test';
import type { AssignmentItem, AssignmentView, DossierView, MeetingDesk, MeetingStatistics, MeetingView, MinutesView } from '../src/lib/api/model';
import { fakeApi, type FakeApi } from './kit/api';
import { session } from './kit/fixtures';
import { expect, seen, test } from './kit/test';

const hour = 3600_000;
const meetingId = '019ab000-0000-7000-8000-0000000000e1';
const start = Date.parse('2026-11-23T01:00:00Z');
const allow = (...actions: string[]) => actions.map((action) => ({ action, allow: true, reason: 'can.as_secretary' }));
const chair = session.person as NonNullable<typeof session.person>;
const item = { id: meetingId, version: 4, unit: { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' }, status: 'LIVE' as const, title: 'Họp giao ban tháng 11 năm 2026 về công tác giảm nghèo, phòng chống thiên tai', start, end: start + 2 * hour, people: 12, place: 'Hội trường UBND xã' };

const meeting: MeetingView = {
  ...item, fields: { title: item.title, start, end: item.end }, revision: 2, published: start - 48 * hour, participants: [], outsiders: [], history: [], official: true, entitled: [], chair,
  actions: allow('minutes.write', 'minutes.put_conclusion', 'minutes.remove_conclusion', 'assignment.give', 'meeting.minutes_drafted', 'meeting.notice_drafted', 'meeting.conclude'),
};

const task: AssignmentItem = {
  id: 't1', version: 2, meeting: meetingId, unit: item.unit, giver: chair, follower: { id: 'p37', name: 'Lê Văn Đào' }, owner: { id: 'xa0p1', name: 'Phòng Văn hóa - Xã hội', unit: true },
  text: 'Rà soát toàn bộ hộ nghèo, hộ cận nghèo trên địa bàn, lập danh sách đề nghị hỗ trợ nhà ở năm 2027', due: '2026-11-20', state: 'DANG_LAM', since: start, created: start - 240 * hour, progress: 40, late: true, mine: true,
};
const tasks: AssignmentItem[] = [
  task,
  { ...task, id: 't2', text: 'Tổng hợp báo cáo thu ngân sách quý IV', state: 'CHO_XAC_NHAN', due: '2027-01-15', late: false, mine: false, progress: 100, owner: { id: 'xa0p2', name: 'Phòng Kinh tế', unit: true } },
  { ...task, id: 't3', text: 'Sửa chữa kênh mương nội đồng thôn 5', state: 'MOI', due: '2027-02-28', late: false, progress: 0, owner: { id: 'xa0p2', name: 'Phòng Kinh tế', unit: true } },
];
const view: AssignmentView = {
  ...task, meetingTitle: item.title, assist: [{ id: 'xa0p2', name: 'Phòng Kinh tế', unit: true }, { id: 'p36', name: 'Trần Văn Dũng' }], reason: 'Còn thiếu số liệu của thôn 5 và thôn 7.',
  history: [
    { key: 1, name: 'assignment.give', by: chair, at: start - 240 * hour, state: 'MOI', due: '2026-11-20' },
    { key: 2, name: 'assignment.accept', by: { id: 'p36', name: 'Trần Văn Dũng' }, at: start - 230 * hour, state: 'DA_NHAN' },
    { key: 3, name: 'assignment.report', by: { id: 'p36', name: 'Trần Văn Dũng' }, at: start - 90 * hour, state: 'CHO_XAC_NHAN', text: 'Đã rà soát 8/10 thôn.' },
    { key: 4, name: 'assignment.send_back', by: chair, at: start - 80 * hour, state: 'DANG_LAM', text: 'Còn thiếu số liệu của thôn 5 và thôn 7.' },
    { key: 5, name: 'assignment.progress', by: { id: 'p36', name: 'Trần Văn Dũng' }, at: start - 20 * hour, progress: 40 },
  ],
  actions: allow('assignment.progress', 'assignment.report', 'assignment.remind', 'assignment.extend', 'assignment.cancel'),
};

const rich = (...lines: string[]) => JSON.stringify({ type: 'doc', content: lines.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })) });
const minutes: MinutesView = {
  id: 'min1', version: 3, revision: 2, body: rich('Đồng chí Chủ tịch khai mạc, nêu mục đích, yêu cầu của cuộc họp.', 'Các thành viên nghe Phòng Văn hóa - Xã hội báo cáo kết quả rà soát hộ nghèo.'),
  by: { id: 'p37', name: 'Lê Văn Đào' }, at: start + hour,
  conclusions: [
    { key: 11, text: rich('Giao Phòng Văn hóa - Xã hội rà soát toàn bộ hộ nghèo, báo cáo trước ngày 20/11/2026.'), plain: 'Giao Phòng Văn hóa - Xã hội rà soát toàn bộ hộ nghèo, báo cáo trước ngày 20/11/2026.', order: 0, revision: 1, assignments: [task] },
    { key: 12, text: rich('Thống nhất chủ trương sửa chữa kênh mương nội đồng.'), plain: 'Thống nhất chủ trương sửa chữa kênh mương nội đồng.', order: 1, revision: 1, assignments: [] },
  ],
};

async function open(page: Page, url: string, path: string): Promise<FakeApi> {
  const api = await fakeApi(page);
  api.answers.set(`GET /api/meetings/${meetingId}`, { body: meeting });
  api.answers.set(`GET /api/meetings/${meetingId}/minutes`, { body: minutes });
  api.answers.set('GET /api/assignments', { body: tasks });
  api.answers.set('GET /api/assignments/t1', { body: view });
  api.answers.set('GET /api/desk/meetings', { body: { invitations: [{ ...item, status: 'INVITED', reply: 'PENDING' }], today: [item], tasks: [task], confirm: [tasks[1]] } as MeetingDesk });
  api.answers.set('POST /api/commands', { body: { id: 77, status: 'pending', version: 4 } });
  api.answers.set('POST /api/ids', { body: { id: '019ab000-0000-7000-8000-0000000000f9' } });
  await page.goto(`${url}${path}`);
  return api;
}

const tab = (name: string) => `/hop/${meetingId}/${name}`;
const editor = (page: Page) => page.getByRole('textbox', { name: 'Diễn biến cuộc họp (biên bản)' });
const given = (api: FakeApi, name: string) => api.given.filter(({ path, body }) => path === '/api/commands' && (body as { name: string }).name === name).map(({ body }) => body as { args: Record<string, unknown>; target: { kind: number; id: string } });

const see = (page: Page, name: string) => seen(page, `after-${name}`);

test('minutes and conclusions', async ({ page, product }) => {
  await open(page, product.url, tab('conclusions'));
  await expect(editor(page)).toContainText('khai mạc');
  await expect(page.getByText('Rà soát toàn bộ hộ nghèo, hộ cận nghèo')).toBeVisible();
  await see(page, 'conclusions');
  await page.getByRole('button', { name: 'Giao nhiệm vụ' }).last().click();
  await expect(page.getByRole('form', { name: 'Giao nhiệm vụ' })).toBeVisible();
  await see(page, 'give');
});

test('two people wrote at once', async ({ page, product }) => {
  const api = await open(page, product.url, tab('conclusions'));
  api.answers.set('POST /api/commands', { status: 409, body: { code: 'conflict', reason: 'minutes.conflict', data: { mine: '', theirs: rich('Nội dung do đồng chí Đào ghi.'), revision: 3, by: 'p37', at: start + 2 * hour } } });
  await editor(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' Tôi viết thêm.');
  await page.keyboard.press('Control+s');
  await expect(page.getByRole('alert', { name: 'Hai người cùng sửa' })).toContainText('Tôi viết thêm.');
  await see(page, 'conflict');
});

test('tasks with their history', async ({ page, product }) => {
  await open(page, product.url, '/nhiem-vu?nhiem-vu=t1');
  await expect(page.getByRole('article')).toContainText('Đã rà soát 8/10 thôn.');
  const other = page.getByText('Sửa chữa kênh mương nội đồng thôn 5');
  await expect(other).toHaveCount(1);
  await see(page, 'tasks');
  await page.setViewportSize({ width: 1093, height: 614 });
  await expect(other).toHaveCount(0); // the task stands in the list's place
});

test('the dossier', async ({ page, product }) => {
  const api = await open(page, product.url, '/ban-lam-viec');
  const doc = { id: 'd1', direction: 'outgoing', unit: 'xa0', state: 'DA_PHAT_HANH', type: 'TB', symbol: '12/TB-UBND', subject: 'Kết luận cuộc họp giao ban tháng 11', urgency: 0, files: 1, remarks: 0, directives: 0, version: 3 };
  const dossier = {
    actions: allow('meeting.conclude'),
    entries: [
      { kind: 'invitation', id: 'd0', title: '' }, { kind: 'agenda', id: 'a1', title: '', state: 'common', count: 5 },
      { kind: 'material', id: 'm1', title: 'Báo cáo kết quả rà soát hộ nghèo năm 2026', state: 'approved', at: start }, { kind: 'vote', id: '7.1', title: 'Thông qua phương án hỗ trợ nhà ở', state: 'published', at: start + hour },
      { kind: 'conclusions', id: 'min1', title: '', count: 2, at: start + hour }, { kind: 'notice', id: 'd1', title: doc.subject, state: doc.state, doc },
      { kind: 'task', id: 't1', title: task.text, state: 'DANG_LAM', at: start },
    ],
  };
  api.answers.set(`GET /api/meetings/${meetingId}/dossier`, { body: dossier as unknown as DossierView });
  await expect(page.getByText('Giấy mời chờ trả lời (1)')).toBeVisible();
  await page.getByText('Nhiệm vụ cần làm (1)').click();
  await see(page, 'desk');
  await page.goto(`${product.url}${tab('dossier')}`);
  await expect(page.getByText('12/TB-UBND')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Tải toàn bộ hồ sơ (ZIP)' })).toHaveAttribute('href', `/api/meetings/${meetingId}/dossier.zip`);
  await see(page, 'dossier');
  await page.getByRole('button', { name: 'Ghi nhận đã ban hành kết luận' }).click();
  expect(given(api, 'meeting.conclude.1')).toHaveLength(1);
});

test('statistics', async ({ page, product }) => {
  const api = await fakeApi(page);
  const row = { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm', invited: 128, present: 101, late: 9, excused: 20, absent: 5, unknown: 2, chaired: 14, votes: 77, given: 31, done: 24, doneLate: 4 };
  const body: MeetingStatistics = { meetings: 14, whole: true, units: [row, { ...row, id: 'xa1', name: 'Ủy ban nhân dân xã Hòa Bình', invited: 3 }], people: [{ ...row, id: 'p35', name: chair.name, unit: item.unit.name }] };
  api.answers.set('GET /api/meetings/statistics', { body });
  await page.goto(`${product.url}/thong-ke-hop`);
  await expect(page.getByRole('region', { name: 'Theo đơn vị' })).toContainText('128');
  await see(page, 'statistics');
});

test('what is written is saved by itself, with the record’s pieces put in by one button', async ({ page, product }) => {
  const api = await open(page, product.url, tab('conclusions'));
  api.answers.set(`GET /api/meetings/${meetingId}/minutes/facts`, { body: { rollCall: ['Có mặt (11): Nguyễn Thị Hà, Chủ tịch.'], agenda: [], speeches: [], votes: [] } });
  await editor(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('Kết thúc');
  await expect.poll(() => given(api, 'minutes.write.1').length).toBe(1);
  expect(given(api, 'minutes.write.1')[0]).toMatchObject({ target: { kind: 29, id: 'min1' }, args: { meeting: meetingId, revision: 2 } });
  expect(String(given(api, 'minutes.write.1')[0]?.args.body)).toContain('{"type":"text","marks":[{"type":"bold"}],"text":"Kết thúc"}');
  await expect(page.getByText(/Đã lưu .*máy chủ đã nhận/)).toBeVisible();
  await page.getByRole('button', { name: 'Chèn từ cuộc họp' }).click();
  await page.getByRole('menuitem', { name: 'Điểm danh' }).click();
  await expect(editor(page)).toContainText('Có mặt (11): Nguyễn Thị Hà, Chủ tịch.');
  await expect.poll(() => given(api, 'minutes.write.1').at(-1)?.args.revision).toBe(3);
});

test('foreign HTML is pasted as plain text', async ({ page, product }) => {
  await open(page, product.url, tab('conclusions'));
  await editor(page).click();
  await editor(page).evaluate((element) => {
    const data = new DataTransfer();
    data.setData('text/plain', 'một\nhai');
    data.setData('text/html', '<p><img src=x onerror="document.title=1"><b>một</b></p><p>hai</p>');
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect(editor(page)).toContainText('hai');
  await expect(editor(page).locator('img, b, strong')).toHaveCount(0);
});

test('a conflict is settled without losing either text', async ({ page, product }) => {
  const api = await open(page, product.url, tab('conclusions'));
  const clash = { status: 409, body: { code: 'conflict', reason: 'minutes.conflict', data: { mine: '', theirs: rich('Của đồng chí Đào.'), revision: 3, by: 'p37', at: start } } };
  api.answers.set('POST /api/commands', clash);
  await editor(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' Của tôi.');
  await expect(page.getByRole('alert', { name: 'Hai người cùng sửa' })).toBeVisible();
  api.answers.set('POST /api/commands', { body: { id: 78, status: 'pending', version: 5 } });
  await page.getByRole('button', { name: 'Giữ cả hai' }).click();
  await expect(editor(page)).toContainText('Của đồng chí Đào.');
  await expect(editor(page)).toContainText('Của tôi.');
  await expect.poll(() => given(api, 'minutes.write.1').at(-1)?.args.revision).toBe(3);
});

test('a task is given, and carried on, by keys alone', async ({ page, product }) => {
  const api = await open(page, product.url, tab('conclusions'));
  await page.getByRole('button', { name: 'Giao nhiệm vụ' }).last().press('Enter');
  const form = page.getByRole('form', { name: 'Giao nhiệm vụ' });
  await form.getByRole('combobox', { name: 'Chủ trì thực hiện' }).fill('Phòng Kinh tế');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Enter');
  await expect(form).toHaveCount(0);
  expect(given(api, 'assignment.give.1')[0]?.args).toMatchObject({ meeting: meetingId, conclusion: 12, owner: 'xa0p2', ownerUnit: true });
  await page.goto(`${product.url}/nhiem-vu?nhiem-vu=t1`);
  await page.getByRole('button', { name: 'Cập nhật tiến độ' }).press('Enter');
  await page.getByRole('textbox', { name: 'Tiến độ' }).fill('75');
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => given(api, 'assignment.progress.1').at(-1)?.args).toEqual({ percent: 75 });
});

test('the minutes become a document', async ({ page, product }) => {
  const api = await open(page, product.url, tab('conclusions'));
  api.answers.set(`POST /api/meetings/${meetingId}/papers`, { status: 409, body: { code: 'conflict', reason: 'meeting.has_paper', data: { document: 'd9' } } });
  await page.getByRole('button', { name: 'Lập biên bản' }).click();
  await expect(page.getByRole('alert')).toContainText('Cuộc họp đã có văn bản này.');
  api.answers.set(`POST /api/meetings/${meetingId}/papers`, { body: { document: 'd9', status: 'pending' } });
  await page.getByRole('button', { name: 'Soạn thông báo kết luận' }).click();
  await expect(page).toHaveURL(/\/du-thao\/d9$/);
  expect(api.given.at(-1)?.body).toEqual({ kind: 'notice' });
});
