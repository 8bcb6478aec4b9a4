import { expect, test } from 'vitest';
import { seenBox } from '@/ui';
import { linesOf } from './lines';
import { findBlock, findHeader, findPlaces, sealOver, sealSize } from './places';
import { decision, fileOf, letter, pageOf, type Pieces } from './testPages';

const ha = { name: 'Nguyễn Thị Hà', title: 'Chủ tịch' };
const dung = { name: 'Trần Văn Dũng', title: 'Phó Giám đốc' };

test('a decision: everything is found, and only the pages that tell are read', async () => {
  const file = fileOf([decision[0] ?? [], [], [], decision[1] ?? []]);
  const { places, warnings, frames } = await findPlaces(file, ha);
  expect(warnings).toEqual([]);
  expect(file.read).toEqual([0, 3]);
  expect(Object.keys(frames)).toEqual(['0', '3']);
  expect([places.signature?.page, places.seal?.page, places.number?.page, places.date?.page]).toEqual([3, 3, 0, 0]);
  const [left, bottom, right, top] = places.signature?.rect ?? [];
  // Between CHỦ TỊCH, which stands on 722.8, and the name, which stands on 661.1; over the middle of the name.
  expect([bottom! > 671, top! < 722, right! - left! >= 112]).toEqual([true, true, true]);
  expect((left! + right!) / 2).toBeCloseTo(381.1 + 88.3 / 2, 0);
  // Between "Số:" and "/QĐ-UBND".
  const [from = 0, , to = 0] = places.number?.rect ?? [];
  expect([from > 144.6, from < 147, to > 172, to < 175]).toEqual([true, true, true, true]);
  // From "ngày" to the year.
  const [begin = 0, , end = 0] = places.date?.rect ?? [];
  expect([begin > 355, begin < 366, Math.round(end)]).toEqual([true, true, 515]);
});

test('the seal covers the left third of the signature and is as large as a seal', async () => {
  const { places, frames } = await findPlaces(fileOf(decision), ha);
  const frame = frames[1]!;
  const [signature, seal] = [seenBox(frame, places.signature!.rect), seenBox(frame, places.seal!.rect)];
  expect(seal.width).toBeCloseTo(sealSize, 1);
  expect(seal.height).toBeCloseTo(102.05, 1);
  expect((seal.left + seal.width - signature.left) / signature.width).toBeCloseTo(1 / 3, 2);
  expect(seal.top + seal.height / 2).toBeCloseTo(signature.top + signature.height / 2, 1);
});

test('a letter: the place under the position counts, not the name in an annex, in a sentence or among the recipients', async () => {
  const { places, warnings } = await findPlaces(fileOf(letter), dung);
  expect(warnings).toEqual([]);
  expect(places.signature?.page).toBe(0);
  const [left, bottom, right, top] = places.signature!.rect;
  expect([left > 340, right < 510, bottom > 498, top < 550]).toEqual([true, true, true, true]);
  // The dots are covered, not the label; the notation of the annex is another matter.
  const [from, low, to] = places.number!.rect;
  expect([from > 130, from < 145, to > 160, to < 190, low > 725]).toEqual([true, true, true, true, true]);
  expect(Math.round(places.date!.rect[2])).toBe(511);
});

test('nothing is put where somebody has written already', () => {
  const header = (number: string, date: string): Pieces[] => [[number, 100, 720, 90], [date, 300, 720, 200]];
  expect(findHeader(pageOf(header('Số: 15/QĐ-UBND', 'Đồng Tâm, ngày 05 tháng 3 năm 2026')))).toEqual({ number: { written: true }, date: { written: true } });
  expect(findHeader(pageOf(header('Số:    /QĐ-UBND', 'Đồng Tâm, ngày    tháng 3 năm 2026')))).toMatchObject({ number: { tight: true }, date: { box: { height: 13.9125 } } });
});

