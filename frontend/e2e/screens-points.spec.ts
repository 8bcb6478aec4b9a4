/** Điểm cầu: choosing 215 of them, the board while people meet, a point's own report, and the list that offices keep. */
import type { MeetingView, PointRow, PointView } from '../src/lib/api/model';
import { fakeApi } from './kit/api';
import { directory, session } from './kit/fixtures';
import { expect, seen, test } from './kit/test';

const minute = 60_000;
const now = Date.now();
const unit = { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm', short: 'UBND xã Đồng Tâm' };
const groups = ['TINH', 'SO_NGANH', 'XA_PHUONG', 'XA_PHUONG', 'CUM'] as const;
const statuses = ['TRONG_HOP', 'TRONG_HOP', 'TRONG_HOP', 'MAT_TIN_HIEU', 'CHO_VAO', 'CHUA_KET_NOI', 'ROI', 'DANG_KET_NOI'] as const;
const person = (i: number) => ({ id: directory.people[i]?.id ?? '', name: directory.people[i]?.name ?? '' });
const allow = (...actions: string[]) => actions.map((action) => ({ action, allow: true, reason: 'can.as_secretary' }));

const points: PointView[] = Array.from({ length: 215 }, (_, i) => ({
  id: `p${i}`, version: 2, name: i === 0 ? 'Điểm cầu trung tâm, trụ sở Ủy ban nhân dân tỉnh Sơn Giang' : `Điểm cầu UBND xã số ${i}`, place: 'Tầng 2, trụ sở', unit, group: groups[i % 5] ?? 'XA_PHUONG',
  device: i % 4 === 1 ? 'H323' : 'PC', phone: `0203 3${100 + i} ${100 + i}`, technician: person(i % 80), up: 20_000, down: 50_000, backup: '4G', ended: i === 9 ? now : undefined, mayEdit: i < 12 || undefined,
}));
const rows: PointRow[] = points.map(({ id, name, place, group, device, phone, technician }, i) => {
  const status = statuses[i % 8] ?? 'CHUA_KET_NOI';
  const joined = ['TRONG_HOP', 'MAT_TIN_HIEU', 'ROI'].includes(status) ? now - 50 * minute : undefined;
  return {
    id: `s${i}`, point: id, name, place, unit, group, device, phone, technician, host: i === 0 || undefined, status, joined, left: status === 'ROI' ? now - 5 * minute : undefined, drops: i % 8 === 3 ? 2 : 0,
    headcount: joined ? 8 + (i % 20) : 0, head: joined && i % 3 ? person(i % 80) : undefined, headName: joined && i % 3 === 0 ? 'Lò Văn Páo, Bí thư chi bộ' : undefined, people: [], reported: joined, by: joined ? person(i % 80) : undefined,
    test: i % 6 === 5 ? undefined : { mic: 'ok', speaker: 'ok', camera: i % 6 === 2 ? 'bad' : 'ok', up: 6200, down: 17_500, loss: 4, rtt: 32, at: now - 90 * minute, passed: i % 6 !== 2 },
    percent: i % 7 === 6 ? 60 : 100, actions: allow('point_session.report'),
  };
});
const meeting: MeetingView = {
  id: 'm1', version: 3, unit, status: 'LIVE', form: 'TRUC_TUYEN', class: 'HOI_NGHI_TOAN_TINH', title: 'Hội nghị trực tuyến toàn tỉnh về phòng, chống thiên tai', start: now - 60 * minute, end: now + 90 * minute, people: 24,
  chair: person(0), fields: { title: 'Hội nghị trực tuyến toàn tỉnh', start: now, end: now + 1 }, revision: 1, published: now - 9e7, outsiders: [], history: [], entitled: [], official: true, points: 215,
  participants: directory.people.slice(0, 24).map((each, i) => ({ id: each.id, name: each.name, role: i === 0 ? 'CHU_TRI' : 'THANH_VIEN', reply: 'ACCEPTED', office: unit, actions: [] })), actions: allow('meeting.set_points'),
};

test('215 meeting points, from the list of offices to the report of one', async ({ page, product }) => {
  const api = await fakeApi(page, { session: { ...session, demo: undefined, window: false } });
  const board = { meeting: 'm1', now, points: 215, rows, materials: 'known', actions: allow('meeting.set_points', 'meeting.point_report') };
  api.answers.set('GET /api/points', { body: { points, offices: [unit, { id: 'so0', name: 'Sở Nội vụ' }] } });
  api.answers.set('GET /api/rooms', { body: [] });
  api.answers.set('GET /api/meetings/m1', { body: meeting });
  api.answers.set('GET /api/meetings/m1/points', { body: board });
  api.answers.set('POST /api/commands', { body: { id: 1, status: 'applied', version: 4 } });
  const given = () => api.given.filter((each) => each.path === '/api/commands').map((each) => each.body as { name: string; args: Record<string, unknown> });

  await page.goto(`${product.url}/lich?xem=diem-cau`);
  await expect(page.getByRole('grid', { name: 'Danh mục điểm cầu' })).toContainText('Điểm cầu trung tâm');
  await seen(page, 'points-list');
  await page.getByText('Điểm cầu UBND xã số 1', { exact: true }).click();
  await expect(page.getByRole('dialog').getByLabel('Tên điểm cầu')).toHaveValue('Điểm cầu UBND xã số 1');
  await seen(page, 'points-form');
  await page.getByRole('button', { name: 'Thôi' }).click();

  await page.goto(`${product.url}/hop/m1/overview`);
  await expect(page.getByRole('region', { name: 'Điểm cầu' })).toContainText('215 điểm cầu');
  await page.getByRole('button', { name: 'Chọn điểm cầu' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Tỉnh/ }).click();
  await dialog.getByRole('button', { name: 'Bỏ chọn cả 43 điểm cầu đang hiện' }).click();
  await dialog.getByLabel('Tìm điểm cầu').fill('so 10');
  await seen(page, 'points-choose');
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => given().at(-1)).toMatchObject({ name: 'meeting.set_points.1' });
  expect(given().at(-1)?.args.remove).toHaveLength(rows.filter((row) => row.group === 'TINH' && !row.joined).length);

  await page.getByRole('link', { name: 'Xem bảng điểm cầu' }).click();
  await expect(page.getByRole('grid', { name: 'Điểm cầu' })).toContainText('Mất tín hiệu');
  await expect(page.getByRole('link', { name: 'Báo cáo PDF' })).toHaveAttribute('href', '/api/meetings/m1/points.pdf');
  await seen(page, 'points-board');
  await page.getByText('Điểm cầu UBND xã số 2', { exact: true }).click();
  await page.getByLabel('Quân số').fill('27');
  await seen(page, 'points-report');
  await page.getByRole('button', { name: 'Gửi báo cáo' }).click();
  await expect.poll(() => given().at(-1)).toMatchObject({ name: 'point_session.report.1', args: { meeting: 'm1', point: 'p2', headcount: 27 } });

  api.answers.set('GET /api/meetings/m1', { body: { ...meeting, official: undefined, actions: [] } });
  api.answers.set('GET /api/meetings/m1/points', { body: { ...board, rows: rows.slice(3, 4), actions: [] } });
  await page.reload();
  await expect(page.getByRole('button', { name: 'Báo cáo quân số' })).toBeVisible();
  await seen(page, 'points-own');
});
