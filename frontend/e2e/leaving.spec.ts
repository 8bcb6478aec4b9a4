/** Screens around leaving: the read lock, texts kept aside, a revoked machine, work handed over. */
import type { DeskItem, DeviceDetail, Doc, QuarantineItem } from '../src/lib/api/model';
import { fakeApi } from './kit/api';
import { calm, makeRows, now, session } from './kit/fixtures';
import { checkAccess, expect, seen, shot, test } from './kit/test';

const day = 86_400_000;

test('read lock', async ({ page, product }) => {
  const locked = { ...session, person: undefined, problem: 'device.locked', lock: { lastContact: now - 15 * day, days: 14, waiting: 3, refused: 1, state: 'offline' as const } };
  const api = await fakeApi(page, { session: locked });
  await page.goto(`${product.url}/ban-lam-viec`);
  await expect(page.getByRole('heading', { name: 'Máy này đang tạm khóa đọc' })).toBeVisible();
  await expect(page.getByText('Máy này đã 14 ngày chưa liên lạc với máy chủ tỉnh.')).toBeVisible();
  await expect(page.getByText('3 việc đang chờ gửi vẫn được giữ nguyên')).toBeVisible();
  await seen(page, 'lock');
  await page.keyboard.press('Enter'); // the one button has the focus
  await expect.poll(() => api.given.map((one) => one.path)).toContain('/api/sync/now');
  api.session = session;
  api.tell('session');
  await expect(page.getByRole('navigation').first()).toBeVisible();
});

test('a machine that has left says so, and can be enrolled again', async ({ page, product }) => {
  await fakeApi(page, { session: { ...session, person: undefined, needsEnrolment: true, left: { at: now, commands: 2, files: 3, lost: 1 } } });
  await page.goto(product.url);
  await expect(page.getByRole('heading', { name: 'Máy này đã rời khỏi hệ thống' })).toBeVisible();
  await expect(page.getByText('2 việc chưa gửi đã được niêm phong và bàn giao cho tỉnh')).toBeVisible();
  await expect(page.getByText('3 tệp đi cùng đã về tới tỉnh. 1 tệp máy chủ không nhận được và đã xóa cùng máy; tỉnh biết tên tệp. Muốn dùng lại')).toBeVisible();
  await checkAccess(page);
  await shot(page, 'left');
});

test('texts kept aside: why, since when, copied or let go of', async ({ page, product }) => {
  const kept: QuarantineItem[] = [
    { id: '16-9', command: 9, name: 'document.remark.1', kind: 1, text: 'Đã gọi cho xã, chờ số liệu của thôn Đông.', at: now - day, since: now, status: 'refused', reason: 'record.left' },
    { id: '16-10', command: 10, name: 'document.answer.1', kind: 1, text: 'Đã dự thảo báo cáo.', at: now - day, since: now, status: 'waiting', reason: 'record.left' },
  ];
  const api = await fakeApi(page, { sync: { ...calm, state: 'offline' } });
  api.answers.set('GET /api/quarantine', { body: kept });
  await page.goto(`${product.url}/cai-dat`);
  await page.getByRole('button', { name: 'Mất kết nối' }).click();
  const panel = page.getByRole('dialog', { name: 'Tình trạng đồng bộ' });
  await expect(panel.getByText('Đã gọi cho xã, chờ số liệu của thôn Đông.')).toBeVisible();
  await expect(panel.getByText('Đang chờ máy chủ quyết định')).toBeVisible();
  await expect(panel.getByText(/Rời phạm vi lúc/).first()).toBeVisible();
  await checkAccess(page);
  await shot(page, 'quarantine');
  await panel.getByRole('button', { name: 'Bỏ', exact: true }).click();
  api.answers.set('GET /api/quarantine', { body: kept.slice(1) });
  await page.getByRole('dialog', { name: 'Bỏ việc bị từ chối này?' }).getByRole('button', { name: 'Bỏ' }).click();
  await expect.poll(() => api.given.map((one) => `${one.method} ${one.path}`)).toContain('DELETE /api/sync/refused/9');
  await expect(panel.getByText('Đã gọi cho xã')).toHaveCount(0);
});

