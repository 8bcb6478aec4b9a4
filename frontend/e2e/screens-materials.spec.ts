/** Papers of a meeting: by agenda item with their state, added, reviewed, given readers and recalled; and the board of who has them. */
import type { Page } from '@playwright/test';
import type { MaterialsView, MaterialView, MeetingReadiness, MeetingView } from '../src/lib/api/model';
import { fakeApi, type FakeApi } from './kit/api';
import { expect, seen, test } from './kit/test';

const hour = 3600_000;
const start = Date.parse('2026-12-03T01:00:00Z');
const names = ['Nguyễn Thị Hà', 'Trần Văn Dũng', 'Lê Thị Ánh Tuyết', 'Phạm Đức Thịnh', 'Hoàng Văn Khánh', 'Đặng Hồng Yến'];
const participant = (i: number, role: MeetingView['participants'][number]['role']): MeetingView['participants'][number] => ({
  id: `p${i}`, name: names[i % names.length] ?? '', role, reply: 'ACCEPTED', actions: [],
});
const meeting: MeetingView = {
  id: 'm1', version: 4, unit: { id: 'u1', name: 'UBND xã Đồng Tâm' }, status: 'INVITED', form: 'KET_HOP', class: 'PHIEN_HOP_UBND', title: 'Phiên họp Ủy ban nhân dân xã tháng 12',
  start, end: start + 3 * hour, people: 6, role: 'THU_KY', fields: { title: 'Phiên họp Ủy ban nhân dân xã tháng 12', start, end: start + 3 * hour },
  revision: 1, published: 1, participants: [participant(0, 'CHU_TRI'), participant(1, 'THU_KY'), participant(2, 'THANH_VIEN'), participant(3, 'KHACH_MOI')],
  outsiders: [], history: [], actions: [], entitled: [], official: true,
};

const all = ['material.review', 'material.submit', 'material.add_version', 'material.edit', 'material.set_access', 'material.open', 'material.recall', 'material.remove'];
const allow = (...allowed: string[]) => all.map((action) => ({ action, allow: allowed.includes(action), reason: 'can.as_secretary' }));
const version = (key: number, number: number, more: object = {}) => ({
  key, number, name: `Tờ trình số ${number}.pdf`, media: 'application/pdf', size: 1_840_000, sha256: '4f3ca90be15d2480'.repeat(4), by: { id: 'p3', name: 'Phạm Đức Thịnh' }, at: start - 50 * hour + number * hour,
  here: true, atServer: true, ...more,
});
const paper = (id: string, title: string, state: MaterialView['state'], more: Partial<MaterialView> = {}): MaterialView => ({
  id, version: 3, title, kind: 'main', state, access: 'ALL', roles: [], persons: [], mine: { print: true, download: true }, versions: [version(11, 1)], newest: 11,
  read: start - 10 * hour, actions: allow('material.add_version', 'material.edit', 'material.set_access'), ...more,
});
const materials: MaterialsView = {
  due: start - 24 * hour,
  items: [{ key: 1, title: 'Báo cáo tình hình kinh tế – xã hội tháng 11, nhiệm vụ tháng 12', order: 0 }, { key: 2, title: 'Dự thảo Nghị quyết về phân bổ dự toán ngân sách năm 2027', order: 1 }],
  actions: [{ action: 'material.ask', allow: true, reason: '' }, { action: 'material.add', allow: true, reason: '' }],
  materials: [
    paper('t0', 'Chương trình phiên họp', 'open', { readBy: 3, actions: allow('material.add_version', 'material.edit', 'material.set_access', 'material.recall') }),
    paper('t1', 'Báo cáo kinh tế – xã hội tháng 11', 'pending', {
      item: 1, unit: { id: 'u2', name: 'Phòng Kinh tế' }, actions: allow(...all), newest: 12, unread: true, read: start - 48.5 * hour,
      versions: [version(12, 2, { here: false, progress: { done: 736_000, total: 1_840_000 }, note: 'Bổ sung số liệu thu ngân sách đến ngày 30/11 và phụ lục 2.' }), version(11, 1)],
    }),
    paper('t2', 'Phụ lục số liệu', 'asked', { item: 1, versions: [], newest: undefined, unit: { id: 'u2', name: 'Phòng Kinh tế' }, due: start - 24 * hour, actions: allow('material.add_version', 'material.edit', 'material.remove') }),
    paper('t3', 'Dự thảo Nghị quyết phân bổ dự toán', 'rejected', { item: 2, kind: 'draft_resolution', reason: 'Thiếu biểu so sánh với năm 2026.', actions: allow('material.review', 'material.submit', 'material.edit') }),
    paper('t4', 'Thuyết minh dự toán', 'waits', { item: 2, openFrom: start - hour, unread: true, read: undefined, access: 'ROLE', roles: ['THANH_VIEN', 'CHU_TRI'], actions: allow('material.review', 'material.open', 'material.set_access') }),
    paper('t5', 'Bản so sánh phương án', 'recalled', { item: 2, kind: 'reference', opened: 1, recalled: start - 5 * hour, actions: allow('material.open') }),
  ],
};

