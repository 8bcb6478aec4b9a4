import i18next from 'i18next';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { FileSignature } from '@/lib/backend';
import { integrityOf, isPlain, periodOf, signersOf, timeOf } from './verdict';
import { ageText, changeText, distinct, explain, findingText, revocationText, summaryOf } from './words';

afterEach(() => i18next.changeLanguage('vi'));

const person = { name: 'Nguyễn Thị Hà', subject: 'CN=Nguyễn Thị Hà' };
const signature = (change: Partial<FileSignature> = {}): FileSignature => ({
  field: 'Ky1', kind: 'approval', indication: 'TOTAL-PASSED', signer: person, covers: { whole_file: true, revision: 1, of: 1 },
  certificate: { serial: '5', not_before: '2026-01-01T00:00:00Z', not_after: '2028-01-01T00:00:00Z', sha256: 'aa' }, ...change,
});
const finding = (code: string, data?: Record<string, unknown>) => ({ code, data, text: 'words for a log' });

/** The texts of a type of constants in the validator, from its own source: a code without words would be shown as a code. */
function codesOf(file: string, type: string): string[] {
  const source = readFileSync(`../signing/${file}`, 'utf8');
  return [...source.matchAll(new RegExp(`^\\s+\\w+\\s+${type}\\s+= "(.+?)"`, 'gm'))].map(([, code = '']) => code);
}

const findings = codesOf('validator/table.go', 'Code');
const changes = codesOf('validator/change.go', 'ChangeKind');
const subs = codesOf('indication.go', 'SubIndication');
const reasons = codesOf('trust/failure.go', 'Reason');
const states = codesOf('trust/status.go', 'State');

test('the codes of the validator are found', () => {
  expect([findings.length > 40, changes.length > 20, subs.length > 20, reasons.length > 15, states.length]).toEqual([true, true, true, true, 5]);
});

