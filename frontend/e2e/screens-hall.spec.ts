/** The room of a conference and the console of those who lead it. The host is played; the media are real. */
import type { Page } from '@playwright/test';
import type { Told } from '../src/features/conference/protocol';
import { chromiumArgs } from '../playwright.config';
import { fakeApi } from './kit/api';
import { session } from './kit/fixtures';
import { arrived, linesOf, own, PlayedHall, points } from './kit/hall';
import { view } from './kit/meetings';
import { checkAccess, expect, seen, shot, test } from './kit/test';

test.use({
  permissions: ['camera', 'microphone'],
  launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...chromiumArgs, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--autoplay-policy=no-user-gesture-required'] },
});

const meeting = { ...view, status: 'LIVE' as const, published: 1, form: 'TRUC_TUYEN' as const, title: 'Hội nghị trực tuyến toàn tỉnh về phòng, chống thiên tai' };
const everything = ['admit', 'refuse', 'lobby', 'lock', 'remove', 'end', 'mode', 'mute_all', 'mute', 'camera', 'floor', 'next', 'stage', 'chair', 'sub_chair', 'screen', 'layout', 'announce', 'chat', 'reactions', 'lower', 'roll', 'test'];

interface Opening {
  may?: string[];
  status?: 'TRONG_HOP' | 'CHO_VAO';
  told?: Told;
  count?: number;
  path?: string;
}

async function open(page: Page, url: string, { may = [], status = 'TRONG_HOP', told = {}, count = 60, path = '' }: Opening = {}) {
  const rows = [...points(count), { i: own, n: session.person!.name, k: 'person' as const, r: may.length > 0 ? 'THU_KY' : 'THANH_VIEN', s: 'TRONG_HOP' as const, o: count + 1, l: 2 }];
  const api = await fakeApi(page);
  const sends = { audio: false, camera: true, screen: false };
  const hall = new PlayedHall(page, () => [
    {
      hello: { station: own, kind: 'person', person: session.person!.id, name: session.person!.name, role: 'THANH_VIEN', resume: 'r', host: 'server', meeting: meeting.id, audioSlots: 4, videoSlots: 28 },
      now: Date.now(), epoch: 1, me: { status, may, allowed: { audio: true, camera: true, screen: true }, sends },
      talk: { chat: true, reactions: false },
    },
    ...(status === 'CHO_VAO' ? [] : [{
      floor: { mode: 'HOI_NGHI' as const, given: ['s3'], holders: ['s1', 's3'], next: ['s4', 's8'], upcoming: ['s4', 's8'], prepare: 's4' },
      view: { layout: 'GALLERY' as const, since: 0, chair: 's1', stage: ['s1', 's3'] }, door: { waiting: 2 }, roll: {},
      all: true, stations: rows, lines: may.length > 0 ? linesOf(rows) : undefined, speaking: 's3',
      chat: [{ n: 1, station: 's2', name: 'UBND xã Hòa Bình', text: 'Điểm cầu xã Hòa Bình nghe và thấy rõ.', at: Date.now() - 90_000 }], ...told,
    }]),
  ]);
  await hall.listen(meeting.id);
  api.answers.set(`GET /api/meetings/${meeting.id}`, { body: meeting });
  api.answers.set(`GET /api/meetings/${meeting.id}/points`, { body: { meeting: meeting.id, now: 1, points: 0, rows: [], actions: [] } });
  api.answers.set(`GET /api/meetings/${meeting.id}/materials`, { body: { items: [], actions: [], materials: [] } });
  api.answers.set(`POST /api/meetings/${meeting.id}/conference/ticket`, { body: { ticket: 't', expires: 1, station: own, ice: [] } });
  await page.goto(`${url}/hop/${meeting.id}/phong-hop${path}`);
  return { api, hall };
}