const board: MeetingReadiness = {
  at: start - 2 * hour,
  materials: ['Chương trình phiên họp', 'Báo cáo kinh tế – xã hội tháng 11', 'Dự thảo Nghị quyết phân bổ dự toán', 'Thuyết minh dự toán'].map((title, i) => ({
    id: `t${i}`, title, state: 'open' as const, number: 1 + (i % 2), size: 1_840_000 + i * 400_000, sha256: `${i}a3ca90be15d2480`.repeat(4),
  })),
  people: Array.from({ length: 215 }, (_, i) => {
    const cells = i % 5 === 0 ? [100, 100, 100, 100] : i % 5 === 1 ? [100, 40, -1, 0] : i % 5 === 2 ? [0, 0, -1, 0] : [100, 100, -1, 100];
    return {
      person: `p${i}`, name: `${names[i % names.length]} ${i + 1}`, position: i % 3 === 0 ? 'Chủ tịch UBND' : 'Trưởng phòng', office: `Xã Đồng Tâm ${1 + Math.floor(i / 2)}`,
      role: 'THANH_VIEN' as const, cells, read: cells.map((percent, n) => percent === 100 && n === 0), machines: i % 9 === 4 ? [] : [{ name: `ubnd-dongtam-${i + 1}`, seen: Date.now() - i * 120_000, cells }],
    };
  }),
  recalls: [
    { id: 't5', title: 'Bản so sánh phương án', at: start - 5 * hour, people: 14, confirmed: 12, open: [{ person: 'Lê Thị Ánh Tuyết', name: 'ubnd-dongtam-07', seen: Date.now() - 3 * 24 * hour }, { person: 'Hoàng Văn Khánh', name: 'ubnd-dongtam-11', seen: Date.now() - 26 * hour }] },
  ],
};

async function open(page: Page, url: string, tab = 'materials', answers: Record<string, object> = {}): Promise<FakeApi> {
  const api = await fakeApi(page);
  api.answers.set('GET /api/meetings/m1', { body: meeting });
  api.answers.set('GET /api/meetings/m1/materials', { body: materials });
  api.answers.set('GET /api/meetings/m1/readiness', { body: board });
  api.answers.set('POST /api/ids', { body: { id: 'new1' } });
  api.answers.set('POST /api/commands', { body: { id: 1, status: 'applied', version: 4 } });
  for (const [name, answer] of Object.entries(answers)) api.answers.set(name, answer);
  await page.goto(`${url}/hop/m1/${tab}`);
  return api;
}

const dialog = (page: Page) => page.getByRole('dialog');

const see = (page: Page, name: string) => seen(page, `materials-${name}`);

test('the papers by agenda item', async ({ page, product }) => {
  await open(page, product.url);
  await expect(page.getByRole('region', { name: /Báo cáo tình hình/ }).getByRole('listitem')).toHaveCount(2);
  await expect(page.getByText('Đang tải 40%')).toBeVisible();
  await expect(page.getByText('Lý do không duyệt: Thiếu biểu so sánh')).toBeVisible();
  await see(page, 'list');
  await page.getByRole('button', { name: /Chi tiết và các phiên bản: Báo cáo kinh tế/ }).click();
  await expect(page.getByText('Bổ sung số liệu thu ngân sách')).toBeVisible();
  await expect(page.getByText('Mới từ lần đọc trước')).toBeVisible();
  await see(page, 'versions');
});

test('readers and times', async ({ page, product }) => {
  await open(page, product.url);
  await page.getByRole('button', { name: 'Thao tác khác: Thuyết minh dự toán' }).click();
  await page.getByRole('menuitem', { name: 'Quyền đọc và thời gian mở' }).click();
  await expect(dialog(page).getByRole('radio', { name: 'Theo vai trò trong cuộc họp' })).toBeChecked();
  await see(page, 'access');
});

