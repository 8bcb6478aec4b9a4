/** Meetings before they begin: the list, the form, the page with answers and approval, the agenda. */
import type { Page } from '@playwright/test';
import { fakeApi, type FakeApi } from './kit/api';
import { agenda, agendaItems, invitee, item, list, past, people, rooms, start, view } from './kit/meetings';
import { checkAccess, expect, seen, shot, test } from './kit/test';

async function open(page: Page, url: string, path: string, change?: (api: FakeApi) => void): Promise<FakeApi> {
  const api = await fakeApi(page);
  await page.route(/\/api\/meetings\?/, (route) => route.fulfill({ json: new URL(route.request().url()).searchParams.has('newest') ? past : list }));
  api.answers.set('GET /api/meetings/m1', { body: view });
  api.answers.set('GET /api/meetings/o1', { body: { ...view, id: 'o1', ...past[0] } });
  api.answers.set('GET /api/meetings/m1/agenda', { body: agenda });
  api.answers.set('GET /api/rooms', { body: rooms });
  api.answers.set('POST /api/ids', { body: { id: 'new1' } });
  api.answers.set('POST /api/commands', { body: { id: 1, status: 'applied', version: 8 } });
  change?.(api);
  await page.goto(`${url}${path}`);
  return api;
}

interface Given { name: string; args: Record<string, unknown> }
const commands = (api: FakeApi) => api.given.filter(({ path }) => path === '/api/commands').map(({ body }) => body as Given).filter(({ name }) => name !== 'meeting.seen.1');
const dialog = (page: Page) => page.getByRole('dialog');

const see = (page: Page, name: string) => seen(page, `invite-${name}`);

test('the list of meetings', async ({ page, product }) => {
  await open(page, product.url, '/hop');
  await expect(page.getByRole('grid', { name: 'Cuộc họp' })).toContainText('Phiên họp UBND xã thường kỳ');
  await see(page, 'list');
  await page.getByRole('tab', { name: /Chờ tôi trả lời/ }).click();
  await expect(page.getByRole('grid')).toContainText('Đơn vị chưa trả lời');
  await see(page, 'list-answer');
});

test('the form of a meeting', async ({ page, product }) => {
  await open(page, product.url, '/hop/m1/sua');
  await expect(page.getByLabel('Tên cuộc họp')).toHaveValue(/Họp giao ban/);
  await expect(page.getByRole('list', { name: 'Thành phần dự họp' }).getByRole('listitem')).toHaveCount(people.length - 1);
  await see(page, 'form');
  await page.getByRole('combobox', { name: 'Mời thêm' }).fill('so noi vu');
  await expect(page.getByRole('option').first()).toContainText('Sở Nội vụ');
  await see(page, 'form-search');
  await page.getByText('Quy tắc của cuộc họp').click();
  await page.getByLabel('Có nội dung bí mật nhà nước').check();
  await page.getByLabel('Có chất vấn và trả lời chất vấn').scrollIntoViewIfNeeded();
  await see(page, 'form-rules');
});

test('the page of a meeting', async ({ page, product }) => {
  await open(page, product.url, '/hop/m1');
  await expect(page.getByRole('region', { name: 'Bạn có dự họp không?' })).toBeVisible();
  await see(page, 'page');
  await page.getByRole('button', { name: 'Cử người dự thay' }).click();
  await expect(dialog(page)).toContainText('không cho người dự thay biểu quyết');
  await see(page, 'substitute');
});

test('the agenda', async ({ page, product }) => {
  await open(page, product.url, '/hop/m1/agenda');
  await expect(page.getByRole('list', { name: 'Chương trình' }).getByRole('listitem')).toHaveCount(agendaItems.length);
  await see(page, 'agenda');
  await page.keyboard.press('n');
  await expect(dialog(page)).toContainText('Ai thấy mục này');
  await see(page, 'agenda-item');
});

