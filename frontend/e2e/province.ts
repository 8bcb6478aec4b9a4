/** Pages of the people of the province: what the stories are told with. */
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test as base, type Who } from './kit/stand';

type At = (who: Who, path?: string) => Promise<Page>;
/** Opens the server's own page in a browser of its own, signed in with the account unless `enter` is false. */
type AtServer = (account: string, enter?: boolean) => Promise<Page>;

/** `at(who)` is the page that this person looks at all through a test. */
export const test = base.extend<{ at: At; atServer: AtServer }>({
  at: async ({ context, stand }, lend) => {
    const wrong = listen(context);
    const pages = new Map<Who, Page>();
    await lend(async (who, path) => {
      const page = pages.get(who) ?? await context.newPage();
      if (!pages.has(who)) {
        pages.set(who, page);
        await stand.open(page, who);
        // Keys are heard once the frame is there.
        if (who !== 'new') await expect(page.getByRole('navigation', { name: 'Các phần chính' })).toBeVisible();
      }
      if (path) await page.goto(stand.laptop(who).url + path);
      await page.bringToFront();
      return page;
    });
    expect(wrong).toEqual([]);
  },
  atServer: async ({ browser, stand }, lend) => {
    const contexts: BrowserContext[] = [];
    const wrong: string[][] = [];
    await lend(async (key, enter = true) => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      contexts.push(context);
      wrong.push(listen(context));
      const page = await context.newPage();
      await page.goto(`https://${stand.report.server}/`);
      await expect(page.getByRole('heading', { name: 'Đăng nhập' })).toBeVisible();
      if (enter) await signIn(page, stand.account(key));
      return page;
    });
    for (const context of contexts) await context.close();
    expect(wrong.flat()).toEqual([]);
  },
});

/** Collects uncaught errors and breaches of the content security policy. */
export function listen(context: BrowserContext): string[] {
  const wrong: string[] = [];
  context.on('weberror', (error) => wrong.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection to/.test(message.text())) wrong.push(message.text());
  });
  return wrong;
}

export async function signIn(page: Page, { account, password }: { account: string; password: string }) {
  await page.getByLabel('Tài khoản').fill(account);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: 'Các phần chính' })).toBeVisible();
}

export { checkAccess, expect, shot } from './kit/stand';
export type { Who } from './kit/stand';
