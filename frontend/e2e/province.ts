/** Pages of the people of the province: what the stories are told with. */
import type { Page } from '@playwright/test';
import { expect, test as base, type Who } from './kit/stand';

type At = (who: Who, path?: string) => Promise<Page>;

/** `at(who)` is the page that this person looks at all through a test. */
export const test = base.extend<{ at: At }>({
  at: async ({ context, stand }, use) => {
    const wrong: string[] = [];
    context.on('weberror', (error) => wrong.push(String(error.error())));
    context.on('console', (message) => {
      if (/Content.Security.Policy|Trusted ?Type|Refused to/i.test(message.text())) wrong.push(message.text());
    });
    const pages = new Map<Who, Page>();
    await use(async (who, path) => {
      const page = pages.get(who) ?? await context.newPage();
      if (!pages.has(who)) {
        pages.set(who, page);
        await stand.open(page, who);
      }
      if (path) await page.goto(stand.laptop(who).url + path);
      await page.bringToFront();
      return page;
    });
    expect(wrong).toEqual([]);
  },
});

export { checkAccess, expect, shot } from './kit/stand';
export type { Who } from './kit/stand';
