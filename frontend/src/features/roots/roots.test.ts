import { expect, test } from 'vitest';
import type { Root, RootOffer } from '@/lib/backend';
import { base64Of, begin, endDay, lacking, orderOf, printLines, stateOf } from './roots';

const offer: RootOffer = {
  certificate: 'MII=', sha256: '0123456789abcdef'.repeat(4), name: 'Gốc', subject: 'CN=Gốc', issuer: 'Gốc', serial: '1', selfSigned: true,
  notBefore: Date.parse('2024-01-01T00:00:00Z'), notAfter: Date.parse('2044-01-01T00:00:00Z'), key: 'RSA 4096',
};
const root: Root = { ...offer, since: offer.notBefore, until: offer.notAfter, uses: ['signature'], kind: 'official' };

test('a fingerprint is read aloud in fours', () => {
  const lines = printLines(offer.sha256);
  expect(lines).toHaveLength(4);
  expect(lines[0]).toEqual(['0123', '4567', '89AB', 'CDEF']);
  expect(lines.flat().join('').toLowerCase()).toBe(offer.sha256);
});

test('a root is trusted between its moments', () => {
  const span = { since: 10, until: 20 };
  expect([9, 10, 20, 21].map((now) => stateOf(span, now))).toEqual(['coming', 'trusted', 'trusted', 'ended']);
});

test('nothing is sent before all was said and compared', () => {
  let form = begin(offer);
  const steps: Array<[string | null, Partial<typeof form>]> = [
    ['roots.missing.kind', { kind: 'official' }], ['roots.missing.note', { note: ' ' }], ['roots.missing.note', { note: 'Công bố' }],
    ['roots.missing.compared', { compared: true }], [null, { uses: [] }], ['roots.missing.uses', { uses: ['timestamp'], since: '2030-01-02', until: '2030-01-01' }],
    ['roots.missing.days', { since: '2030-01-01' }], [null, {}],
  ];
  for (const [want, next] of steps) {
    expect(lacking(form, offer)).toBe(want);
    form = { ...form, ...next };
  }
  const below = { ...offer, selfSigned: false };
  expect(lacking(form, below)).toBe('roots.missing.intermediate');
  expect(lacking({ ...form, intermediate: true }, below)).toBeNull();
});

test('days of the certificate are left to it', () => {
  const form = { ...begin(offer), uses: ['timestamp' as const, 'signature' as const], kind: 'public' as const, note: ' a ', compared: true };
  expect(orderOf(form, offer)).toEqual({ certificate: 'MII=', sha256: offer.sha256, uses: ['signature', 'timestamp'], kind: 'public', note: 'a' });
  expect(orderOf({ ...form, since: '2025-03-01', until: '2030-03-01', intermediate: true }, { ...offer, selfSigned: false }))
    .toMatchObject({ since: '2025-03-01', until: '2030-03-01', intermediate: true });
});

test('the end of trust begins with today, or with the day that was chosen', () => {
  const now = Date.parse('2026-11-30T03:00:00Z');
  expect(endDay(root, now)).toBe('2026-11-30');
  expect(endDay({ ...root, until: Date.parse('2026-05-05T03:00:00Z') }, now)).toBe('2026-05-05');
});

test('bytes travel in base64', async () => {
  expect(await base64Of(new Blob([new Uint8Array([0, 255, 1])]))).toBe('AP8B');
});
