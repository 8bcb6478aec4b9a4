/**
 * A conference of three browsers and forty other stations at a real server:
 * lobby, floor, hard mute, screen, and a server that is killed in the middle.
 */
import type { Page } from '@playwright/test';
import { conferenceArgs, enter, hears, moves, openPage, turnOn } from './kit/conferencePage';
import { ConferenceServer, people, type Crowd, type Person } from './kit/conferenceServer';
import { makePdf } from './kit/pdf';
import { expect, seen, test } from './kit/test';

test.use({ launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: conferenceArgs } });

const crowdSize = 40;

test('three browsers and forty stations under a chair, the server killed in the middle', async ({ browser }) => {
  test.setTimeout(420_000);
  const server = await ConferenceServer.start();
  const pages = {} as Record<Person, Page>;
  let crowd: Crowd;
  try {
    for (const person of Object.keys(people) as Person[]) pages[person] = await openPage(browser, server, person);
    const { chair, clerk, member } = pages;
    const id = await server.meeting(clerk, chair, 'Hội nghị trực tuyến phòng, chống thiên tai');

    await test.step('three come in and see one another', async () => {
      await enter(chair, server, id);
      await turnOn(chair, 'M', 'V');
      await enter(member, server, id);
      await turnOn(member, 'M', 'V');
      await moves(member, people.chair.id);
      await enter(clerk, server, id);
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
  } finally {
    for (const page of Object.values(pages)) await page.context().close();
    await server.stop();
  }
});
