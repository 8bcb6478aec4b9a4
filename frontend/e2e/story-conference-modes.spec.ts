/**
 * A conference for those who are not at a good desk: a guest by his link, a line
 * that bears sound only, a machine that is weak, a microphone that is held open,
 * and one whose pictures are in another code.
 */
import type { Locator, Page } from '@playwright/test';
import { comeIn, flows, hears, moves, picture, test, turnOn, withDevices } from './kit/conferencePages';
import { people } from './kit/conferenceServer';
import { makePdf } from './kit/pdf';
import { expect, seen } from './kit/test';

test.use(withDevices);

const height = (page: Page, station: string) => async () => (await picture(page, station))?.height ?? 0;

/** One of the two switches among the devices; the panel is shut again, so that keys are the room's. */
async function put(page: Page, name: string, on: boolean): Promise<void> {
  await page.keyboard.press(',');
  const choice: Locator = page.getByRole('switch', { name });
  await choice.setChecked(on);
  await page.getByRole('complementary', { name: 'Thiết bị' }).getByRole('button', { name: 'Đóng' }).click();
}

/** From the console, all see all. */
async function showAll(chair: Page): Promise<void> {
  await chair.keyboard.press('o');
  await chair.getByRole('combobox', { name: 'Bố cục' }).click();
  await chair.getByRole('option', { name: 'Tất cả các điểm' }).click();
}

test('a guest comes by his link, waits, is let in, and is asked to go', async ({ conference }) => {
  const { server } = conference;
  const [chair, clerk] = [await conference.open('chair'), await conference.open('clerk')];
  await conference.open('member');
  const id = await server.meeting(clerk, chair, 'Hội nghị lấy ý kiến nhân dân');
  await conference.enter(chair, id);
  await turnOn(chair, 'M', 'V');
  await showAll(chair);
  await conference.enter(clerk, id);
  const guest = await conference.outside();
  const name = 'Bà Trần Thị Khách, Hội Phụ nữ';
  const row = chair.getByRole('row', { name });
  const lobby = { name: 'Đang chờ người điều hành cho vào' };
  let link = '';
  let station = '';

  await test.step('the chair makes the link', async () => {
    await chair.getByRole('button', { name: 'Khác', exact: true }).click();
    await chair.getByRole('menuitem', { name: 'Khách mời qua đường dẫn…' }).click();
    await chair.getByLabel('Họ tên, đơn vị của khách').fill(name);
    await chair.getByRole('button', { name: 'Tạo đường dẫn' }).click();
    link = await chair.getByLabel(`Đường dẫn của ${name}`).inputValue();
    expect(link).toContain(`${server.url}/khach/`);
    await seen(chair, 'conference-guest-link');
    await chair.keyboard.press('Escape');
  });

  await test.step('the guest, who is signed in nowhere, gives his devices and waits', async () => {
    await guest.goto(link);
    await guest.getByRole('button', { name: 'Đang tắt tiếng' }).click();
    await expect(guest.locator('video')).toBeVisible();
    await seen(guest, 'conference-guest-door');
    await comeIn(guest);
    await expect(guest.getByRole('heading', lobby)).toBeVisible();
    await expect(guest.getByText('Bạn đang ở phòng chờ. Chưa ai thấy hay nghe bạn.')).toBeVisible();
    expect(await flows(guest, 'audio', 'outbound-rtp')).toBe(false);
    await seen(guest, 'conference-guest-lobby');
  });

  await test.step('he is let in; he sees and hears, is seen and heard', async () => {
    await row.click();
    await chair.getByRole('button', { name: 'Cho vào A' }).click();
    await expect(guest.getByRole('toolbar')).toBeVisible();
    station = await guest.locator('[data-station]', { hasText: 'Bạn' }).getAttribute('data-station') ?? '';
    await moves(guest, people.chair.id);
    await expect.poll(() => hears(guest)).toBe('sound');
    await moves(clerk, station);
    await chair.keyboard.press('m'); // the guest alone is to be heard
    await expect.poll(() => hears(clerk)).toBe('sound');
    await guest.keyboard.press('m');
    await expect.poll(() => hears(clerk)).toBe('nothing');
    await seen(guest, 'conference-guest-room');
  });

  await test.step('whoever opens the same link waits too, and gets no further without a click', async () => {
    const other = await conference.outside();
    await other.goto(link);
    await comeIn(other);
    await expect(other.getByRole('heading', lobby)).toBeVisible();
    await expect(guest.getByText('Đã vào họp từ một trang hoặc máy khác.')).toBeVisible();
    await row.click();
    await chair.getByRole('button', { name: 'Không cho vào' }).click();
    await expect(other.getByText('Chủ trì chưa cho vào phòng họp.')).toBeVisible();
    expect(await flows(other, 'video')).toBe(false);
    await guest.getByRole('button', { name: 'Vào lại' }).click();
    await comeIn(guest);
    await expect(guest.getByRole('heading', lobby)).toBeVisible();
    await row.click();
    await chair.getByRole('button', { name: 'Cho vào A' }).click();
    await moves(guest, people.chair.id);
    await moves(clerk, station);
  });

  await test.step('he is asked to go, is told so, and does not come back', async () => {
    await chair.getByRole('button', { name: 'Mời ra khỏi phòng…' }).click();
    await expect(chair.getByText(`Mời ${name} ra khỏi phòng?`)).toBeVisible();
    await chair.getByRole('dialog').getByRole('button', { name: 'Mời ra khỏi phòng…' }).click();
    await expect(guest.getByText('Chủ trì đã mời ra khỏi phòng họp trực tuyến.')).toBeVisible();
    await expect(guest.getByRole('button', { name: 'Vào lại' })).toHaveCount(0);
    await expect.poll(() => picture(clerk, station)).toBeNull();
    await seen(guest, 'conference-guest-removed');
    await guest.goto(link);
    await comeIn(guest);
    await expect(guest.getByText('Chủ trì đã mời ra khỏi phòng họp trực tuyến.')).toBeVisible();
  });

  await test.step('a link that was taken back lets nobody wait', async () => {
    await chair.getByRole('button', { name: 'Khác', exact: true }).click();
    await chair.getByRole('menuitem', { name: `Cho ${name} vào lại` }).click();
    await chair.getByRole('button', { name: 'Khác', exact: true }).click();
    await chair.getByRole('menuitem', { name: 'Khách mời qua đường dẫn…' }).click();
    await chair.getByRole('button', { name: 'Thu hồi' }).click();
    await expect(chair.getByRole('dialog').getByText('Hết hạn')).toBeVisible();
    await guest.goto(link);
    await comeIn(guest);
    await expect(guest.getByText('Giấy vào họp đã hết hạn hoặc đã dùng. Hãy vào lại.')).toBeVisible();
  });
});

