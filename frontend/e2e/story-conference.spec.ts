/**
 * A conference of three browsers and forty other stations at a real server:
 * lobby, floor, hard mute, screen, and a server that is killed in the middle.
 */
import type { Page } from '@playwright/test';
import { comeIn, hears, loudness, moves, test, turnOn, withDevices } from './kit/conferencePages';
import { people, type Crowd } from './kit/conferenceServer';
import { makePdf } from './kit/pdf';
import { expect, seen } from './kit/test';

test.use(withDevices);

const crowdSize = 40;

test('three browsers and forty stations under a chair, the server killed in the middle', async ({ conference }) => {
  const { server } = conference;
  const { chair, clerk, member } = await conference.all();
  const id = await server.meeting(clerk, chair, 'Hội nghị trực tuyến phòng, chống thiên tai');
  const enter = (page: Page) => conference.enter(page, id);
  let crowd: Crowd;

  await test.step('three come in and see one another', async () => {
    await enter(chair);
    await turnOn(chair, 'M', 'V');
    await enter(member);
    await turnOn(member, 'M', 'V');
    await moves(member, people.chair.id);
    await enter(clerk);
    await turnOn(clerk, 'V');
    await moves(clerk, people.chair.id);
  });

  await test.step('forty wait in the lobby, are let in, and see the stage', async () => {
    crowd = await server.crowd(chair, id, crowdSize);
    await chair.keyboard.press('o');
    await chair.getByRole('button', { name: `Cho ${crowdSize} điểm vào` }).click();
    await expect.poll(() => crowd.ask('in'), { timeout: 60_000 }).toBe(crowdSize);
    await expect.poll(() => crowd.ask('pictures'), { timeout: 60_000 }).toBe(crowdSize);
    await seen(chair, 'conference-console');
    await chair.keyboard.press('o');
  });

  await test.step('hard mute really stops packets', async () => {
    await expect.poll(() => crowd.ask('sounds')).toBeGreaterThan(0);
    await expect.poll(() => hears(clerk)).toBe('sound');
    await chair.keyboard.press('m'); // the chair always has the floor
    await chair.keyboard.press('o');
    await chair.getByRole('button', { name: 'Tắt tiếng tất cả' }).click();
    await expect(member.getByRole('button', { name: 'Chủ tọa tắt tiếng' })).toBeVisible();
    await expect.poll(() => hears(clerk)).toBe('nothing');
  });

  await test.step('the floor is given, and taken', async () => {
    await chair.getByRole('row', { name: people.member.name }).click();
    await chair.getByRole('button', { name: /^Mời phát biểu/ }).click();
    await expect(member.getByText('Mời bạn phát biểu.')).toBeVisible();
    await member.getByRole('button', { name: 'Mở tiếng' }).click();
    await expect.poll(() => hears(clerk)).toBe('sound');
    await moves(clerk, people.member.id);
    await seen(clerk, 'conference-floor');
  });

  await test.step('a screen is shown to all, and taken away', async () => {
    await member.keyboard.press('s');
    await moves(clerk, people.member.id, 'Màn hình của');
    await member.keyboard.press('s');
    await expect(clerk.getByText(/^Màn hình của/)).toHaveCount(0);
  });

  await test.step('who has the floor reloads the page, and is back with it, his picture and his voice', async () => {
    await member.reload();
    await expect(member.getByRole('toolbar')).toBeVisible();
    await expect(member.locator('[aria-keyshortcuts="M"]')).toHaveAttribute('aria-pressed', 'true');
    await expect(member.getByText('Đang phát biểu').first()).toBeVisible();
    await moves(clerk, people.member.id);
    await expect.poll(() => loudness(clerk)).toBeGreaterThan(0);
  });

  await test.step('a guest who was let in reloads the page, and need not wait again', async () => {
    const link = await server.guest(chair, id, 'Chuyên gia thủy lợi');
    const guest = await conference.outside();
    await guest.goto(`${server.url}/khach/${link}`);
    await comeIn(guest);
    await expect(guest.getByText('Bạn đang ở phòng chờ.')).toBeVisible();
    await chair.getByRole('button', { name: 'Cho 1 điểm vào' }).click();
    await expect(guest.getByRole('toolbar')).toBeVisible();
    await moves(guest, people.member.id);
    await guest.reload();
    await expect(guest.getByRole('toolbar')).toBeVisible();
    await moves(guest, people.member.id);
    await guest.context().close();
  });

  await test.step('the page that the chair turns to is on the others\' screens', async () => {
    const paper = await server.paper(clerk, id, 'Phương án hộ đê', makePdf([['Trang đầu'], ['Kinh phí dự kiến 4 tỷ đồng']]));
    const desk = await chair.context().newPage();
    await desk.goto(`${server.url}/doc-tai-lieu/${id}/${paper}`);
    await desk.getByRole('button', { name: 'Trình bày', exact: true }).click();
    await member.keyboard.press('d');
    await expect(member.getByLabel('Trang 1 trên 2')).toBeVisible({ timeout: 60_000 });
    await desk.getByLabel('Trang 1 trên 2').fill('2');
    await desk.keyboard.press('Enter');
    await expect(member.getByLabel('Trang 2 trên 2')).toBeVisible();
    await expect(member.locator('[data-page="2"]')).toContainText('Kinh phí dự kiến');
    await seen(member, 'conference-papers');
    await member.keyboard.press('d');
    await desk.close();
  });

  await test.step('the server is killed; all come back by themselves', async () => {
    await server.kill();
    await expect(member.getByText(/Mất kết nối tới máy chủ/).first()).toBeVisible();
    await server.begin();
    const began = Date.now();
    await expect.poll(() => crowd.ask('in'), { timeout: 60_000 }).toBe(crowdSize);
    await moves(clerk, people.member.id);
    test.info().annotations.push({ type: 'all back after', description: `${Date.now() - began} ms` });
    await expect.poll(() => hears(clerk)).toBe('sound');
    await expect(member.getByText('Đang phát biểu').first()).toBeVisible();
  });

  await test.step('the floor is taken back', async () => {
    await chair.getByRole('row', { name: people.member.name }).click();
    await chair.getByRole('button', { name: 'Thôi phát biểu F' }).click();
    await expect(member.getByRole('button', { name: 'Chủ tọa tắt tiếng' })).toBeVisible();
    await expect.poll(() => hears(clerk)).toBe('nothing');
  });
});