describe.each(['vi', 'en'])('in %s', (language) => {
  test('every code has words, with nothing left open in them', async () => {
    await i18next.changeLanguage(language);
    const texts = [
      ...findings.map((code) => findingText(finding(code, { field: 'SoVB' }))),
      ...reasons.map((reason) => findingText(finding('certificate', { reason, certificate: 'CA' }))),
      ...changes.flatMap((kind) => [changeText({ kind }), changeText({ kind, page: 2, field: 'Ky1' }), findingText(finding('changed_after_signing', { kind, page: 2, field: 'Ky1' }))]),
      ...subs.map((sub) => explain(signature({ indication: 'INDETERMINATE', sub_indication: sub })).reason),
      ...states.map((state) => revocationText({ state, source: 'crl', origin: 'cache', age_seconds: 0 })),
    ];
    expect(texts.filter((text) => /\(mã|\(code|\{\{|^sign\./.test(text))).toEqual([]);
  });

  test('a code without words is named', async () => {
    await i18next.changeLanguage(language);
    const { reason } = explain(signature({ indication: 'TOTAL-FAILED', sub_indication: 'FORMAT_FAILURE', findings: [finding('new_trick')] }));
    expect(reason).toContain('new_trick');
    expect(changeText({ kind: 'new_change' })).toContain('new_change');
  });
});

test('a forgery is called by its name', () => {
  expect(findingText(finding('changed_after_signing', { kind: 'page_content', page: 2 }))).toBe('Nội dung trang 2 đã bị sửa sau khi ký.');
  expect(findingText(finding('changed_after_signing', { kind: 'page_content', page: 0 }))).toBe('Nội dung của tệp đã bị sửa sau khi ký.');
  expect(findingText(finding('changed_after_signing', { kind: 'field_removed', field: 'Ky1' }))).toBe('Tệp đã bị sửa sau khi ký: xóa ô Ky1.');
});

test('what was done to one page by one hand is said once', () => {
  const change = { revision: 3, kind: 'page_content', page: 2, allowed: false };
  expect(distinct([{ ...change, key: 'Contents' }, { ...change, key: 'Resources' }, { ...change, page: 3 }, { ...change, allowed: true }])).toEqual([
    { text: 'Lần ký 3: nội dung trang 2 bị sửa', allowed: false }, { text: 'Lần ký 3: nội dung trang 3 bị sửa', allowed: false }, { text: 'Lần ký 3: nội dung trang 2 bị sửa', allowed: true },
  ]);
});

test('a name that runs from right to left turns nothing around it', () => {
  expect(changeText({ kind: 'field_removed', field: 'אבג' })).toBe('xóa ô \u2068אבג\u2069');
  expect(findingText(finding('certificate', { reason: 'revoked', certificate: 'אבג' }))).toContain('của \u2068אבג\u2069 chưa');
});

test('only a proven mismatch is called one', () => {
  expect(findingText(finding('crypto'), 'HASH_FAILURE')).toContain('đã bị sửa');
  expect(findingText(finding('crypto'), 'NO_SIGNING_CERTIFICATE_FOUND')).toBe('Không xác minh được chữ ký khớp với nội dung tệp.');
});

test('reasons come before remarks', () => {
  const failed = signature({ indication: 'TOTAL-FAILED', sub_indication: 'FORMAT_FAILURE', findings: [finding('not_pades'), finding('byte_range_gap'), finding('cms_odd'), finding('cms_odd')] });
  expect(explain(failed)).toEqual({
    reason: 'Chữ ký bỏ sót một phần tệp: phần đó có thể đã bị sửa.', more: ['Giá trị chữ ký không đúng chuẩn.'], notes: ['Chữ ký theo dạng cũ, chưa theo chuẩn PAdES.'],
  });
  const later = explain(signature({ indication: 'INDETERMINATE', sub_indication: 'TRY_LATER', findings: [finding('certificate', { reason: 'status_unknown', certificate: 'Nguyễn Thị Hà' })] }));
  expect(later.reason).toContain('khi có mạng');
  expect(later.more).toEqual(['Chứng thư số của Nguyễn Thị Hà chưa được tin cậy: chưa có thông tin thu hồi.']);
});

test('the line about a file begins with what is wrong', () => {
  const report = { indication: 'TOTAL-PASSED' as const, revisions: 1, signatures: [signature(), signature({ kind: 'timestamp', signer: { name: 'TSA', subject: '' } })] };
  expect(summaryOf(report)).toBe('1 chữ ký · Nguyễn Thị Hà · 1 dấu thời gian');
  expect(explain(signature({ kind: 'timestamp' })).reason).toContain('Dấu thời gian đúng');
  const forged = signature({ indication: 'TOTAL-FAILED', sub_indication: 'FORMAT_FAILURE', findings: [finding('changed_after_signing', { kind: 'page_content', page: 2 })] });
  expect(summaryOf({ ...report, indication: 'TOTAL-FAILED', signatures: [signature(), forged] })).toBe('Nội dung trang 2 đã bị sửa sau khi ký · 2 chữ ký · Nguyễn Thị Hà');
  expect(summaryOf({ ...report, indication: 'TOTAL-FAILED', signatures: [signature()], findings: [finding('bytes_after_eof')] })).toMatch(/^Có dữ liệu thêm vào sau phần cuối/);
  expect(summaryOf({ ...report, indication: 'INDETERMINATE', signatures: [], findings: [finding('encrypted')] })).toBe('Tệp được đặt mật khẩu nên không kiểm tra được chữ ký');
});

const day = 86_400;
test.each([[0, 'cách đây chưa đến 1 giờ'], [3600, 'cách đây 1 giờ'], [day - 1, 'cách đây 23 giờ'], [9 * day + 5, 'cách đây 9 ngày']])('%i seconds', (seconds, want) => expect(ageText(seconds)).toBe(want));

test('how old an answer is counts from now, not from the signing', () => {
  const now = Date.parse('2026-11-30T00:00:00Z');
  expect(revocationText({ state: 'good', source: 'crl', origin: 'document', this_update: '2026-11-21T00:00:00Z', age_seconds: 60 }, now)).toBe('Chưa bị thu hồi · CRL cách đây 9 ngày · kèm trong tệp');
  expect(revocationText({ state: 'revoked', since: '2026-11-01T01:00:00Z' }, now)).toBe('Đã bị thu hồi từ 08:00 01/11/2026');
  expect(revocationText({ state: 'unknown' }, now)).toBe('Chưa có thông tin thu hồi');
});

test('nothing is said of a file without signatures, unless something is wrong', () => {
  const report = { indication: 'INDETERMINATE' as const, revisions: 1, signatures: [] };
  expect(isPlain({ ...report, findings: [finding('unsigned'), finding('usage_rights')] })).toBe(true);
  expect(isPlain({ ...report, findings: [finding('malformed')] })).toBe(false);
  expect(isPlain({ ...report, signatures: [signature()] })).toBe(false);
});

test('signers are named once, and no time stamp among them', () => {
  const signatures = [signature(), signature(), signature({ signer: { name: 'UBND xã', subject: '' } }), signature({ kind: 'timestamp', signer: { name: 'TSA', subject: '' } }), signature({ signer: undefined })];
  expect(signersOf({ indication: 'TOTAL-PASSED', revisions: 2, signatures })).toEqual(['Nguyễn Thị Hà', 'UBND xã']);
});

test.each<[string, Partial<FileSignature>, string]>([
  ['valid', {}, 'whole'],
  ['revoked', { indication: 'TOTAL-FAILED', sub_indication: 'REVOKED', findings: [finding('certificate')] }, 'whole'],
  ['revoked and changed', { indication: 'TOTAL-FAILED', sub_indication: 'REVOKED', findings: [finding('certificate'), finding('changed_after_signing')] }, 'broken'],
  ['another digest', { indication: 'TOTAL-FAILED', sub_indication: 'HASH_FAILURE', findings: [finding('crypto')] }, 'broken'],
  ['no certificate', { indication: 'INDETERMINATE', sub_indication: 'NO_SIGNING_CERTIFICATE_FOUND', signer: undefined, findings: [finding('crypto')] }, 'unknown'],
  ['another form', { indication: 'INDETERMINATE', findings: [finding('sub_filter_unknown')] }, 'unknown'],
  ['a code not known here', { indication: 'TOTAL-FAILED', findings: [finding('new_trick')] }, 'broken'],
])('integrity: %s', (_name, change, want) => expect(integrityOf(signature(change))).toBe(want));

test('the time of a stamp that nobody trusts proves nothing', () => {
  const claimed_time = '2026-05-05T03:00:00Z';
  const stamp = (trusted: boolean) => ({ time: '2026-05-05T03:00:07Z', by: 'TSA', trusted });
  expect(timeOf(signature({ claimed_time, timestamp: stamp(true) })).kind).toBe('stamped');
  expect(timeOf(signature({ claimed_time, timestamp: stamp(false) }))).toEqual({ kind: 'claimed', at: Date.parse(claimed_time) });
  expect(timeOf(signature({ claimed_time, proven_time: '2026-05-06T00:00:00Z' })).kind).toBe('proven');
  expect(timeOf(signature())).toEqual({ kind: 'none', at: 0 });
});

test.each([['2025-12-31T00:00:00Z', 'before'], ['2027-01-01T00:00:00Z', 'within'], ['2028-01-02T00:00:00Z', 'after'], [undefined, 'unknown']])('signed %s: %s the period', (claimed_time, want) =>
  expect(periodOf(signature({ claimed_time }))).toBe(want));