test('a held key, sound only, and a weak machine', async ({ conference }) => {
  const { server } = conference;
  const { chair, clerk, member } = await conference.all();
  const id = await server.meeting(clerk, chair, 'Giao ban trực tuyến');
  await conference.enter(chair, id);
  await turnOn(chair, 'V');
  await showAll(chair);
  await chair.getByRole('button', { name: 'Điều hành' }).click();
  for (const page of [clerk, member]) {
    await conference.enter(page, id);
    await turnOn(page, 'V');
  }
  for (const other of [people.chair.id, people.clerk.id]) await moves(member, other);

  await test.step('he is heard for as long as he holds the key', async () => {
    const mic = member.locator('[aria-keyshortcuts="M"]');
    await expect(mic).toHaveAttribute('aria-pressed', 'false');
    await expect.poll(() => hears(clerk)).toBe('nothing');
    await member.keyboard.down('Space');
    await expect(mic).toHaveAttribute('aria-pressed', 'true');
    await member.keyboard.down('Space'); // it repeats by itself
    await expect.poll(() => hears(clerk)).toBe('sound');
    expect(await hears(clerk)).toBe('sound');
    await member.keyboard.up('Space');
    await expect(mic).toHaveAttribute('aria-pressed', 'false');
    await expect.poll(() => hears(clerk)).toBe('nothing');
  });

  await test.step('a space in a field is a space', async () => {
    await member.keyboard.press('c');
    await member.getByLabel('Nhắn cho mọi người').pressSequentially('a b');
    await member.keyboard.down('Space');
    await expect(member.getByLabel('Nhắn cho mọi người')).toHaveValue('a b ');
    expect(await hears(clerk)).toBe('nothing');
    await member.keyboard.up('Space');
    await member.getByRole('complementary', { name: 'Trò chuyện' }).getByRole('button', { name: 'Đóng' }).click();
  });

  await test.step('sound only: no picture comes and none goes, sound and pages do', async () => {
    await turnOn(chair, 'M');
    await expect.poll(() => hears(member)).toBe('sound');
    await put(member, 'Chỉ nghe tiếng', true);
    await expect.poll(() => flows(member, 'video')).toBe(false);
    await expect.poll(() => flows(member, 'video', 'outbound-rtp')).toBe(false);
    expect(await flows(member, 'video')).toBe(false);
    expect(await hears(member)).toBe('sound');
    await expect.poll(() => picture(clerk, people.member.id)).toBeNull();
    await moves(clerk, people.chair.id);
    const paper = await server.paper(clerk, id, 'Báo cáo tuần', makePdf([['Trang đầu'], ['Thu ngân sách đạt 61%']]));
    const desk = await chair.context().newPage();
    await desk.goto(`${server.url}/doc-tai-lieu/${id}/${paper}`);
    await desk.getByRole('button', { name: 'Trình bày', exact: true }).click();
    await member.keyboard.press('d');
    await expect(member.getByLabel('Trang 1 trên 2')).toBeVisible({ timeout: 60_000 });
    await desk.getByLabel('Trang 1 trên 2').fill('2');
    await desk.keyboard.press('Enter');
    await expect(member.locator('[data-page="2"]')).toContainText('Thu ngân sách');
    expect(await flows(member, 'video')).toBe(false);
    await seen(member, 'conference-sound-only');
    await member.keyboard.press('d');
    await desk.close();
  });

  await test.step('taken back, pictures come again; and who turns his camera on takes it back', async () => {
    await put(member, 'Chỉ nghe tiếng', false);
    for (const other of [people.chair.id, people.clerk.id]) await moves(member, other);
    await put(member, 'Chỉ nghe tiếng', true);
    await expect.poll(() => flows(member, 'video')).toBe(false);
    await turnOn(member, 'V');
    await moves(member, people.chair.id);
    await moves(clerk, people.member.id);
  });

  await test.step('a weak machine gets the picture of who speaks, and sends one small size', async () => {
    await chair.keyboard.press('o');
    await chair.getByRole('row', { name: people.member.name }).click();
    await chair.keyboard.press('t'); // on the stage he is seen large
    await chair.keyboard.press('o');
    await expect.poll(height(clerk, people.member.id)).toBe(360);
    await put(member, 'Máy yếu', true);
    await expect.poll(height(clerk, people.member.id)).toBe(180);
    await moves(clerk, people.member.id);
    await moves(member, people.chair.id); // nobody has the floor: the chair
    await expect.poll(() => picture(member, people.clerk.id)).toBeNull();
    await chair.keyboard.press('o');
    await chair.getByRole('row', { name: people.clerk.name }).click();
    await chair.keyboard.press('f');
    await chair.keyboard.press('o');
    await moves(member, people.clerk.id);
    await expect.poll(() => picture(member, people.chair.id)).toBeNull();
    await seen(member, 'conference-weak-machine');
    await put(member, 'Máy yếu', false);
    await moves(member, people.chair.id);
    await expect.poll(height(clerk, people.member.id)).toBe(360);
  });
});

