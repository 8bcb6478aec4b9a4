/** Lịch công tác: a busy week, the month, rooms, the office's week plan and its paper, the list of rooms. */
import type { Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { MeetingItem, RoomView, WeekLine, WeekView } from '../src/lib/api/model';
import { fakeApi, type FakeApi } from './kit/api';
import { directory } from './kit/fixtures';
import { checkAccess, expect, seen, shot, test } from './kit/test';

const hour = 3600_000;
const monday = Date.parse('2026-11-23T00:00:00+07:00');
const unit = { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm', short: 'UBND xã Đồng Tâm' };
const people = directory.people.filter((person) => person.posts[0]?.unit === 'xa0').map(({ id, name, posts }) => ({ id, name, position: posts[0]?.position }));
const [leader, deputy] = people as [(typeof people)[number], (typeof people)[number]];

const rooms: RoomView[] = [
  { id: 'r1', version: 3, name: 'Hội trường lớn', place: 'Tầng 3, nhà A', seats: 180, unit, equipment: 'Màn hình LED, 12 micrô, thiết bị họp trực tuyến', rows: [12, 14, 16, 16, 16], mayEdit: true },
  { id: 'r2', version: 1, name: 'Phòng họp số 1', place: 'Tầng 2, nhà A', seats: 40, unit, rows: [], mayEdit: true },
  { id: 'r3', version: 1, name: 'Phòng họp trực tuyến', seats: 24, unit, equipment: 'Camera, loa hội nghị', rows: [], closed: true, mayEdit: true },
  { id: 'r4', version: 1, name: 'Phòng họp A', seats: 60, unit: { id: 'so0', name: 'Sở Nội vụ' }, rows: [] },
];
const titles = ['Họp giao ban tuần', 'Phiên họp thường kỳ Ủy ban nhân dân xã tháng 11', 'Họp Ban Chỉ đạo chuyển đổi số, cải cách hành chính', 'Rà soát hộ nghèo, hộ cận nghèo cuối năm 2026', 'Hội nghị trực tuyến toàn tỉnh về phòng, chống thiên tai và tìm kiếm cứu nạn', 'Tiếp công dân định kỳ'];
const starts = [8, 8, 9, 10, 13.5, 14, 14.5, 15, 16];
const statuses = ['INVITED', 'INVITED', 'INVITED', 'LIVE', 'DRAFT', 'CANCELLED', 'FINISHED', 'INVITED', 'PENDING_APPROVAL'] as const;

function meeting(i: number): MeetingItem {
  const from = monday + (i % 5) * 24 * hour + (starts[Math.floor(i / 5) % 9] ?? 8) * hour;
  const room = rooms[i % 3 === 2 ? 3 : i % 2];
  return {
    id: `m${i}`, version: 1, unit, status: statuses[i % 9] ?? 'INVITED', title: titles[i % 6] ?? '', start: from, end: from + [1, 2, 1.5, 0.5][i % 4]! * hour,
    form: i % 4 === 3 ? 'TRUC_TUYEN' : 'TRUC_TIEP', room: i % 4 === 3 ? undefined : room, chair: leader, people: 12, role: i % 2 ? 'THANH_VIEN' : '', reply: i % 2 ? (i % 3 ? 'PENDING' : 'ACCEPTED') : '', secret: i === 17 || undefined,
  };
}
const busy = [...Array.from({ length: 59 }, (_, i) => meeting(i)), { ...meeting(2), id: 'sat', start: monday + 5 * 24 * hour + 19 * hour, end: monday + 5 * 24 * hour + 20.5 * hour }];

const lineAt = (key: number, day: number, from: number, to: number, title: string, more: Partial<WeekLine> = {}): WeekLine => ({
  key, start: monday + day * 24 * hour + from * hour, end: to ? monday + day * 24 * hour + to * hour : undefined, title, leaders: [leader], place: 'Phòng họp số 1, Tầng 2, nhà A', changed: '', ...more,
});
const lines: WeekLine[] = [
  lineAt(1, 0, 7.5, 9, 'Chào cờ, họp giao ban đầu tuần', { attend: 'Thường trực HĐND, lãnh đạo UBND xã, trưởng các phòng', unit: { id: 'xa0p0', name: 'Văn phòng HĐND và UBND' }, meeting: 'm0' }),
  lineAt(2, 0, 14, 16.5, 'Làm việc với Sở Nông nghiệp và Môi trường về công tác phòng, chống thiên tai', { leaders: [leader, deputy], attend: 'Phòng Kinh tế; Ban Chỉ huy Quân sự; Công an xã', changed: 'changed' }),
  lineAt(3, 1, 8, 11, 'Tiếp công dân định kỳ', { place: 'Phòng Tiếp công dân', attend: 'Ban Tiếp công dân, Thanh tra, Tư pháp', leaders: [deputy] }),
  lineAt(4, 2, 8, 0, 'Kiểm tra thực địa tuyến kênh nội đồng thôn Đông, thôn Đoài', { place: 'Thôn Đông', car: '15A-123.45', note: 'Mang ủng, áo mưa' }),
  lineAt(5, 3, 13.5, 17, 'Phiên họp thường kỳ Ủy ban nhân dân xã tháng 11', { attend: 'Ủy viên UBND xã; mời Thường trực Đảng ủy, HĐND, UBMTTQ xã', place: 'Hội trường lớn, Tầng 3, nhà A' }),
  lineAt(6, 4, 8, 9.5, 'Dự hội nghị trực tuyến toàn tỉnh', { changed: 'new' }),
  lineAt(7, 5, 19, 21, 'Dự Ngày hội Đại đoàn kết toàn dân tộc thôn Đoài', { place: 'Nhà văn hóa thôn Đoài', changed: 'removed' }),
];
const all = ['week.approve', 'week.edit', 'week.publish', 'week.send_back', 'week.submit'];
const allowed = (...names: string[]) => all.map((action) => ({ action, allow: names.includes(action), reason: 'can.as_week_drafter' }));
const week: WeekView = {
  id: 'w1', version: 4, unit, monday: '2026-11-23', state: 'pending', lines: lines.slice(0, 5), draft: lines, drafts: true, meetings: [lineAt(0, 4, 14, 15, 'Họp Ban Chỉ đạo chuyển đổi số', { key: undefined, meeting: 'm9' })],
  by: people[2], approver: leader, submitted: monday - 60 * hour, approved: monday - 80 * hour, published: monday - 78 * hour, revision: 1, actions: allowed('week.edit', 'week.approve', 'week.send_back'),
};

async function open(page: Page, url: string, path: string, answers: Record<string, unknown> = {}): Promise<FakeApi> {
  const api = await fakeApi(page);
  for (const [key, body] of Object.entries({ 'GET /api/meetings': busy, 'GET /api/rooms': rooms, 'GET /api/weeks/xa0/2026-11-23': week, ...answers })) api.answers.set(key, { body });
  await page.goto(`${url}/lich?${path}`);
  return api;
}

const see = (page: Page, name: string) => seen(page, `schedule-${name}`);

test('a week of sixty meetings', async ({ page, product }) => {
  await open(page, product.url, 'xem=tuan&ngay=2026-11-25');
  await expect(page.getByRole('link', { name: /Họp giao ban tuần/ }).first()).toBeVisible();
  await expect(page.getByRole('list', { name: /Thứ Hai/ }).getByRole('listitem')).toHaveCount(12);
  await see(page, 'week');
});

test('a month', async ({ page, product }) => {
  await open(page, product.url, 'xem=thang&ngay=2026-11-25');
  await expect(page.getByRole('button', { name: '+9 cuộc họp khác' }).first()).toBeVisible();
  await see(page, 'month');
});

test('by room', async ({ page, product }) => {
  await open(page, product.url, 'xem=theo-phong&ngay=2026-11-25');
  await expect(page.getByRole('rowheader', { name: /Hội trường lớn/ })).toBeVisible();
  await see(page, 'rooms');
});

test('the week plan, while it is with its approver', async ({ page, product }) => {
  await open(page, product.url, 'xem=lich-tuan&ngay=2026-11-25');
  await expect(page.getByRole('button', { name: 'Duyệt lịch' })).toBeVisible();
  await expect(page.getByRole('table').getByText('Thay đổi')).toBeVisible();
  await see(page, 'plan');
  await page.getByRole('button', { name: /^Sửa: Kiểm tra thực địa/ }).click();
  await expect(page.getByRole('dialog').getByLabel('Từ giờ')).toHaveValue('08:00');
  await see(page, 'plan-line');
});

test('the list of rooms, and a room', async ({ page, product }) => {
  await open(page, product.url, 'xem=phong-hop', {});
  await expect(page.getByText('Ngừng sử dụng')).toBeVisible();
  await see(page, 'manage');
  await page.getByRole('button', { name: 'Sửa Hội trường lớn' }).click();
  await expect(page.getByRole('dialog').getByLabel('Số ghế từng hàng')).toHaveValue('12, 14, 16, 16, 16');
  await see(page, 'room');
});

test('keys move through the weeks, and a card opens its meeting', async ({ page, product }) => {
  await open(page, product.url, 'xem=tuan&ngay=2026-11-25');
  await expect(page.getByText('Tuần 48: 23/11 – 29/11/2026')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('Tuần 49: 30/11 – 06/12/2026')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('link', { name: /Chưa trả lời/ }).first().click();
  await expect(page).toHaveURL(/\/hop\/m/);
});

test('a week without meetings says so, and the filter asks for one’s own', async ({ page, product }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await open(page, product.url, 'xem=tuan&ngay=2026-11-25', { 'GET /api/meetings': [] });
  await expect(page.getByText('Không có cuộc họp nào trong tuần này')).toBeVisible();
  await checkAccess(page);
  await shot(page, 'schedule-none');
  await page.getByRole('button', { name: 'Của tôi' }).click();
  await expect(page).toHaveURL(/cua=toi/);
  await expect.poll(() => asked.some((url) => url.includes('/api/meetings?') && url.includes('mine=true') && url.includes(`from=${monday}`))).toBe(true);
});

test('a plan is drafted from the meetings of the week, by keys', async ({ page, product }) => {
  const api = await open(page, product.url, 'xem=lich-tuan&ngay=2026-11-25', {
    'GET /api/weeks/xa0/2026-11-23': { ...week, version: 0, state: '', lines: [], draft: [], published: undefined, approved: undefined, submitted: undefined, revision: undefined, approver: undefined, actions: allowed('week.edit') },
  });
  api.answers.set('POST /api/commands', { body: { id: 1, status: 'applied', version: 1 } });
  await expect(page.getByText('Tuần này chưa có lịch. Thêm việc')).toBeVisible();
  await shot(page, 'schedule-plan-none');
  await page.getByRole('button', { name: 'Lấy cuộc họp của tuần (1)' }).press('Enter');
  await expect.poll(() => api.given.at(-1)?.body).toMatchObject({ name: 'week.edit.1', target: { kind: 31, id: 'w1' }, base: 0, args: { unit: 'xa0', monday: '2026-11-23', set: [{ meeting: 'm9', leaders: [leader.id] }] } });
  await page.getByRole('button', { name: 'Thêm việc ngày 24/11/2026' }).click();
  await expect(page.getByRole('dialog').getByLabel('Từ giờ')).toBeFocused();
  await page.keyboard.type('8h30');
  await page.getByRole('dialog').getByLabel('Nội dung').fill('Tiếp công dân');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(api.given.at(-1)?.body).toMatchObject({ name: 'week.edit.1', args: { set: [{ title: 'Tiếp công dân', start: monday + 32.5 * hour }] } });
});

test('a plan that was sent back says why', async ({ page, product }) => {
  await open(page, product.url, 'xem=lich-tuan&ngay=2026-11-25', { 'GET /api/weeks/xa0/2026-11-23': { ...week, state: 'draft', reason: 'Bổ sung lịch tiếp công dân ngày thứ Ba', actions: allowed('week.edit', 'week.submit') } });
  await expect(page.getByText('Bổ sung lịch tiếp công dân ngày thứ Ba')).toBeVisible();
  await page.getByText('Bản đã ban hành').click();
  await expect(page.getByRole('table').getByText('Bổ sung', { exact: true })).toHaveCount(0);
  await checkAccess(page);
  await shot(page, 'schedule-plan-back');
});

test('on paper it is A4 across, with the head of the office', async ({ page, product }) => {
  await open(page, product.url, 'xem=lich-tuan&ngay=2026-11-25', { 'GET /api/weeks/xa0/2026-11-23': { ...week, state: 'published', lines, revision: 2, draft: [], meetings: [], drafts: false, actions: allowed() } });
  await expect(page.getByRole('button', { name: 'In lịch' })).toBeVisible();
  const file = join(process.env.SHOTS ?? test.info().outputDir, 'schedule-week.pdf');
  const pdf = await page.pdf({ path: file, preferCSSPageSize: true });
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeLessThanOrEqual(2); // the fonts of the machine decide
  expect(pdf.toString('latin1')).toMatch(/\/MediaBox\s*\[\s*0 0 84[12][.\d]* 59[45]/);
  const words = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  for (const text of ['LỊCH CÔNG TÁC TUẦN', 'ỦY BAN NHÂN DÂN XÃ ĐỒNG TÂM', 'Từ ngày 23 tháng 11 năm 2026 đến ngày 29 tháng 11 năm 2026']) expect(words.replaceAll(/\s+/g, ' ')).toContain(text);
  expect(words).not.toContain('Danh bạ');
});

test('English is whole', async ({ page, product }) => {
  await page.addInitScript(() => localStorage.setItem('khonggiay.language', 'en'));
  await open(page, product.url, 'xem=lich-tuan&ngay=2026-11-25');
  await expect(page.getByRole('button', { name: 'Approve the week plan' }).or(page.getByRole('button', { name: 'Approve' })).first()).toBeVisible();
  await checkAccess(page);
  await shot(page, 'schedule-plan-en');
});

test('an address for the phone is made, shown once, and ended', async ({ page, product }) => {
  const api = await open(page, product.url, 'xem=tuan&ngay=2026-11-25', { 'GET /api/calendar-feed': {}, 'POST /api/calendar-feed': { path: '/lich/abc.ics' } });
  await page.getByRole('button', { name: 'Lịch trên điện thoại' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Chưa có địa chỉ riêng')).toBeVisible();
  api.answers.set('GET /api/calendar-feed', { body: { made: monday, used: monday + hour } });
  await dialog.getByRole('button', { name: 'Tạo địa chỉ riêng' }).click();
  await expect(dialog.getByLabel('Địa chỉ lịch')).toHaveValue('https://may-chu.songiang.example:8443/lich/abc.ics');
  await checkAccess(page);
  await shot(page, 'schedule-feed');
  await dialog.getByRole('button', { name: 'Thu hồi địa chỉ' }).click();
  await expect(dialog.getByText('Đọc lần cuối lúc')).toBeVisible();
  expect(api.given.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/calendar-feed' });
});
