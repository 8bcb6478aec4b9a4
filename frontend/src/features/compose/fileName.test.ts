import { describe, expect, test } from 'vitest';
import type { DocType } from '@/lib/backend';
import { makeNotation, readFileName, typeOfNotation } from './fileName';

const types: DocType[] = [
  { code: 'KH', abbr: 'KH', name: 'Kế hoạch', nameEn: 'Plan' }, { code: 'QĐ', abbr: 'QĐ', name: 'Quyết định', nameEn: 'Decision' },
  { code: 'HD', abbr: 'HD', name: 'Hướng dẫn', nameEn: 'Guidance' }, { code: 'HĐ', abbr: 'HĐ', name: 'Hợp đồng', nameEn: 'Contract' },
  { code: 'CV', name: 'Công văn', nameEn: 'Official letter' },
];

describe('a file name', () => {
  test.each([
    ['308-KH-UBND.pdf', { codeNumber: '308', notation: 'KH-UBND', type: 'KH' }],
    ['12_QĐ-UBND ngày 05.8.2026.pdf', { codeNumber: '12', notation: 'QĐ-UBND', type: 'QĐ', issuedDate: '2026-08-05' }],
    ['15-UBND-VX.signed.pdf', { codeNumber: '15' }],
    ['Số 44/HĐ-SYT.docx', { codeNumber: '44', notation: 'HĐ-SYT', type: 'HĐ' }],
    ['07-CV-STC Về việc quyết toán ngân sách.pdf', { codeNumber: '07', subject: 'Về việc quyết toán ngân sách' }],
    ['Kế hoạch chuyển đổi số năm 2026.pdf', { subject: 'Kế hoạch chuyển đổi số năm 2026' }],
    ['scan0001.pdf', {}],
  ])('%s', (name, want) => expect(readFileName(name, types)).toMatchObject(want));

  test('an unaccented QD is a decision', () => expect(readFileName('1226-QD-UBND.pdf', types)).toMatchObject({ codeNumber: '1226', type: 'QĐ' }));
  test('HD without accents could be two things', () => expect(typeOfNotation('hd-SYT', types)).toBeUndefined());
  test('a notation without a type is a công văn', () => expect(typeOfNotation('UBND-VX', types)).toBe('CV'));
});

test('the notation of a decision and of a công văn', () => {
  const office = { notation: 'UBND' };
  expect(makeNotation(types[1], office, { notation: 'VX' })).toBe('QĐ-UBND');
  expect(makeNotation(types[4], office, { notation: 'VX' })).toBe('UBND-VX');
  expect(makeNotation(types[4], office)).toBe('UBND');
});
