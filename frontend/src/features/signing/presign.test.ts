import i18next from 'i18next';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { PresignFinding, PresignReport } from '@/lib/backend';
import { presignAllows, presignLines, presignState, presignText, type Presign } from './presign';

/** The codes as the scan writes them. */
const table = readFileSync('../signing/presign/table.go', 'utf8');
const codes = [...table.matchAll(/^\t\w+\s+Code = "(\w+)"/gm)].map(([, code]) => code ?? '');

const finding = (code: string, change: Partial<PresignFinding> = {}): PresignFinding => ({ code, severity: 'warns', ...change });
const found = (...findings: PresignFinding[]): Presign => ({ report: { pages: 3, findings } });

afterEach(() => i18next.changeLanguage('vi'));

test('the codes of the scan are found', () => expect(codes.length).toBeGreaterThan(40));

describe.each(['vi', 'en'])('in %s', (language) => {
  test('every code has words, with nothing left open in them', async () => {
    await i18next.changeLanguage(language);
    const data = { bytes: 12, revisions: 2, layers: 2, name: 'Mật', font: 'Tinos', uri: 'https://tracuu.example', reason: 'unsound' };
    const texts = codes.flatMap((code) => [presignText({ code, data }), presignText({ code, field: 'SoVB', data })]);
    expect(texts.filter((text) => /\(mã|\(code|\{\{|^presign\./.test(text))).toEqual([]);
  });
});

test('a code without words is named', () => expect(presignText({ code: 'new_trick' })).toContain('new_trick'));

test('why signing refuses the file is said in the words of signing', () => {
  expect(presignText({ code: 'refused', field: 'So', data: { reason: 'duplicate_fields' } })).toContain('Tệp có nhiều ô trùng tên “');
});

test.each<[string, Presign, string, string]>([
  ['while it is looked at', undefined, 'looking', 'looking'],
  ['nothing', found(), 'clean', 'clean'],
  ['things to know', found(finding('link_out', { severity: 'tells' })), 'tells', 'tells'],
  ['a warning', found(finding('link_out', { severity: 'tells' }), finding('javascript')), 'warns', 'warns'],
  ['what signing refuses', found(finding('oddity', { severity: 'blocks' })), 'blocks', 'warns'],
  ['broken off', found(finding('interrupted', { severity: 'blocks' }), finding('javascript')), 'unknown', 'unknown'],
  ['no answer', { error: new Error('x') }, 'unknown', 'unknown'],
])('%s', (_name, presign, person, initial) => {
  expect([presignState(presign, 'person'), presignState(presign, 'initial')]).toEqual([person, initial]);
});

test('only what was looked at and agreed to is signed', () => {
  const can = (presign: Presign) => [presignAllows(presign, 'person', false), presignAllows(presign, 'person', true)];
  expect([undefined, found(), found(finding('link_out', { severity: 'tells' })), found(finding('javascript')), found(finding('oddity', { severity: 'blocks' })), { error: 1 }].map(can)).toEqual([
    [false, false], [true, true], [true, true], [false, true], [false, false], [false, true],
  ]);
});

test('what says the same is one line with its pages', () => {
  const report: PresignReport = {
    pages: 9, left: { text_covered: 5, annotation: 2 },
    findings: [finding('text_covered', { page: 2 }), finding('text_covered', { page: 2 }), finding('text_covered', { page: 4 }), finding('annotation', { page: 1, severity: 'tells' })],
  };
  expect(presignLines(report).map(({ pages, count, severity }) => [pages, count, severity])).toEqual([[[2, 4], 8, 'warns'], [[1], 3, 'tells']]);
});
