import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { galleryFolder } from './build-gallery';
import { makePdf } from './pdf';
import { serve, type Site } from './static';

const lines = (page: number) => [`Trang ${page}`, 'Kế hoạch chuyển đổi số cấp xã', `Điều ${page}. Ủy ban nhân dân xã đẩy mạnh số hóa`, 'Thời hạn: quý IV năm 2026'];
const sample = () => makePdf(Array.from({ length: 30 }, (_, i) => lines(i + 1)), 20_000);

interface Sites {
  /** The product as built, without an API. */
  product: Site;
  /** The kit, one part a path. */
  gallery: Site;
}

/** Every test fails on a violation of the content security policy or an uncaught error. */
export const test = base.extend<{ guard: void }, Sites>({
  // Playwright wants the first parameter destructured.
  // oxlint-disable-next-line no-empty-pattern
  product: [async ({}, use) => {
    const site = await serve(join(import.meta.dirname, '..', '..', 'dist'));
    await use(site);
    await site.close();
  }, { scope: 'worker' }],
  // oxlint-disable-next-line no-empty-pattern
  gallery: [async ({}, use) => {
    const file = process.env.SAMPLE_PDF;
    const site = await serve(galleryFolder, { '/sample.pdf': file ? readFileSync(file) : sample(), '/damaged.pdf': Buffer.from('%PDF-1.7 nothing') });
    await use(site);
    await site.close();
  }, { scope: 'worker' }],
  guard: [async ({ page }, use) => {
    const wrong: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content.Security.Policy|Trusted ?Type|Refused to/i.test(message.text())) wrong.push(message.text());
    });
    page.on('pageerror', (error) => wrong.push(String(error)));
    await use();
    expect(wrong).toEqual([]);
  }, { auto: true }],
});

export { expect };

/** Waits until nothing moves on the page: what is still fading in has other colours. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const moves = () => document.getAnimations().some((a) => a.playState === 'running' && Number.isFinite(Number(a.effect?.getComputedTiming().endTime)));
    for (let quiet = 0; quiet < 3; quiet = moves() ? 0 : quiet + 1) await new Promise(requestAnimationFrame);
  });
}

const rules = ['wcag2a', 'wcag2aa', 'wcag21aa'];

/** No serious accessibility problem on what is shown. */
export async function checkAccess(page: Page): Promise<void> {
  await still(page);
  await noViolations(new AxeBuilder({ page }).withTags(rules));
}

/** No frames of other origins here: one run in the page itself is enough, and takes half the time. */
async function noViolations(axe: AxeBuilder): Promise<void> {
  const { violations } = await axe.setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).join(' | ')}`)).toEqual([]);
}

export interface Look {
  name: string;
  colorScheme: 'light' | 'dark';
  viewport: { width: number; height: number };
}

/** How a window is looked at: light and dark, on the laptop most people have, at 100 % and at 125 %, and on a large screen. */
export const looks: Look[] = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1366, height: 768 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1366, height: 768 } },
  { name: 'light-125', colorScheme: 'light', viewport: { width: 1093, height: 614 } },
  { name: 'dark-125', colorScheme: 'dark', viewport: { width: 1093, height: 614 } },
  { name: 'light-1920', colorScheme: 'light', viewport: { width: 1920, height: 1080 } },
  { name: 'dark-1920', colorScheme: 'dark', viewport: { width: 1920, height: 1080 } },
];

/** The look in which a test starts, and the one that differs most from it. */
const [plain, , , far] = looks as [Look, Look, Look, Look];

/** Those two, for what has to be walked through in each. */
export const farLooks: Look[] = [plain, far];

/** The window as somebody with that look has it. */
async function put(page: Page, look: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: look.colorScheme });
  await page.setViewportSize(look.viewport);
}

/**
 * What is on the page is accessible, in the colours of the dark and with less
 * room too, and a picture of every look is kept. Names and roles are the same
 * in all. The page is left as it was. More can be asked of each look.
 */
export async function seen(page: Page, name: string, more?: (look: Look) => Promise<void>): Promise<void> {
  await checkAccess(page);
  await more?.(plain);
  await shot(page, `${name}-${plain.name}`);
  for (const look of looks) {
    if (look === plain || look !== far && !process.env.SHOTS) continue;
    await put(page, look);
    await still(page);
    await more?.(look);
    if (look === far) await noViolations(new AxeBuilder({ page }).withRules(['color-contrast', 'scrollable-region-focusable']));
    await shot(page, `${name}-${look.name}`);
  }
  await put(page, plain);
}

/** Keeps a picture when SHOTS names a folder. */
export async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`), animations: 'disabled' });
}
