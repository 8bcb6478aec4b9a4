/** What people see of files on their way: on the machine that waits, at the sender, and at the administrator when a machine has tampered. */
import type { Doc, DocRow, FileInfo, SyncStatus } from '../src/lib/api/model';
import { fakeApi } from './kit/api';
import { calm, makeRows, now } from './kit/fixtures';
import { expect, seen, test } from './kit/test';

const file = (key: number, change: Partial<FileInfo>): FileInfo => ({
  key, name: `Phụ lục ${key}.pdf`, media: 'application/pdf', role: 1, size: 11_800_000, sha256: String(key).repeat(64), at: now, newest: true, first: key, version: 1, here: false, atServer: true, ...change,
});
const docOf = (row: DocRow, change: Partial<Doc>): Doc => ({
  ...row, unit: { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' }, revision: 0, originalValue: 'none', checked: {}, where: { machine: false, server: true, pendingUp: 0 },
  actions: [], delegated: [], files: [], directives: [], remarks: [], recipients: [], signatures: [], initials: [], relations: [], extensions: [], history: [], replies: [], handOvers: [], ...change,
});
const [incoming, , outgoing] = makeRows(3) as [DocRow, DocRow, DocRow];
const coming = { done: 12_400_000, total: 30_000_000, estimateMs: 190_000 };
const sync: SyncStatus = {
  ...calm, courier: { province: true, colleagues: 2, lacking: 48_000_000, waits: false },
  downloads: [
    { sha256: 'b'.repeat(64), name: 'Tài liệu kỳ họp thứ mười hai, Hội đồng nhân dân xã.pdf', document: incoming.id, direction: 'incoming', subject: incoming.subject, ...coming },
    { sha256: 'c'.repeat(64), name: 'Phụ lục 2.pdf', document: incoming.id, direction: 'incoming', subject: incoming.subject, done: 0, total: 11_800_000 },
  ],
};
const lacking = ['Ủy ban nhân dân xã Bình Minh', 'Ủy ban nhân dân xã Kim Đức', 'Ủy ban nhân dân xã Trường Xuân'].map((name, i) => ({ unit: `xa${i + 5}`, name, laptops: i === 1 ? 0 : 2 }));
const alarm = { officeId: 'xa0', office: { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' }, at: now, items: 3, mayEnd: true };
const devices = [
  { id: 'd1', name: 'ubnd-dongtam-01', personId: 'p35', person: { id: 'p35', name: 'Nguyễn Thị Hà' }, enrolled: 1, lastSeen: now },
  { id: 'd3', name: 'ubnd-dongtam-03', personId: 'p36', person: { id: 'p36', name: 'Trần Văn Dũng' }, enrolled: 1, lastSeen: now, alarm },
];

for (const language of ['vi', 'en'] as const) {
  const vi = language === 'vi';

  test.describe(language, () => {
    test.beforeEach(({ page }) => page.addInitScript((chosen) => localStorage.setItem('khonggiay.language', chosen), language));

    test('files that are coming, in the panel and at their document', async ({ page, product }) => {
      const api = await fakeApi(page, { sync });
      const doc = docOf(incoming, { files: [file(1, { role: 0, name: 'Tài liệu kỳ họp thứ mười hai, Hội đồng nhân dân xã.pdf', progress: coming }), file(2, { progress: { done: 0, total: 11_800_000 } }), file(3, { here: true })] });
      api.answers.set(`GET /api/documents/${incoming.id}`, { body: doc });
      api.answers.set(`GET /api/documents/${incoming.id}/files/1`, { status: 202, body: coming });
      await page.goto(`${product.url}/van-ban-den/${incoming.id}`);
      const left = vi ? /còn khoảng 3 phút/ : /about 3 minutes left/;
      await expect(page.getByRole('progressbar').first()).toHaveAttribute('aria-valuenow', '41');
      await expect(page.getByText(left).first()).toBeVisible();
      await page.keyboard.press('3');
      const bar = page.getByRole('progressbar', { name: vi ? 'Đang về: Tài liệu kỳ họp' : 'Coming: Tài liệu kỳ họp' });
      await expect(bar).toHaveAttribute('aria-valuenow', '41');
      await expect(page.getByRole('tabpanel')).toContainText(vi ? '12,4 MB / 30 MB · còn khoảng 3 phút' : '12.4 MB / 30 MB · about 3 minutes left');
      await seen(page, `coming-${language}`);

      await page.getByRole('button', { name: vi ? 'Đã kết nối' : 'Connected' }).click();
      const panel = page.getByRole('dialog');
      await expect(panel).toContainText(vi ? 'Qua mạng cơ quan: 2 máy' : 'Office network: 2 machines');
      await expect(panel.getByRole('progressbar')).toHaveCount(2);
      await expect(panel.getByRole('link', { name: incoming.subject }).first()).toHaveAttribute('href', `/van-ban-den/${incoming.id}`);
      await seen(page, `coming-panel-${language}`);

      api.sync = { ...sync, courier: { province: false, colleagues: 1, lacking: 30_000_000, waits: true } };
      api.tell('sync');
      await expect(panel).toContainText(vi ? 'Một máy khác trong cơ quan đang tải; máy này nhận từ máy đó' : 'Another machine of the office is fetching');
      await panel.getByRole('link', { name: incoming.subject }).first().click();
      await expect(panel).toBeHidden();
    });

    test('a sender sees who has all files', async ({ page, product }) => {
      const api = await fakeApi(page);
      const recipients = [{ unit: 'xa5', name: 'Ủy ban nhân dân xã Phú Thịnh', status: 'received' as const, at: now, number: 12 }, ...lacking.map(({ unit, name: office }) => ({ unit, name: office, status: 'arrived' as const, at: now }))];
      const where = { machine: true, server: true, pendingUp: 0, office: { have: 1, total: 2, at: now, receipts: { full: 212, total: 215, lacking } } };
      api.answers.set(`GET /api/documents/${outgoing.id}`, { body: docOf(outgoing, { recipients, where, toPlaces: 'Như trên; Lưu: VT.' }) });
      await page.goto(`${product.url}/van-ban-di/${outgoing.id}`);
      await page.getByRole('tab', { name: vi ? /Nơi nhận/ : /Recipients/ }).click();
      const receipts = page.getByRole('region', { name: vi ? 'Nhận tệp' : 'Receipt of files' });
      await expect(receipts).toContainText(vi ? '212/215 nơi nhận đã nhận đủ tệp' : '212 of 215 recipients have all files');
      await receipts.getByText(vi ? '3 nơi chưa nhận đủ' : '3 still lack some').click();
      await expect(receipts.getByRole('listitem')).toHaveText([/Bình Minh$/, vi ? /Kim Đức · chưa có máy nào/ : /Kim Đức · no machine/, /Trường Xuân$/]);
      await seen(page, `receipts-${language}`);
    });

    test('an administrator is told of a machine that tampered, and lets it in again', async ({ page, product }) => {
      const api = await fakeApi(page);
      api.answers.set('GET /api/devices', { body: devices });
      await page.goto(`${product.url}/cai-dat`);
      await expect(page.getByRole('link', { name: vi ? 'Cài đặt' : 'Settings' })).toContainText('1');
      const told = page.getByRole('group', { name: /ubnd-dongtam-03/ });
      await expect(told).toContainText(vi ? /đã sửa thư mục tệp của Ủy ban nhân dân xã Đồng Tâm: 3 phần tệp/ : /changed the files folder .*: 3 parts of files/);
      await told.scrollIntoViewIfNeeded();
      await seen(page, `alarm-${language}`);
      await told.getByRole('button').click();
      const asked = page.getByRole('dialog');
      await expect(asked).toContainText('ubnd-dongtam-03');
      expect(api.given).toEqual([]);
      await seen(page, `alarm-ask-${language}`);
      api.answers.set('GET /api/devices', { body: devices.map((device) => ({ ...device, alarm: undefined })) });
      await asked.getByRole('button', { name: vi ? 'Cho trao đổi lại' : 'Let it in again' }).click();
      await expect(told).toHaveCount(0);
      expect(api.given.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /api/devices/d3/courier']);
      await expect(page.getByRole('link', { name: vi ? 'Cài đặt' : 'Settings' })).not.toContainText('1');
    });
  });
}
