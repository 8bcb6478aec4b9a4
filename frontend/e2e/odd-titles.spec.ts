/** Subjects and names as people paste them: the layout holds, nothing is cut without a way to read it, nothing turns its neighbours. */
import type { Page } from '@playwright/test';
import type { Session } from '../src/lib/api/model';
import { lockedPdf } from './kit/oddPdf';
import { farLooks } from './kit/test';
import { checkAccess, expect, shot, test } from './province';

const rlo = '\u202E';
const words = (length: number) => 'Về việc tổ chức triển khai đồng bộ các nhiệm vụ trọng tâm của kế hoạch phát triển kinh tế xã hội '.repeat(9).slice(0, length);

/** What is given, and what is shown everywhere. */
const subjects = [
  { name: 'long', given: words(497) + 'hết', shown: words(497) + 'hết' },
  { name: 'word', given: 'Ngườiởđâu'.repeat(33) + 'hết', shown: 'Ngườiởđâu'.repeat(33) + 'hết' },
  { name: 'decomposed', given: 'Kế hoạch phòng chống dịch ở Bản Mạ'.normalize('NFD'), shown: 'Kế hoạch phòng chống dịch ở Bản Mạ' },
  { name: 'hidden', given: `Về việc ${rlo}gnp.exe\u202C chuyển\u200B đổi\u200F số`, shown: 'Về việc gnp.exe chuyển đổi số' },
  { name: 'emoji', given: 'Thư mời 🎉 họp mặt 👩🏽 đầu xuân ❤️', shown: 'Thư mời 🎉 họp mặt 👩🏽 đầu xuân ❤️' },
  { name: 'arabic', given: 'شركة النور 2026', shown: 'شركة النور 2026' },
];

/** Nothing sticks out, what is cut ends in an ellipsis and can be read whole, and no mark that nobody sees is in the page. */
async function holds(page: Page, name: string) {
  const { wide, cut, unseen } = await page.evaluate(() => {
    const root = document.documentElement;
    const clipped = [...document.querySelectorAll<HTMLElement>('main *, [role="dialog"] *')].filter((element) => {
      const style = getComputedStyle(element);
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      if (!own || style.overflowX !== 'hidden' || element.closest('.kg-sr, .kg-pdf-text')) return false;
      const lines = style.webkitLineClamp !== 'none' && element.scrollHeight > element.clientHeight + 1;
      if (!lines && element.scrollWidth <= element.clientWidth + 1) return false;
      return (!lines && style.textOverflow !== 'ellipsis') || !element.closest('[title], [aria-label]');
    });
    return {
      wide: root.scrollWidth - root.clientWidth,
      cut: clipped.map((element) => element.innerText.slice(0, 60)),
      unseen: /[\u200B\u200E\u200F\u202A-\u202E\u2066\u2067]/.exec(document.body.innerText)?.[0] ?? '',
    };
  });
  expect({ wide, cut, unseen }, name).toEqual({ wide: 0, cut: [], unseen: '' });
}

test('odd subjects in the list, the reading pane, the document, the search and the panel', async ({ stand, at }) => {
  const clerk = stand.laptop('commune-clerk');
  const unit = (await clerk.get<Session>('/api/session')).offices[0]?.id ?? '';
  const docs: Array<{ id: string; name: string; shown: string }> = [];
  for (const { name, given, shown } of subjects) {
    const { id } = await clerk.ask<{ id: string }>('POST', '/api/ids');
    await clerk.give('document.receive.1', id, { unit, fields: { subject: given, organName: `Sở ${given.slice(0, 90)}`, notation: 'UBND', codeNumber: '12', paper: true } });
    docs.push({ id, name, shown });
  }
  const page = await at('commune-clerk');
  for (const look of farLooks) {
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await page.setViewportSize(look.viewport);
    for (const [path, name] of [['/van-ban-den?nhom=all', 'list'], ['/ban-lam-viec', 'desk']] as const) {
      await at('commune-clerk', path);
      if (name === 'desk') await page.getByRole('listbox', { name: 'Việc đang chờ' }).press('End'); // where the latest are
      for (const { shown } of docs) await expect(page.getByText(shown, { exact: true }).first()).toBeVisible();
      await holds(page, name);
      await shot(page, `odd-title-${name}-${look.name}`);
    }
    for (const { id, name, shown } of docs.filter((doc) => look.name === 'light' || doc.name === 'word')) {
      await at('commune-clerk', `/van-ban-den/${id}`);
      await expect(page.getByRole('heading', { name: shown, exact: true })).toBeVisible();
      await holds(page, name);
      await shot(page, `odd-title-${name}-${look.name}`);
    }
    await checkAccess(page);
  }
  await at('commune-clerk', '/tim-kiem?q=trong%20tam');
  await expect(page.getByRole('row', { name: /hết/ }).first()).toBeVisible();
  await holds(page, 'search');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
  await page.keyboard.type('trong tam');
  await expect(page.getByRole('option').filter({ hasText: 'trọng tâm' }).first()).toBeVisible();
  await holds(page, 'palette');
  await shot(page, 'odd-title-palette');
  await page.keyboard.press('Escape');

  await clerk.settled();
  await clerk.cut(true);
  await clerk.give('document.remark.1', docs[1]?.id ?? '', { text: subjects[1]?.given });
  await at('commune-clerk', `/van-ban-den/${docs[1]?.id}`);
  await page.getByRole('button', { name: 'Mất kết nối · 1 việc chờ gửi' }).click();
  await expect(page.getByRole('dialog', { name: 'Tình trạng đồng bộ' })).toContainText(docs[1]?.shown ?? '');
  await holds(page, 'panel');
  await shot(page, 'odd-title-panel');
  await page.keyboard.press('Escape');
  await clerk.cut(false);
  await clerk.settled();
});

test('a typed subject and a file name are tidied once, at the door, and saved under that name', async ({ stand, at }) => {
  const page = await at('commune-clerk', '/van-ban-den/vao-so');
  const shown = 'Về việc tên tệp lạ';
  await page.getByRole('form').getByLabel('Trích yếu').fill(`Về việc\u200B tên ${rlo}tệp lạ`.normalize('NFD'));
  await page.locator('input[type=file]').setInputFiles({ name: `Hóa đơn ${rlo}fdp.exe ${'dài '.repeat(40)}.pdf`.normalize('NFD'), mimeType: 'application/pdf', buffer: lockedPdf('Ten la', '', 'x') });
  await expect(page.getByRole('list', { name: 'Tệp' })).toContainText('Hóa đơn fdp.exe dài');
  await holds(page, 'entry');
  await shot(page, 'odd-title-entry');
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveURL(/van-ban-den\/(?!vao-so)/);
  const doc = await stand.laptop('commune-clerk').until(shown, (found) => found.files.length === 1, 'has it');
  await at('commune-clerk', `/van-ban-den/${doc.id}`);
  await page.getByRole('tab', { name: 'Tệp 1' }).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('link', { name: /^Tải xuống Hóa đơn/ }).click();
  expect((await saving).suggestedFilename()).toBe(doc.files[0]?.name);
  expect(doc.files[0]?.name).toMatch(/^Hóa đơn fdp\.exe (dài )+/);
  await holds(page, 'files');
  await shot(page, 'odd-title-files');
});