test('a meeting is written by keys alone', async ({ page, product }) => {
  const api = await open(page, product.url, '/hop');
  await expect(page.getByRole('grid')).toContainText('Phiên họp UBND xã');
  await page.keyboard.press('n');
  await expect(page.getByLabel('Tên cuộc họp')).toBeFocused();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Cần ghi tên cuộc họp.')).toBeVisible();
  await page.keyboard.type('Họp chuyên đề về đất đai');
  await page.getByRole('textbox', { name: 'Từ', exact: true }).fill('14h30');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('textbox', { name: 'Đến', exact: true })).toHaveValue('16:00');
  const field = page.getByRole('combobox', { name: 'Mời thêm' });
  await field.fill('so noi vu');
  await field.press('Enter');
  await field.fill('ubnd xa hoa binh');
  await field.press('Shift+Enter');
  const lines = page.getByRole('list', { name: 'Thành phần dự họp' }).getByRole('listitem');
  await expect(lines).toHaveCount(2 + 5);
  await lines.nth(1).getByRole('combobox').focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(lines.nth(0)).toContainText('Sở Nội vụ');
  await page.getByLabel('Địa điểm').fill('Hội trường tầng 1');
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveURL(/\/hop\/new1$/);
  expect(commands(api)).toHaveLength(1);
  const { name, args } = commands(api)[0]!;
  expect(name).toBe('meeting.create.1');
  expect(args).toMatchObject({ unit: 'xa0', fields: { title: 'Họp chuyên đề về đất đai', place: 'Hội trường tầng 1', form: 'TRUC_TIEP' } });
  expect((args.people as Array<{ id: string; order: number }>).slice(0, 2)).toMatchObject([{ id: 'so0', unit: true, order: 1 }, { role: 'CHU_TRI', voting: true, order: 2 }]);
});

test('a change gives only what changed, and people come from an earlier meeting', async ({ page, product }) => {
  const api = await open(page, product.url, '/hop/m1/sua');
  await expect(page.getByLabel('Tên cuộc họp')).toHaveValue(/Họp giao ban/);
  const lines = page.getByRole('list', { name: 'Thành phần dự họp' }).getByRole('listitem');
  await page.getByRole('button', { name: 'Bỏ Sở Tài chính' }).click();
  await expect(lines).toHaveCount(people.length - 2);
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveURL(/\/hop\/m1$/);
  expect(commands(api).map(({ name }) => name)).toEqual(['meeting.set_people.1']);
  expect(commands(api)[0]!.args).toMatchObject({ remove: ['so1'], outsiders: [], drop: [] });
  await page.goto(`${product.url}/hop/moi`);
  await page.getByRole('button', { name: 'Lấy từ cuộc họp trước' }).click();
  await page.getByRole('button', { name: /tuần 47/ }).click();
  await expect(lines).toHaveCount(people.length - 1);
});

test('an invitation is answered, a substitute decided, and what is refused says why', async ({ page, product }) => {
  const api = await open(page, product.url, '/hop/m1');
  const mine = page.getByRole('region', { name: 'Bạn có dự họp không?' });
  api.answers.set('POST /api/commands', { status: 409, body: { code: 'conflict', reason: 'meeting.wrong_status', data: { status: 'LIVE' } } });
  await mine.getByRole('button', { name: 'Tham dự' }).click();
  await expect(page.getByText('Cuộc họp đã chuyển trạng thái')).toBeVisible();
  api.answers.set('POST /api/commands', { body: { id: 1, status: 'applied', version: 8 } });
  await mine.getByRole('button', { name: 'Báo vắng' }).click();
  await expect(dialog(page).getByRole('button', { name: 'Báo vắng' })).toBeDisabled();
  await dialog(page).getByLabel('Lý do').fill('Đi công tác');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toHaveCount(0);
  expect(commands(api).at(-1)).toMatchObject({ name: 'meeting.reply.1', args: { reply: 'DECLINED', reason: 'Đi công tác', was: 'PENDING' } });
  await page.getByRole('button', { name: 'Đồng ý Hoàng Thu Lan dự thay', exact: true }).click();
  await expect.poll(() => commands(api).at(-1)).toMatchObject({ name: 'meeting.decide_substitute.1', args: { participant: people[2]!.id, substitute: 'p41', accept: true } });
  await page.getByRole('button', { name: 'Soạn giấy mời' }).click();
  await expect(page).toHaveURL(/\/du-thao\/new1$/);
  const [draft, linked] = commands(api).slice(-2);
  expect(draft).toMatchObject({ name: 'document.draft.1', args: { unit: 'xa0', fields: { type: 'GM' } } });
  expect((draft!.args.to as string[])).toContain('so1');
  expect((draft!.args.to as string[])).not.toContain('xa0');
  expect(linked).toMatchObject({ name: 'meeting.invitation_drafted.1', args: { document: 'new1' } });
});