test('number and date of other documents are nobody’s place', () => {
  const header = (...pieces: Pieces[]) => Object.values(findHeader(pageOf(pieces))).filter(Boolean);
  expect(header(['Căn cứ Công văn số     /UBND-KGVX ngày      tháng      năm 2026 của tỉnh', 85, 700, 450])).toEqual([]);
  expect(header(['theo Kế hoạch ban hành trước đó, ngày      tháng      năm 2026 của Ủy ban', 85, 700, 450])).toEqual([]);
  expect(header(['Số:      /QĐ-UBND', 100, 300, 90])).toEqual([]);
});

test.each([
  ['capitals', 'NGUYỄN THỊ HÀ', 88], ['decomposed letters', 'Nguyễn Thị Hà'.normalize('NFD'), 88], ['a degree', 'TS. Nguyễn Thị Hà', 100], ['wide spaces', 'Nguyễn   Thị    Hà', 120],
])('the name in %s is the name', (_what, name, width) => {
  const block = findBlock(pageOf([['GIÁM ĐỐC', 390, 720, 60], [name, 381, 650, width]]), ha);
  expect(block).toMatchObject({ rank: 3, tight: false });
});

test.each([['Nguyễn Thị Hải'], ['Nguyễn Thị'], ['Hà Nguyễn Thị']])('%s is somebody else', (name) => expect(findBlock(pageOf([['CHỦ TỊCH', 390, 720, 60], [name, 381, 650, 88]]), ha)).toBeUndefined());

test('a position in small letters is one when it is the signer’s', () => {
  const page = pageOf([['Chủ tịch', 390, 720, 50], ['Nguyễn Thị Hà', 381, 650, 88]]);
  expect([findBlock(page, ha)?.rank, findBlock(page, { name: ha.name })?.rank]).toEqual([3, 2]);
});

test('no room between position and name is told', async () => {
  const { places, warnings } = await findPlaces(fileOf([[['CHỦ TỊCH', 390, 662, 62], ['Nguyễn Thị Hà', 381, 650, 88]]]), ha);
  expect(warnings).toContain('tight');
  expect(places.signature).toBeDefined();
});

test('of several names by themselves the last counts', () => {
  const block = findBlock(pageOf([['Nguyễn Thị Hà', 381, 700, 88], ['Nguyễn Thị Hà', 381, 300, 88]]), ha);
  expect(block?.box.top).toBeGreaterThan(400);
});

test('a scan without text, an unnamed signer and a file without pages give no place', async () => {
  expect(await findPlaces(fileOf([[], []]), ha)).toMatchObject({ places: {}, warnings: ['no_text'] });
  expect((await findPlaces(fileOf([]), ha)).warnings).toEqual(['no_text']);
  const { places, warnings } = await findPlaces(fileOf(decision), { name: '' });
  expect([places.signature, places.seal, warnings]).toEqual([undefined, undefined, ['name_missing']]);
  expect(places.number).toBeDefined();
});

test('a box stays on the page', () => {
  const page = pageOf([['CHỦ TỊCH', 5, 720, 60], ['Nguyễn Thị Hà', 0, 650, 88]]);
  expect(findBlock(page, ha)?.box.left).toBe(0);
  expect(sealOver({ left: 0, top: 0, width: 120, height: 60 }).left).toBeLessThan(0);
});

test('pieces of one line are one line, however they were cut', () => {
  const [line, ...more] = linesOf([
    { text: 'Hà', left: 60, base: 100.4, width: 14, size: 12 }, { text: 'Nguyễn  Thị ', left: 0, base: 100, width: 55, size: 12 }, { text: 'T', left: 80, base: 100, width: 8, size: 12 },
    { text: 'M.', left: 88, base: 100, width: 9, size: 12 }, { text: 'dưới', left: 0, base: 114, width: 20, size: 12 },
  ]);
  expect(line?.text).toBe('Nguyễn Thị Hà TM.');
  expect(line?.lefts).toHaveLength(17);
  expect(more.map(({ text }) => text)).toEqual(['dưới']);
});
