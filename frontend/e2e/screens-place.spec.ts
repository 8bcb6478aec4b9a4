/** A meeting at a place without a line: who carries it, who may carry it on, and what became of a ballot given there. */
import type { Page } from '@playwright/test';
import type { MeetingView, PlaceView, VoteItem, VoteList } from '../src/lib/api/model';
import { fakeApi } from './kit/api';
import { view } from './kit/meetings';
import { expect, seen, test } from './kit/test';

const at = Date.parse('2026-11-30T02:10:00Z');
const meeting: MeetingView = { ...view, status: 'LIVE' };
const chair = { id: 'p1', name: 'Lê Hoàng Cường' };
const others = [{ id: 'p2', name: 'Trần Thu Hà' }, { id: 'p3', name: 'Nguyễn Thị Minh Nguyệt' }];
const lost: PlaceView = { carrier: 'lost', person: chair, mayCarry: others };
const vote: VoteItem = {
  key: 71, title: 'Thông qua phương án bố trí kinh phí', type: 'NAMED', threshold: 'QUA_NUA', base: 'ELIGIBLE', choices: ['DONG_Y', 'KHONG_DONG_Y', 'Y_KIEN_KHAC'],
  state: 'open', epoch: 2, opened: at, by: chair, eligible: 12, mayVote: true, ballot: 'ballot1', actions: [], mine: { choice: 'DONG_Y', at, pending: true, atPlace: true },
};

async function see(page: Page, url: string, place: PlaceView) {
  const api = await fakeApi(page);
  const list: VoteList = { session: 's1', version: 9, attendance: 'a1', entitled: 12, votes: [vote] };
  api.answers.set('GET /api/meetings/m1', { body: meeting });
  api.answers.set('GET /api/meetings/m1/votes', { body: list });
  api.answers.set('GET /api/meetings/m1/votes/71', { body: { ...vote, version: 9, meeting: meeting.title, people: [] } });
  api.answers.set('GET /api/meetings/m1/place', { body: place });
  api.answers.set('POST /api/meetings/m1/place', { body: { carrier: 'this', here: 5 } });
  await page.goto(`${url}/hop/m1/bieu-quyet`);
  return api;
}

test('a member sees that the place has his ballot, and who may carry on when its laptop is lost', async ({ page, product }) => {
  const api = await see(page, product.url, { carrier: 'other', person: chair, here: 6 });
  await expect(page.getByText('Máy đang giữ cuộc họp tại chỗ đã nhận.', { exact: false })).toBeVisible();
  await seen(page, 'place-has-my-ballot');
  api.answers.set('GET /api/meetings/m1/place', { body: lost });
  await page.reload();
  const bar = page.getByRole('alert').filter({ hasText: chair.name });
  await expect(bar).toContainText('Người có thể giữ cuộc họp tiếp: Trần Thu Hà, Nguyễn Thị Minh Nguyệt.');
  await expect(bar.getByRole('button')).toHaveCount(0);
  await seen(page, 'place-lost');
});

test('who runs the meeting is offered to carry it on', async ({ page, product }) => {
  const api = await see(page, product.url, { ...lost, may: true });
  await expect(page.getByText('Đã chọn: Tán thành')).toBeVisible();
  await seen(page, 'place-lost-mine');
  await page.getByRole('button', { name: 'Giữ cuộc họp tiếp tại chỗ' }).click();
  await expect.poll(() => api.given.find(({ method, path }) => method === 'POST' && path === '/api/meetings/m1/place')?.body).toEqual({ carry: true });
});
