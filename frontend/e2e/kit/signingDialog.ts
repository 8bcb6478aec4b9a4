/** The dialog in which documents are signed, as a person comes to it. */
import { expect, type Page } from '@playwright/test';
import type { Doc } from '../../src/lib/api/model';
import type { FakeApi } from './api';

export const dialog = (page: Page) => page.getByRole('dialog');

/** Gives out the documents, each with its paper as file 11. */
export async function serveDocs(page: Page, api: FakeApi, docs: readonly Doc[], paper: (doc: Doc) => Buffer): Promise<void> {
  for (const doc of docs) {
    api.answers.set(`GET /api/documents/${doc.id}`, { body: doc });
    await page.route(`**/api/documents/${doc.id}/files/11`, (route) => route.fulfill({ contentType: 'application/pdf', body: paper(doc) }));
  }
}

/** Opens a document and, by its key, the dialog. */
export async function beginSigning(page: Page, url: string, doc: Doc): Promise<void> {
  await page.goto(`${url}/du-thao/${doc.id}`);
  await expect(page.getByRole('button', { name: 'Ký số' }).first()).toBeVisible();
  await page.keyboard.press('a');
  await expect(dialog(page)).toBeVisible();
}

/** Waits until the places are found, which takes its time on a busy machine. */
export const placesFound = (page: Page) => expect(dialog(page).getByRole('button', { name: /^Số, trang/ })).toBeVisible({ timeout: 30_000 });
