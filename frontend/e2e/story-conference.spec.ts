/**
 * A conference of three browsers and forty other stations at a real server:
 * lobby, floor, hard mute, screen, and a server that is killed in the middle.
 */
import type { BrowserContext, Page } from '@playwright/test';
import { chromiumArgs } from '../playwright.config';
import { ConferenceServer, people, type Crowd, type Person } from './kit/conferenceServer';
import { makePdf } from './kit/pdf';
import { expect, seen, test } from './kit/test';
import { signIn } from './province';

test.use({
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...chromiumArgs, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--auto-select-desktop-capture-source=Entire screen'],
  },
});

const crowdSize = 40;

test('three browsers and forty stations under a chair, the server killed in the middle', async ({ browser }) => {
  test.setTimeout(420_000);
  const server = await ConferenceServer.start();
  const contexts: BrowserContext[] = [];
  const pages = {} as Record<Person, Page>;
  let crowd: Crowd;
  try {
    for (const person of Object.keys(people) as Person[]) {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, permissions: ['camera', 'microphone'] });
      contexts.push(context);
      await context.addInitScript(countConnections);
      const page = await context.newPage();
      await page.goto(server.url);
      await signIn(page, await server.account(person));
      pages[person] = page;
    }
    const { chair, clerk, member } = pages;
    const id = await server.meeting(clerk, chair, 'Hội nghị trực tuyến phòng, chống thiên tai');
    const enter = async (page: Page) => {
      await page.goto(`${server.url}/hop/${id}/phong-hop`);
      await page.getByRole('button', { name: 'Vào phòng họp' }).click();
      await expect(page.getByRole('toolbar')).toBeVisible();
    };

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
      const context = await browser.newContext({ ignoreHTTPSErrors: true, permissions: ['camera', 'microphone'] });
      contexts.push(context);
      const guest = await context.newPage();
      await guest.goto(`${server.url}/khach/${link}`);
      await guest.getByRole('button', { name: 'Vào phòng họp' }).click();
      await expect(guest.getByText('Bạn đang ở phòng chờ.')).toBeVisible();
      await chair.getByRole('button', { name: 'Cho 1 điểm vào' }).click();
      await expect(guest.getByRole('toolbar')).toBeVisible();
      await moves(guest, people.member.id);
      await guest.reload();
      await expect(guest.getByRole('toolbar')).toBeVisible();
      await moves(guest, people.member.id);
      await context.close();
    });

    await test.step('the page that the chair turns to is on the others\' screens', async () => {
      const paper = await server.paper(clerk, id, 'Phương án hộ đê', makePdf([['Trang đầu'], ['Kinh phí dự kiến 4 tỷ đồng']]));
      const desk = await contexts[0]!.newPage();
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
    for (const context of contexts) await context.close();
    await server.stop();
  }
});

/** Turns microphone and camera on by their keys. */
async function turnOn(page: Page, ...keys: string[]) {
  for (const key of keys) {
    const tool = page.locator(`[aria-keyshortcuts="${key}"]`);
    if ((await tool.getAttribute('aria-pressed')) !== 'true') await page.keyboard.press(key.toLowerCase());
    await expect(tool).toHaveAttribute('aria-pressed', 'true');
  }
}

/** The station's picture, or what its caption begins with, is decoded and changes. */
async function moves(page: Page, station: string, caption = '') {
  const frames = () => page.evaluate(([id, begins]) => {
    const tile = [...document.querySelectorAll(`[data-station="${id}"]`)].find((each) => (each.textContent ?? '').includes(begins));
    return tile?.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  }, [station, caption] as const);
  await expect.poll(frames, { timeout: 40_000 }).toBeGreaterThan(2);
  const before = await frames();
  await expect.poll(frames).toBeGreaterThan(before);
}

/** Keeps the page's connections where a test finds them. */
function countConnections() {
  const all: RTCPeerConnection[] = [];
  const Real = RTCPeerConnection;
  Object.assign(globalThis, {
    connections: all,
    RTCPeerConnection: class extends Real {
      constructor(...args: ConstructorParameters<typeof RTCPeerConnection>) {
        super(...args);
        all.push(this);
      }
    },
  });
}

/** How loud it is at a page's ear within a second: energy of what was decoded. */
async function loudness(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const heard = async () => {
      let sum = 0;
      for (const pc of (globalThis as unknown as { connections: RTCPeerConnection[] }).connections) {
        for (const each of (await pc.getStats()).values() as Iterable<{ type: string; kind: string; totalAudioEnergy?: number }>) {
          if (each.type === 'inbound-rtp' && each.kind === 'audio') sum += each.totalAudioEnergy ?? 0;
        }
      }
      return sum;
    };
    const before = await heard();
    const until = performance.now() + 1000;
    while (performance.now() < until) await new Promise(requestAnimationFrame);
    return (await heard()) - before;
  });
}

/** Whether packets of sound come to a page within a second. */
async function hears(page: Page): Promise<'sound' | 'nothing'> {
  return page.evaluate(async () => {
    const received = async () => {
      let sum = 0;
      for (const pc of (globalThis as unknown as { connections: RTCPeerConnection[] }).connections) {
        for (const each of (await pc.getStats()).values() as Iterable<{ type: string; kind: string; packetsReceived: number }>) {
          if (each.type === 'inbound-rtp' && each.kind === 'audio') sum += each.packetsReceived;
        }
      }
      return sum;
    };
    const before = await received();
    const until = performance.now() + 1000;
    while (performance.now() < until) await new Promise(requestAnimationFrame);
    return (await received()) > before ? 'sound' : 'nothing';
  });
}