test('what was on a revoked machine, what it handed over and confirmed', async ({ page, product }) => {
  const scope = { kind: 'role' as const, unit: 'xa0', unitName: 'UBND xã Đồng Tâm', role: 'clerk', count: 1204, sum: '00ff00ff00ff00ff' };
  const own = { kind: 'work' as const, person: 'p36', personName: 'Trần Văn Dũng', unit: 'xa0', unitName: 'UBND xã Đồng Tâm', count: 87, sum: '0123456789abcdef' };
  const device: DeviceDetail = {
    id: 'd2', name: 'ubnd-dongtam-02', personId: 'p36', person: { id: 'p36', name: 'Trần Văn Dũng' }, enrolled: 1, revoked: now - day, platform: 'windows/amd64', version: '0.1.0',
    held: { at: now - day, documents: 1210, records: 3402, scopes: [scope, own] }, purged: 12, purgedAt: now - 3 * day,
    leave: { commands: 3, handed: now, files: 2, awaited: 1, confirmed: now, records: 3402, segments: 218, unsent: ['Báo cáo quý IV.pdf'], scopes: [scope, { ...own, count: 85, sum: '1' }] },
  };
  const api = await fakeApi(page);
  api.answers.set('GET /api/devices/d2', { body: device });
  await page.goto(`${product.url}/cai-dat`);
  await page.getByRole('button', { name: 'Chi tiết: ubnd-dongtam-02' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/1.210 văn bản, tổng/)).toBeVisible();
  await expect(dialog.getByText(/Đã bàn giao 3 việc chưa gửi/)).toBeVisible();
  await expect(dialog.getByText('2 tệp đi cùng đã về đủ, vẫn niêm phong')).toBeVisible();
  await expect(dialog.getByText('1 tệp không về đủ')).toBeVisible();
  await expect(dialog.getByText(/Đã xác nhận xóa 3.402 bản ghi/)).toBeVisible();
  await expect(dialog.getByText(/Báo cáo quý IV.pdf/)).toBeVisible();
  await checkAccess(page);
  await shot(page, 'device');
});

test('work of somebody who has left is found on the desk and handed over', async ({ page, product }) => {
  const left = { id: 'p39', name: 'Bùi Minh Sơn' };
  const row = makeRows(1)[0];
  if (!row) throw new Error('no row');
  const waits: DeskItem = { ...row, doc: row, queue: 'hand_over', receiver: left.id, from: left, since: now - day };
  const doc: Doc = {
    ...row, unit: { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' }, revision: 0, originalValue: 'paper', checked: {}, where: { machine: true, server: true, pendingUp: 0 },
    actions: [{ action: 'document.hand_over', allow: true, reason: 'can.as_redistributor' }], delegated: [], files: [], directives: [], remarks: [], recipients: [], signatures: [], initials: [],
    relations: [], extensions: [], history: [], replies: [],
    handOvers: [{ from: left, at: now - day, unit: { id: 'xa0p1', name: 'Phòng Văn hóa - Xã hội' }, what: ['task', 'draft'], actions: [{ action: 'document.hand_over', allow: true, reason: 'can.as_redistributor' }] }],
  };
  const api = await fakeApi(page);
  api.answers.set('GET /api/desk', { body: { queues: [{ key: 'hand_over', count: 1 }], items: [waits], overdue: 0, today: 0, unread: 0 } });
  api.answers.set('GET /api/documents/doc0', { body: doc });
  await page.goto(`${product.url}/ban-lam-viec`);
  await expect(page.getByRole('option', { name: /Bàn giao việc dở dang/ })).toContainText('Bùi Minh Sơn');
  await page.goto(`${product.url}/van-ban-den/doc0`);
  await expect(page.getByText('Bùi Minh Sơn đã rời vị trí; việc còn dở ở văn bản này: Xử lý và báo cáo, Hoàn thiện dự thảo.')).toBeVisible();
  await page.keyboard.press('w');
  await page.getByRole('combobox', { name: 'Người nhận bàn giao' }).click();
  await page.getByRole('option').first().click();
  await page.getByLabel('Ghi chú cho người nhận').fill('Đồng chí Sơn chuyển công tác');
  await checkAccess(page);
  await shot(page, 'hand-over');
  await page.getByRole('button', { name: 'Bàn giao', exact: true }).click();
  await expect.poll(() => api.given.at(-1)?.body).toMatchObject({ name: 'document.hand_over.1', target: { id: 'doc0' }, args: { from: 'p39', text: 'Đồng chí Sơn chuyển công tác' } });
});