test('a material is asked for', async ({ page, product }) => {
  await open(page, product.url);
  await page.getByRole('button', { name: 'Yêu cầu chuẩn bị' }).click();
  await expect(dialog(page).getByText('Cần có tên tài liệu')).toBeVisible();
  await see(page, 'ask');
});

test('who has what', async ({ page, product }) => {
  await open(page, product.url, 'readiness');
  await expect(page.getByRole('table', { name: 'Người dự họp và tài liệu' })).toHaveAttribute('aria-rowcount', '216');
  await expect(page.getByText('Chưa xác nhận: 2 máy')).toBeVisible();
  await see(page, 'readiness');
  await page.getByRole('checkbox', { name: 'Chỉ hiện người chưa đủ' }).check();
  await expect(page.getByRole('button', { name: 'Nguyễn Thị Hà 1', exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Trần Văn Dũng 2', exact: true }).click();
  await expect(dialog(page).getByText('40%')).toBeVisible();
  await see(page, 'machine');
});

test('a file that is dropped becomes a material', async ({ page, product }) => {
  const api = await open(page, product.url);
  const upload = { sha256: 'ab'.repeat(32), name: 'Bao_cao quý IV.pdf', media: 'application/pdf', size: 4 };
  await page.route(/\/api\/uploads$/, (route) => route.fulfill({ json: upload })); // what is sent is no JSON
  await page.getByLabel('Chọn tệp tài liệu').setInputFiles({ name: 'Bao_cao quý IV.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') });
  await expect(dialog(page).getByRole('button', { name: 'Thêm 1 tài liệu' })).toBeEnabled();
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toHaveCount(0);
  expect(api.given.at(-1)?.body).toMatchObject({
    name: 'material.add.1', target: { kind: 24, id: 'new1' }, args: { meeting: 'm1', approved: true, fields: { title: 'Bao cao quý IV', kind: 'main' }, file: { sha256: 'ab'.repeat(32) } },
  });
});

test('what was looked at is what is approved, and a rejection says why', async ({ page, product }) => {
  const api = await open(page, product.url);
  await page.getByRole('button', { name: 'Duyệt: Báo cáo kinh tế – xã hội tháng 11', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Duyệt' }).click();
  await expect(dialog(page)).toHaveCount(0);
  expect(api.given.at(-1)?.body).toMatchObject({ name: 'material.review.1', args: { meeting: 'm1', version: 12, approve: true } });
  await page.getByRole('button', { name: 'Không duyệt: Báo cáo kinh tế – xã hội tháng 11' }).click();
  await expect(dialog(page).getByRole('button', { name: 'Không duyệt' })).toBeDisabled();
  await dialog(page).getByLabel('Lý do').fill('Thiếu phụ lục');
  await dialog(page).getByRole('button', { name: 'Không duyệt' }).click();
  await expect(dialog(page)).toHaveCount(0);
  expect(api.given.at(-1)?.body).toMatchObject({ name: 'material.review.1', args: { approve: false, text: 'Thiếu phụ lục' } });
});

test('a recall says what it does, and a refusal why not', async ({ page, product }) => {
  const api = await open(page, product.url);
  api.answers.set('POST /api/commands', { status: 409, body: { code: 'conflict', reason: 'material.not_open' } });
  await page.getByRole('button', { name: 'Thao tác khác: Chương trình phiên họp' }).click();
  await page.getByRole('menuitem', { name: 'Thu hồi' }).click();
  await expect(dialog(page)).toContainText('bị xóa khỏi máy của người đọc');
  await dialog(page).getByRole('button', { name: 'Thu hồi' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('không ở trạng thái mở');
});

test('without the server the board says so, and a meeting without papers too', async ({ page, product }) => {
  await open(page, product.url, 'readiness', { 'GET /api/meetings/m1/readiness': { status: 503, body: { code: 'offline', reason: 'session.offline' } } });
  await expect(page.getByRole('status').filter({ hasText: /máy chủ|kết nối|mạng/ }).first()).toBeVisible();
  await open(page, product.url, 'materials', { 'GET /api/meetings/m1/materials': { body: { items: [], materials: [], actions: [] } } });
  await expect(page.getByText('Chưa có tài liệu nào')).toBeVisible();
});