test('the schedule is submitted, approved and sent back', async ({ page, product }) => {
  const actions = ['meeting.edit', 'meeting.submit', 'meeting.cancel'].map((action) => ({ action, allow: true, reason: 'can.as_secretary' }));
  const draft = { ...view, status: 'DRAFT', role: 'THU_KY', published: undefined, actions };
  const api = await open(page, product.url, '/hop/m1', (fake) => fake.answers.set('GET /api/meetings/m1', { body: draft }));
  await page.getByRole('button', { name: 'Trình duyệt' }).click();
  await expect(dialog(page)).toContainText('Người duyệt');
  await checkAccess(page);
  await shot(page, 'invite-submit');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toHaveCount(0);
  expect(commands(api).at(-1)).toMatchObject({ name: 'meeting.submit.1', args: {} });
  const approver = ['meeting.publish', 'meeting.send_back'].map((action) => ({ action, allow: true, reason: 'can.as_schedule_approver' }));
  api.answers.set('GET /api/meetings/m1', { body: { ...draft, status: 'PENDING_APPROVAL', role: undefined, actions: approver } });
  api.tell('meeting');
  await page.getByRole('button', { name: 'Việc khác' }).click();
  await page.getByRole('menuitem', { name: 'Trả lại để sửa' }).click();
  await dialog(page).getByLabel('Lý do').fill('Trùng lịch tỉnh');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toHaveCount(0);
  expect(commands(api).at(-1)).toMatchObject({ name: 'meeting.send_back.1', args: { text: 'Trùng lịch tỉnh' } });
  await page.getByRole('button', { name: 'Duyệt và phát hành' }).click();
  await expect(dialog(page)).toContainText('người được mời thấy cuộc họp');
  await shot(page, 'invite-publish');
  await dialog(page).getByRole('button', { name: 'Phát hành' }).click();
  await expect(dialog(page)).toHaveCount(0);
  expect(commands(api).at(-1)).toMatchObject({ name: 'meeting.publish.1' });
});

test('an agenda is written line by line and put in order by keys', async ({ page, product }) => {
  const api = await open(page, product.url, '/hop/m1/agenda');
  const lines = page.getByRole('list', { name: 'Chương trình' }).getByRole('listitem');
  await expect(lines.nth(1)).toContainText('08:05');
  await page.getByLabel('Gõ một mục rồi Enter').fill('Thông báo khác 10 phút');
  await page.keyboard.press('Enter');
  await expect.poll(() => commands(api).at(-1)).toMatchObject({ name: 'agenda.put_item.1', args: { meeting: 'm1', type: 'common', title: 'Thông báo khác', minutes: 10, order: 5 } });
  await lines.nth(4).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Alt+ArrowUp');
  await expect(lines.nth(2)).toContainText('Kết luận của chủ trì');
  await expect.poll(() => commands(api).filter(({ name }) => name === 'agenda.order.1').map(({ args }) => args.items)).toEqual([[101, 102, 105, 103, 104]]);
  await lines.nth(1).focus();
  await page.keyboard.press('Enter');
  await dialog(page).getByText('Nội bộ', { exact: true }).click();
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toHaveCount(0);
  expect(commands(api).at(-1)).toMatchObject({ name: 'agenda.put_item.1', args: { type: 'internal', from: 'common' } });
});

test('two thousand people are one list that is searched at once', async ({ page, product }) => {
  const many = Array.from({ length: 2000 }, (_, i) => ({ ...invitee(i), id: `q${i}`, order: i }));
  await open(page, product.url, '/hop/m1', (fake) => fake.answers.set('GET /api/meetings/m1', { body: { ...view, participants: [...people.slice(0, 2), ...many], people: 2002, entitled: [] } }));
  const grid = page.getByRole('grid', { name: 'Thành phần dự họp' });
  await expect(grid).toHaveAttribute('aria-rowcount', '2003');
  expect(await grid.getByRole('row').count()).toBeLessThan(80);
  await page.getByLabel('Tìm trong thành phần').fill('so noi vu pho');
  await expect.poll(async () => Number(await grid.getAttribute('aria-rowcount'))).toBeLessThan(60);
  await page.getByLabel('Tìm trong thành phần').fill('');
  await page.getByRole('group', { name: 'Trả lời' }).getByRole('button', { name: /Vắng/ }).click();
  await expect(grid).toContainText('Đi công tác tại Hà Nội');
  await shot(page, 'invite-people-2000');
});

test('a guest sees no buttons, and English is whole', async ({ page, product }) => {
  await page.addInitScript(() => localStorage.setItem('khonggiay.language', 'en'));
  await open(page, product.url, '/hop/m1', (fake) => fake.answers.set('GET /api/meetings/m1', { body: { ...view, ...item, start, actions: [], participants: people.map((one) => ({ ...one, actions: [] })) } }));
  await expect(page.getByRole('tab', { name: 'Agenda' })).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Participants' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Edit' })).toHaveCount(0);
  await shot(page, 'invite-page-en');
  await page.goto(`${product.url}/hop/m1/agenda`);
  await expect(page.getByText('5 items, 75 of 90 minutes planned.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add an item' })).toHaveCount(0);
  await page.goto(`${product.url}/hop/moi`);
  await expect(page.getByRole('button', { name: 'Save the draft' })).toBeVisible();
  await checkAccess(page);
  await shot(page, 'invite-form-en');
});
