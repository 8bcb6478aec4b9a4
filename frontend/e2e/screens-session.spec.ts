/** While people sit together: the console, the roll-call, a participant's place, the wall and the door. The API is played in the browser. */
import type { Page } from '@playwright/test';
import type { MeetingItem, MeetingSessionView, MeetingView, RollRow, RollView, SpeechView } from '../src/lib/api/model';
import { fakeApi, type FakeApi } from './kit/api';
import { directory, session } from './kit/fixtures';
import { expect, seen, test } from './kit/test';

const minute = 60_000;
const now = Date.now();
const id = 'm1';
const people = directory.people;
const person = (i: number) => ({ id: people[i]?.id ?? '', name: people[i]?.name ?? '', position: people[i]?.posts[0]?.position });
const allow = (...actions: string[]) => actions.map((action) => ({ action, allow: true, reason: 'can.as_chair' }));
const officialActions = [
  'session.pause', 'session.finish', 'session.item', 'session.call', 'session.begin_speech', 'session.pause_speech', 'session.end_speech', 'session.accept_speech',
  'session.close_queue', 'session.enter_speech', 'session.open_code', 'session.question_time', 'session.mark_absent', 'attendance.set', 'attendance.leave', 'attendance.help_done',
];

const item: MeetingItem = {
  id, version: 3, unit: { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' }, status: 'LIVE', form: 'KET_HOP', class: 'PHIEN_HOP_UBND',
  title: 'Phiên họp thường kỳ tháng 11 của Ủy ban nhân dân xã Đồng Tâm', start: now - 40 * minute, end: now + 50 * minute,
  room: { id: 'r1', name: 'Phòng họp số 1, tầng 2', unit: { id: 'xa0', name: 'UBND xã Đồng Tâm' } }, chair: { id: 'p35', name: 'Nguyễn Thị Hà' }, people: 24, role: 'CHU_TRI',
};
const meeting: MeetingView = {
  ...item, fields: { title: item.title, start: item.start, end: item.end }, revision: 1, published: now - 9e7, outsiders: [], history: [], entitled: [], official: true,
  participants: people.slice(0, 24).map((each, i) => ({ id: each.id, name: each.name, position: each.posts[0]?.position, role: i === 0 ? 'CHU_TRI' : 'THANH_VIEN', reply: 'ACCEPTED', actions: [] })),
  actions: allow(...officialActions),
};
const speech = (key: number, i: number, more: Partial<SpeechView> = {}): SpeechView => ({
  key, person: person(i), kind: 'contribution', state: 'waiting', accepted: true, place: key, asked: now - (20 - key) * minute, clock: { spent: 0 }, ...more,
});
const live: MeetingSessionView = {
  id: 's1', meeting: id, title: item.title, status: 'LIVE', now, start: item.start, end: item.end, room: item.room, checkInFrom: item.start - 30 * minute, started: item.start,
  ends: now + 62 * minute, clock: { spent: 0, since: item.start },
  items: [
    { key: 1, sheet: 'common', title: 'Báo cáo tình hình kinh tế - xã hội 11 tháng', presenters: ['Trần Văn Dũng'], state: 'XONG', planned: 15 * minute, clock: { spent: 17 * minute } },
    { key: 2, sheet: 'common', title: 'Cho ý kiến về dự thảo Kế hoạch đầu tư công năm 2027 và phương án phân bổ vốn cho các công trình chuyển tiếp', presenters: ['Phòng Kinh tế'], state: 'DANG', planned: 20 * minute, clock: { spent: 0, since: now - 22 * minute - 5000 } },
    { key: 3, sheet: 'common', title: 'Chuyển đổi số: kết quả và việc cần làm', presenters: ['Lê Minh Sơn'], state: 'CHUA', planned: 20 * minute, clock: { spent: 0 } },
    { key: 4, sheet: 'internal', title: 'Công tác cán bộ', presenters: [], state: 'HOAN', planned: 15 * minute, clock: { spent: 0 } },
    { key: 5, sheet: 'common', title: 'Kết luận', presenters: ['Nguyễn Thị Hà'], state: 'CHUA', planned: 10 * minute, clock: { spent: 0 } },
  ],
  current: 2,
  speaking: speech(11, 7, { state: 'speaking', clock: { spent: 0, since: now - 3 * minute - 20_000 }, limit: 5 * minute, place: undefined }),
  called: speech(12, 8, { state: 'called', place: undefined }), paused: [],
  queue: [speech(1, 9, { kind: 'point_of_order', text: 'Đề nghị kéo dài thời gian thảo luận' }), speech(2, 10, { priority: 2, item: 2, text: 'Về vốn đối ứng' }), speech(3, 11)],
  wishes: [speech(7, 12, { accepted: undefined, place: 1, kind: 'contra' })], further: [speech(8, 13, { kind: 'chat_van', to: person(14) })], over: [],
  quorum: { entitled: 21, present: 13, others: 2, excused: 1, required: 14, reached: false }, questions: true, codeOpen: true, official: true,
  help: [{ key: 5, attendance: 'a5', person: person(15), seat: 'B4', kind: 'technician', text: 'Micro không lên tiếng', at: now - 2 * minute }],
  warnings: ['no_quorum', 'item_over', 'running_late'], actions: allow(...officialActions),
};
const roll: RollView = {
  meeting: id, session: 's1', quorum: live.quorum,
  people: Array.from({ length: 2000 }, (_, i): RollRow => {
    const who = people[i % people.length];
    return {
      attendance: `a${i}`, person: { id: `q${i}`, name: `${who?.name} ${i + 1}` }, title: who?.posts[0]?.position, office: 'UBND xã Đồng Tâm', seat: `A${(i % 40) + 1}`, role: i === 0 ? 'CHU_TRI' : 'THANH_VIEN',
      votes: i % 3 !== 2, presence: i % 5 === 0 ? 'CHUA_DIEM_DANH' : i % 7 === 0 ? 'VANG_CO_LY_DO' : i % 4 === 0 ? 'CO_MAT_TRUC_TUYEN' : 'CO_MAT_TRUC_TIEP',
      method: i % 5 === 0 || i % 7 === 0 ? undefined : i % 2 ? 'QR' : 'SECRETARY', arrived: i % 5 === 0 || i % 7 === 0 ? undefined : now - (i % 60) * minute, reason: i % 7 === 0 && i % 5 !== 0 ? 'Đi công tác' : undefined,
    };
  }),
};
const memberView: MeetingSessionView = {
  ...live, official: undefined, help: [], wishes: [], codeOpen: undefined, called: { ...live.queue[0], key: 1, person: person(9), state: 'called', place: undefined } as SpeechView,
  queue: [speech(2, 10), speech(3, 11, { mine: true, place: 2, text: 'Về tiến độ số hóa hồ sơ' })],
  me: { attendance: 'a1', presence: 'CHUA_DIEM_DANH', talks: true, seat: 'C7', help: [{ key: 9, attendance: 'a1', person: person(11), kind: 'water', at: now - minute }] },
  actions: allow('attendance.check_in', 'attendance.ask_help', 'session.ask_to_speak'),
};

async function open(page: Page, url: string, path: string, view: MeetingSessionView = live, as: MeetingView = meeting): Promise<FakeApi> {
  const api = await fakeApi(page, { session: { ...session, demo: undefined } });
  api.answers.set(`GET /api/meetings/${id}`, { body: as });
  api.answers.set(`GET /api/meetings/${id}/session`, { body: view });
  api.answers.set(`GET /api/meetings/${id}/rollcall`, { body: roll });
  api.answers.set(`GET /api/meetings/${id}/code`, { body: { meeting: id, code: '048213', step: 59_000_000, now, until: now + 300_000 } });
  api.answers.set('POST /api/commands', { body: { id: 1, status: 'applied', version: 4 } });
  await page.goto(`${url}${path}`);
  return api;
}

const given = (api: FakeApi) => api.given.filter((each) => each.path === '/api/commands').map((each) => each.body as { name: string; args: Record<string, unknown> });

const see = (page: Page, name: string) => seen(page, `session-${name}`);

test('the console', async ({ page, product }) => {
  await open(page, product.url, `/hop/${id}/session`);
  await expect(page.getByRole('timer')).toContainText(/1:[34]\d/);
  await expect(page.getByText('Chưa đủ túc số, thiếu 1')).toBeVisible();
  await see(page, 'console');
  await page.getByRole('button', { name: 'Ghi tên' }).click();
  await see(page, 'enter');
});

test('the roll-call', async ({ page, product }) => {
  await open(page, product.url, `/hop/${id}/rollcall`);
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2001');
  await see(page, 'rollcall');
});

test('a participant', async ({ page, product }) => {
  await open(page, product.url, `/hop/${id}/session`, memberView, { ...meeting, official: undefined });
  await expect(page.getByText('Bạn đứng thứ 2 trong danh sách chờ')).toBeVisible();
  await see(page, 'member');
});

test('the wall of the room', async ({ page, product }) => {
  await open(page, product.url, `/man-hinh/${id}`);
  await expect(page.getByText('048 213')).toBeVisible();
  await expect(page.getByRole('navigation')).toHaveCount(0);
  await see(page, 'display');
});

test('the door of the room', async ({ page, product }) => {
  const api = await open(page, product.url, '/ban-lam-viec');
  const next = { ...item, id: 'm2', status: 'INVITED' as const, title: 'Giao ban công tác cải cách hành chính', start: now + 70 * minute, end: now + 120 * minute };
  api.answers.set('GET /api/meetings', { body: [item, next] });
  await page.goto(`${product.url}/man-hinh-phong/r1`);
  await expect(page.getByRole('region', { name: 'Đang họp' })).toContainText('Phiên họp thường kỳ');
  await see(page, 'door');
});

test('the console by keys alone', async ({ page, product }) => {
  const api = await open(page, product.url, `/hop/${id}/session`);
  await expect(page.getByRole('timer')).toBeVisible();
  const press = async (key: string, name: string, args: Record<string, unknown>) => {
    await page.keyboard.press(key);
    await expect.poll(() => given(api).at(-1)).toMatchObject({ name, args });
  };
  await press('n', 'session.call.1', { meeting: id, speech: 1, instead: 12 });
  await press('p', 'session.pause_speech.1', { speech: 11 });
  await press('e', 'session.end_speech.1', { speech: 11 });
  await press('x', 'session.item.1', { item: 3, sheet: 'common', do: 'next' });
  api.answers.set(`GET /api/meetings/${id}/session`, { body: { ...live, speaking: undefined } });
  api.tell('meeting');
  await expect(page.getByText('Chưa có ai phát biểu')).toBeVisible();
  await press('b', 'session.begin_speech.1', { speech: 12 });
  await page.getByRole('button', { name: /Đã hỗ trợ xong/ }).click();
  await expect.poll(() => given(api).at(-1)).toMatchObject({ name: 'attendance.help_done.1', args: { request: 5 } });
});

test('the roll is called by keys, and two thousand are found without marks', async ({ page, product }) => {
  const api = await open(page, product.url, `/hop/${id}/rollcall`);
  await expect(page.getByRole('grid')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('1');
  await expect.poll(() => given(api).at(-1)).toMatchObject({ name: 'attendance.set.1', args: { person: 'q2', presence: 'CO_MAT_TRUC_TIEP' } });
  await page.keyboard.press('4');
  await expect.poll(() => given(api).at(-1)).toMatchObject({ args: { person: 'q2', presence: 'VANG_KHONG_LY_DO' } });
  // Only the rows on the screen exist, at the top and at the end.
  await page.keyboard.press('End');
  await expect(page.getByRole('row', { name: / 2000/ })).toBeVisible();
  expect(await page.getByRole('row').count()).toBeLessThan(80);
  await page.getByRole('textbox', { name: 'Tìm tên, cơ quan' }).fill('1777');
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
  await page.getByRole('button', { name: 'Khép điểm danh' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Khép điểm danh' }).click();
  await expect.poll(() => given(api).at(-1)).toMatchObject({ name: 'session.mark_absent.1', args: { meeting: id } });
});

test('a scanned code fills the field, and checks in with its step', async ({ page, product }) => {
  const api = await open(page, product.url, `/hop/${id}/session?ma=048213&buoc=59000000`, memberView, { ...meeting, official: undefined });
  await page.getByRole('button', { name: 'Điểm danh bằng mã' }).click();
  await expect.poll(() => given(api).at(-1)).toMatchObject({ name: 'attendance.check_in_code.1', args: { code: '048213', step: 59_000_000 } });
  api.answers.set('POST /api/commands', { status: 422, body: { code: 'invalid', reason: 'attendance.wrong_code' } });
  await page.getByRole('textbox', { name: /mã 6 số/ }).fill('111111');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'Mã không đúng hoặc đã đổi' })).toBeVisible();
});
