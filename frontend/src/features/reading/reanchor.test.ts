import { describe, expect, test } from 'vitest';
import type { MarkBody } from '@/lib/backend';
import type { TextPage } from '@/ui';
import { reanchor } from './reanchor';

/** Pages of lines, each a run 10 points a letter. */
function pagesOf(...pages: string[][]): TextPage[] {
  return pages.map((lines, index) => ({
    index, width: 595, height: 842, transform: [1, 0, 0, -1, 0, 842],
    runs: lines.map((text, i) => ({ text, left: 50, base: 100 + 20 * i, width: 10 * text.length, size: 12 })),
  }));
}

function highlight(page: number, exact: string, prefix = '', suffix = ''): MarkBody {
  return { page, kind: 'highlight', rects: [[0, 0, 1, 1]], quote: { exact, prefix, suffix }, colour: 'yellow' };
}

/** The words under the boxes of a mark. */
function wordsUnder(mark: MarkBody | null, pages: TextPage[]): string | null {
  if (!mark) return null;
  const page = pages[mark.page - 1]!;
  return (mark.rects ?? []).map(([left = 0, , right = 0, top = 0]) => {
    const run = page.runs.find(({ base, size }) => Math.abs(842 - top - (base - size)) < 0.1)!;
    return run.text.slice(Math.round((left - run.left) / 10), Math.round((right - run.left) / 10));
  }).join('|');
}

const filler = (n: number) => Array.from({ length: n }, (_, i) => [`Trang đệm số ${i} không có gì đáng chú ý`]);
const sentence = 'Tổng thu ngân sách trên địa bàn đạt 1.250 tỷ đồng';

describe('a mark in another version', () => {
  test.each([0, 1, 2, 5, 40])('moves with its words, %i pages on', (by) => {
    const pages = pagesOf(...filler(3 + by), ['Phần một', `1. ${sentence}, tăng 8 %`], ...filler(2));
    const moved = reanchor(highlight(4, sentence, 'Phần một 1. ', ', tăng'), pages);
    expect(moved?.page).toBe(4 + by);
    expect(wordsUnder(moved, pages)).toBe(sentence);
  });

  test('is the same in composed and decomposed letters', () => {
    for (const [then, now] of [['NFC', 'NFD'], ['NFD', 'NFC'], ['NFC', 'NFC'], ['NFD', 'NFD']] as const) {
      const pages = pagesOf(['Đầu trang', `Kết luận: ${sentence}.`.normalize(now)]);
      expect(wordsUnder(reanchor(highlight(1, sentence.normalize(then)), pages), pages)).toBe(sentence.normalize(now));
    }
  });

  test('spans lines that break elsewhere now', () => {
    const pages = pagesOf(['Tổng thu ngân sách', 'trên địa bàn đạt 1.250 tỷ', 'đồng, tăng 8 %']);
    expect(wordsUnder(reanchor(highlight(1, sentence), pages), pages)).toBe('Tổng thu ngân sách|trên địa bàn đạt 1.250 tỷ|đồng');
  });

  test('is one box on each line, although the file sets its words apart', () => {
    const words = sentence.split(' ');
    const runs = words.map((text, i) => ({ text, left: 50 + 10 * words.slice(0, i).join(' ').length + (i > 0 ? 10 : 0), base: i < 6 ? 100 : 120, width: 10 * text.length, size: 12 }));
    const moved = reanchor(highlight(1, sentence), [{ index: 0, width: 595, height: 842, transform: [1, 0, 0, -1, 0, 842], runs }]);
    expect(moved?.rects).toHaveLength(2);
  });

  test('stays with words of which some were changed', () => {
    const pages = pagesOf(...filler(2), ['Ước tổng thu ngân sách nhà nước trên địa bàn đạt 1.310 tỷ đồng, tăng 9 %']);
    const moved = reanchor(highlight(2, sentence), pages);
    expect(moved?.page).toBe(3);
    expect(wordsUnder(moved, pages)).toBe('tổng thu ngân sách nhà nước trên địa bàn đạt 1.310 tỷ đồng');
  });

  test('is not put on words that only look alike', () => {
    const pages = pagesOf(['Tổng chi thường xuyên của các xã trong quý là 300 tỷ', 'Thu hút đầu tư trên cả nước']);
    expect(reanchor(highlight(1, sentence), pages)).toBeNull();
    expect(reanchor(highlight(1, 'ngân sách'), pages)).toBeNull();
  });

  test('of two places takes the one with the same surroundings, of equals none', () => {
    const twice = pagesOf(['Năm 2025: đồng ý phương án 1 theo tờ trình'], ['Năm 2026: đồng ý phương án 1 có sửa đổi']);
    const moved = reanchor(highlight(1, 'đồng ý phương án 1', 'Năm 2026: ', ' có sửa đổi'), twice);
    expect(moved?.page).toBe(2);
    const equal = pagesOf(['Đồng ý', 'Đồng ý']);
    expect(reanchor(highlight(1, 'Đồng ý'), equal)).toBeNull();
  });

  test('of equal places takes the one on its own page', () => {
    const pages = pagesOf(...filler(1), ['Đồng ý phương án'], ...filler(8), ['Đồng ý phương án']);
    expect(reanchor(highlight(11, 'Đồng ý phương án'), pages)?.page).toBe(11);
    expect(reanchor(highlight(2, 'Đồng ý phương án'), pages)?.page).toBe(2);
  });

  test('a note goes where its words go; what has no words cannot', () => {
    const pages = pagesOf(...filler(1), [`1. ${sentence}`]);
    const note: MarkBody = { page: 1, kind: 'note', at: [10, 10], text: 'Hỏi lại', quote: { exact: sentence } };
    expect(reanchor(note, pages)).toMatchObject({ page: 2, text: 'Hỏi lại', at: [80, 842 - 88] });
    expect(reanchor({ page: 1, kind: 'ink', strokes: [[1, 2, 3, 4]] }, pages)).toBeNull();
    expect(reanchor({ ...note, quote: undefined }, pages)).toBeNull();
  });

  test('nothing else of it changes, wherever it goes', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = () => ((seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647);
      const before = seed;
      const words = Array.from({ length: 60 }, () => ['nghị', 'quyết', 'hội', 'đồng', 'nhân', 'dân', 'tỉnh', 'xã', 'ngân', 'sách', 'dự', 'toán'][Math.floor(random() * 12)]!);
      const at = Math.floor(random() * 40);
      const exact = words.slice(at, at + 12).join(' ');
      const shift = Math.floor(random() * 6);
      const mark = highlight(1, exact, words.slice(Math.max(0, at - 4), at).join(' '), words.slice(at + 12, at + 16).join(' '));
      const pages = pagesOf(...filler(shift), [words.join(' ')]);
      const moved = reanchor(mark, pages);
      expect(moved).toMatchObject({ ...mark, page: shift + 1, rects: [expect.anything()] });
      expect(wordsUnder(moved, pages)).toBe(exact);
      seed = before;
    }
  });
});