test('pictures in H.264 from a browser, and in VP8 before and after it in the same place', async ({ conference }) => {
  const { server } = conference;
  const [chair, clerk] = [await conference.open('chair'), await conference.open('clerk')];
  const member = await conference.open('member', preferH264);
  const id = await server.meeting(clerk, chair, 'Kiểm tra kỹ thuật đường truyền');
  for (const page of [chair, clerk, member]) {
    await conference.enter(page, id);
    await turnOn(page, 'V');
  }
  await chair.keyboard.press('o');
  const spotlight = async (name: string) => {
    await chair.getByRole('row', { name }).click();
    await chair.keyboard.press('g');
  };

  const tracks: string[] = [];
  for (const [who, code] of [['clerk', 'video/VP8'], ['member', 'video/H264'], ['clerk', 'video/VP8'], ['member', 'video/H264']] as const) {
    await test.step(`${code} of the ${who} is seen, small and large`, async () => {
      const { id: station, name } = people[who];
      await spotlight(name);
      await moves(chair, station);
      const small = await picture(chair, station);
      expect(small).toMatchObject({ code });
      tracks.push(small?.track ?? '');
      await chair.keyboard.press('o');
      await expect.poll(height(chair, station)).toBe(720);
      await moves(chair, station);
      await chair.keyboard.press('o');
      await expect.poll(height(chair, station)).toBeLessThan(720);
      await moves(chair, station);
    });
  }
  expect(new Set(tracks).size).toBe(1);
});

/** This browser would rather send H.264, as those do whose machines have a chip for it. */
function preferH264() {
  const { prototype } = RTCRtpTransceiver;
  const set = Object.getOwnPropertyDescriptor(prototype, 'setCodecPreferences')?.value as RTCRtpTransceiver['setCodecPreferences'];
  prototype.setCodecPreferences = function (codecs) {
    const all = [...codecs];
    const first = all.filter(({ mimeType }) => /h264/i.test(mimeType));
    set.call(this, [...first, ...all.filter((codec) => !first.includes(codec))]);
  };
}
