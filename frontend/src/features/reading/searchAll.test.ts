import { expect, test, vi } from 'vitest';
import type { PdfPages } from '@/ui';
import { PaperTexts, type Progress } from './searchAll';

function file(pages: string[]): PdfPages {
  return {
    count: pages.length,
    page: (index) => Promise.resolve({ index, width: 1, height: 1, transform: [], runs: [{ text: pages[index] ?? '', left: 0, base: 0, width: 1, size: 1 }] }),
  };
}

const files: Record<string, string[]> = {
  a: ['Báo cáo kinh tế', 'Tổng thu ngân sách đạt 1.250 tỷ, chi ngân sách 900 tỷ', 'Phụ lục'],
  b: ['Nghị quyết về NGÂN SÁCH'.normalize('NFD')],
  c: ['Không liên quan'],
};
const sources = ['a', 'b', 'c'].map((id) => ({ id, url: id }));

async function search(texts: PaperTexts, query: string, signal = new AbortController().signal): Promise<Progress | undefined> {
  let last: Progress | undefined;
  await texts.search(sources, query, (progress) => (last = progress), signal);
  return last;
}

test('finds without accents, by paper and page, with an excerpt', async () => {
  const found = await search(new PaperTexts((url) => Promise.resolve(file(files[url] ?? []))), 'ngan sach');
  expect(found).toEqual({
    searching: false, done: 5, total: 5,
    results: [
      { id: 'a', pages: [{ page: 2, count: 2, before: 'Tổng thu ', hit: 'ngân sách', after: ' đạt 1.250 tỷ, chi ngân sách 900 tỷ' }] },
      { id: 'b', pages: [{ page: 1, count: 1, before: 'Nghị quyết về ', hit: 'NGÂN SÁCH', after: '' }] },
    ],
  });
});

test('a paper is read once, and one that cannot be read says so', async () => {
  const open = vi.fn((url: string) => (url === 'b' ? Promise.reject(new Error('locked')) : Promise.resolve(file(files[url] ?? []))));
  const texts = new PaperTexts(open);
  await search(texts, 'phụ lục');
  const found = await search(texts, 'không có');
  expect(found?.results).toEqual([{ id: 'b', pages: [], failed: true }]);
  expect(open.mock.calls.map(([url]) => url)).toEqual(['a', 'b', 'c', 'b']);
});

test('nothing is told after it was stopped; nothing asked finds nothing', async () => {
  const stop = new AbortController();
  const texts = new PaperTexts((url) => {
    stop.abort();
    return Promise.resolve(file(files[url] ?? []));
  });
  expect(await search(texts, 'a', stop.signal)).toBeUndefined();
  expect(await search(texts, '  ')).toMatchObject({ results: [], searching: false });
});

test('a paper of 400 pages lets the screen have its turn', async () => {
  const long = file(Array.from({ length: 400 }, (_, i) => `Trang ${i + 1} ${'chữ nghĩa dài dòng '.repeat(150)}`));
  let turns = 0;
  const beat = setInterval(() => turns++, 1);
  await new PaperTexts(() => Promise.resolve(long)).search([{ id: 'a', url: 'a' }], 'trang 399', () => {}, new AbortController().signal);
  clearInterval(beat);
  expect(turns).toBeGreaterThan(1);
});