test('who answers for an invited unit comes in as its meeting point, and puts no machine out unasked', async ({ page, product }) => {
  const { api } = await open(page, product.url);
  const unit = { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' };
  const row = {
    id: 'ps1', point: 'd1', name: 'Điểm cầu UBND xã Đồng Tâm', unit, group: 'XA_PHUONG', status: 'TRONG_HOP', drops: 0, headcount: 0, people: [],
    actions: [{ action: 'point_session.enter', allow: true, reason: 'can.as_point' }],
  };
  api.answers.set(`GET /api/meetings/${meeting.id}`, { body: { ...meeting, points: 1, actions: [] } });
  api.answers.set(`GET /api/meetings/${meeting.id}/points`, { body: { meeting: meeting.id, now: 1, points: 1, rows: [row], actions: [] } });
  await page.reload();
  await expect(page.getByText('Nếu vào từ đây, máy kia sẽ rời phòng.')).toBeVisible();
  await expect(page.getByRole('radio', { name: 'Cá nhân' })).toHaveCount(0);
  await seen(page, 'hall-door-point');
  await page.getByRole('button', { name: 'Vào thay máy kia' }).click();
  await expect.poll(() => api.given.at(-1)).toMatchObject({ path: `/api/meetings/${meeting.id}/conference/ticket`, body: { as: 'point', point: 'd1' } });

  api.answers.set(`GET /api/meetings/${meeting.id}/points`, { body: { meeting: meeting.id, now: 1, points: 1, rows: [{ ...row, actions: [] }], actions: [] } });
  await page.reload();
  await expect(page.getByText('Hãy cử người dự ở trang cuộc họp')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Vào phòng họp' })).toBeDisabled();
  await seen(page, 'hall-door-nobody');
});

const toolbar = (page: Page) => page.getByRole('toolbar', { name: 'Nút điều khiển' });
const tile = (page: Page, id: string) => page.locator(`[data-station="${id}"]`);

test('from the door through the room by keys: pictures, floor, chat, a lost line', async ({ page, product }) => {
  const { api, hall } = await open(page, product.url);
  await expect(page.locator('video')).toBeVisible();
  await seen(page, 'hall-door');
  await page.getByRole('button', { name: 'Kiểm tra kỹ thuật' }).click();
  const door = page.getByRole('dialog', { name: 'Kiểm tra kỹ thuật' });
  await expect(door.getByText('Chưa đo được')).toBeVisible();
  await door.getByRole('button', { name: 'Phát tiếng thử' }).click();
  await expect(door.getByText(/^Tiếng loa (không )?lọt lại vào micro/)).toBeVisible();
  await door.getByRole('button', { name: 'Có' }).first().click();
  await checkAccess(page);
  await shot(page, 'hall-door-test');
  await door.getByRole('button', { name: 'Lưu kết quả' }).click();
  await expect(door).toBeHidden();
  await page.getByRole('button', { name: 'Vào phòng họp' }).click();
  expect(api.given.at(-1)).toMatchObject({ path: `/api/meetings/${meeting.id}/conference/ticket`, body: { as: 'person' } });

  await expect.poll(() => hall.last('report')?.report).toMatchObject({ speaker: 'ok' });

  // 25 tiles, each asked for as large as it is drawn; the pictures are there, and one's own camera goes out.
  await expect(tile(page, 's2').locator('video')).toBeVisible();
  expect(await page.locator('[data-station]').count()).toBe(25);
  expect(hall.last('watch')?.watch.every(({ height }) => height <= 180)).toBe(true);
  await expect.poll(() => tile(page, 's2').locator('video').evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0);
  await expect.poll(() => arrived(page)).toBeGreaterThan(0);
  expect(hall.said.filter((frame) => 'offer' in frame).every((frame) => 'offer' in frame && frame.offer.sdp.length < 96 * 1024)).toBe(true);
  await seen(page, 'hall-gallery');

  await page.keyboard.press('m');
  await expect.poll(() => hall.last('sends')?.sends.audio).toBe(true);
  await page.keyboard.press('m');
  await page.keyboard.down('Space');
  await expect.poll(() => hall.last('sends')?.sends.audio).toBe(true);
  await page.keyboard.up('Space');
  await expect.poll(() => hall.last('sends')?.sends.audio).toBe(false);
  await page.keyboard.press('h');
  await expect.poll(() => hall.last('hand')?.hand).toBe(true);
  await page.keyboard.press(']');
  await expect(tile(page, 's30')).toBeVisible();
  await expect.poll(() => hall.last('watch')?.watch.some(({ station }) => station === 's30')).toBe(true);

  hall.tell({ view: { layout: 'CHAIR_SPEAKER', since: 0, chair: 's1', stage: ['s1', 's3'] }, me: { status: 'TRONG_HOP', may: [], allowed: { audio: false, camera: true, screen: false }, sends: { audio: false, camera: true, screen: false }, prepare: true }, floor: { mode: 'HOI_NGHI', mutedAll: true, holders: ['s1', 's3'] }, talk: { chat: true, banner: { text: 'Đề nghị các điểm cầu chuẩn bị tài liệu số 3.', at: 5, by: 's1' } } });
  await expect(page.getByText('Chủ tọa đang tắt tiếng. Giơ tay (H)')).toBeVisible();
  await expect.poll(() => hall.last('watch')?.watch.find(({ station }) => station === 's3')?.height).toBeGreaterThan(180);
  await page.keyboard.press('c');
  await page.getByRole('textbox', { name: 'Nhắn cho mọi người' }).fill('Xã Đồng Tâm đã nhận đủ tài liệu.');
  await page.keyboard.press('Enter');
  await expect.poll(() => hall.last('chat')?.chat).toBe('Xã Đồng Tâm đã nhận đủ tài liệu.');
  await seen(page, 'hall-speaker');
  await page.getByRole('button', { name: 'Đóng' }).last().click();

  hall.tell({ asked: ['test'] });
  await page.getByRole('status').or(page.getByRole('alert')).getByText('đề nghị kiểm tra').waitFor();
  await page.getByRole('button', { name: 'Kiểm tra kỹ thuật' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Có' }).first().click();
  await checkAccess(page);
  await shot(page, 'hall-test');
  await page.getByRole('button', { name: 'Gửi kết quả' }).click();
  await expect.poll(() => hall.last('report')?.report.speaker).toBe('ok');

  await hall.connections[0]?.close({ code: 1006 });
  await expect(page.getByText('Mất kết nối tới máy chủ. Đang tự nối lại')).toBeVisible();
  await shot(page, 'hall-lost');
  await expect.poll(() => hall.connections.length).toBe(2);
  expect(hall.connections[1]?.url()).toContain('resume=r');
  await expect(tile(page, 's30').locator('video')).toBeVisible();
  await page.keyboard.press('l');
  await page.getByRole('dialog').getByRole('button', { name: 'Rời phòng' }).click();
  await expect(page).toHaveURL(new RegExp(`/hop/${meeting.id}$`));
  expect(hall.last('leave')).toBeDefined();
});

test('in a discussion who speaks is seen large, and one’s own look is by a key or the menu', async ({ page, product }) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  const set = { layout: 'CHAIR_SPEAKER' as const, since: 0, chair: 's1', stage: ['s1'] };
  const { hall } = await open(page, product.url, { told: { floor: { mode: 'THAO_LUAN' }, view: { ...set, heard: ['s5'] }, speaking: 's5' } });
  await page.getByRole('button', { name: 'Vào phòng họp' }).click();
  const pictures = page.getByRole('region', { name: 'Hình ảnh phòng họp' });
  const width = async (id: string) => (await tile(page, id).first().boundingBox())?.width ?? 0;
  const asked = (id: string) => hall.last('watch')?.watch.find(({ station, track }) => station === id && track === 'camera')?.height ?? 0;
  await expect(pictures).toHaveAttribute('data-shape', 'pair');
  await expect.poll(() => asked('s5')).toBeGreaterThan(180);
  await expect(tile(page, 's5').locator('video')).toBeVisible();
  await seen(page, 'hall-look-set');

  await page.keyboard.press('k');
  await expect(pictures).toHaveAttribute('data-shape', 'one');
  await expect.poll(() => width('s5')).toBeGreaterThan(800);
  expect(await width('s1')).toBeLessThan(250);
  hall.tell({ view: { ...set, layout: 'GRID4', heard: ['s7', 's5'] }, speaking: 's7' });
  await expect.poll(() => width('s7')).toBeGreaterThan(800);
  hall.tell({ view: { ...set, heard: [own, 's7'] }, speaking: own }); // nobody watches himself
  await expect.poll(() => width('s7')).toBeGreaterThan(800);
  await seen(page, 'hall-look-speaker');

  await page.getByRole('button', { name: 'Cách xem trên máy này: Người đang nói' }).click();
  await page.getByRole('menuitemradio', { name: 'Tất cả các điểm' }).click();
  await expect(pictures).toHaveAttribute('data-shape', 'gallery');
  expect(await page.locator('[data-station]').count()).toBe(25);
  await seen(page, 'hall-look-gallery');

  await page.keyboard.press('k');
  await expect(pictures).toHaveAttribute('data-shape', 'slides');
  hall.tell({ view: { ...set, screen: 's3', heard: ['s7'] } });
  await expect.poll(() => hall.last('watch')?.watch.some(({ station, track }) => station === 's3' && track === 'screen')).toBe(true);
  await expect(tile(page, 's3').locator('video')).toBeVisible();
  await seen(page, 'hall-look-slides');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Cách xem trên máy này: Tài liệu' })).toBeVisible();
  expect(hall.connections.at(-1)?.url()).toContain('resume=r');
  await page.keyboard.press('k');
  await expect(pictures).toHaveAttribute('data-shape', 'pair');
  await expect(tile(page, 's5').locator('video')).toBeVisible();
});

test('the console: 215 stations by keys, the lobby, and what the person who waits sees', async ({ page, product }) => {
  const { api, hall } = await open(page, product.url, { may: everything, count: 215, path: '/dieu-hanh' });
  await expect(page.locator('video')).toBeVisible();
  const ready = points(215).map(({ i, n }) => ({ id: i, point: i, name: n, people: [], status: 'TRONG_HOP', percent: 88, actions: [] }));
  api.answers.set(`GET /api/meetings/${meeting.id}/points`, { body: { meeting: meeting.id, now: 1, points: 215, rows: ready, materials: 'known', actions: [] } });
  await page.getByRole('button', { name: 'Vào phòng họp' }).click();
  const grid = page.getByRole('grid', { name: 'Bảng trạng thái các điểm' });
  await expect(grid).toHaveAttribute('aria-rowcount', '217');
  await seen(page, 'hall-console');
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('a');
  await expect.poll(() => hall.last('do')?.do).toMatchObject({ act: 'admit', station: 's145' });
  await page.getByRole('textbox', { name: 'Tìm điểm cầu' }).fill('hoa binh 22');
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
  await grid.focus();
  for (const [key, act] of [['f', { act: 'floor', station: 's212', on: true }], ['q', { act: 'next', stations: ['s4', 's8', 's212'] }], ['g', { act: 'layout', layout: 'SPOTLIGHT', station: 's212' }], ['Shift+X', { act: 'mute_all', on: true }]] as const) {
    await page.keyboard.press(key);
    await expect.poll(() => hall.last('do')?.do).toEqual(act);
  }
  await page.keyboard.press('Delete');
  await page.getByRole('dialog', { name: /^Mời UBND xã Hòa Bình 22 ra khỏi phòng/ }).getByRole('button', { name: 'Mời ra khỏi phòng' }).click();
  await expect.poll(() => hall.last('do')?.do).toEqual({ act: 'remove', station: 's212' });
  await page.getByRole('textbox', { name: 'Tìm điểm cầu' }).fill('');
  await page.getByRole('combobox', { name: 'Nhóm' }).click();
  await page.getByRole('option', { name: 'Tỉnh', exact: true }).click();
  await expect(grid).toHaveAttribute('aria-rowcount', '73');
  await expect(grid.getByRole('row', { name: /UBND xã Đồng Tâm / }).first()).toContainText('88%');
  await seen(page, 'hall-console-group');
  await toolbar(page).getByRole('button', { name: 'Điều hành' }).click();
  await expect(page.getByRole('region', { name: 'Hình ảnh phòng họp' })).toBeVisible();
  await hall.connections.at(-1)?.close({ code: 1008, reason: 'conference.removed' });
  await expect(page.getByText('Chủ trì đã mời ra khỏi phòng họp trực tuyến.')).toBeVisible();
  await shot(page, 'hall-removed');

  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await open(page, product.url, { status: 'CHO_VAO' });
  await page.getByRole('button', { name: 'Vào phòng họp' }).click();
  await expect(page.getByText('Bạn đang ở phòng chờ. Chưa ai thấy hay nghe bạn.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Kiểm tra kỹ thuật' })).toBeVisible();
  await seen(page, 'hall-lobby');
});

test('a window without pictures opens the room in the browser', async ({ page, product }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'RTCPeerConnection', { value: undefined });
  });
  const { api } = await open(page, product.url);
  api.session = { ...session, window: true };
  await page.reload();
  await page.getByRole('button', { name: 'Mở trong trình duyệt' }).click();
  expect(api.given.at(-1)).toMatchObject({ path: '/api/native/room', body: { meeting: meeting.id } });
});
