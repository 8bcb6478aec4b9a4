import { describe, expect, test } from 'vitest';
import type { SlipView } from '@/lib/backend';
import { askOf, fieldsOf, missingIn } from './fields';

const slip = {
  id: 's', title: 'Chủ trương', text: '', state: 'draft', due: Date.parse('2026-12-05T23:59:59+07:00'), silence: 'agree', threshold: '', people: [{ person: { id: 'p1', name: 'An' } }, { person: { id: 'p2', name: 'Bình' } }], files: [],
} as unknown as SlipView;
const idle = { failed: false, busy: false };

describe('the fields of a slip', () => {
  test('of a draft they come back as they were', () => {
    expect(fieldsOf(slip, '2026-12-31')).toEqual({ title: 'Chủ trương', text: '', asked: ['p1', 'p2'], due: '2026-12-05', silence: 'agree', threshold: '' });
    expect(fieldsOf(undefined, '2026-12-31')).toMatchObject({ title: '', asked: [], due: '2026-12-31', silence: 'none', threshold: 'QUA_NUA' });
  });

  const good = fieldsOf(slip, '');
  test.each([
    [{ ...good, title: ' ' }, idle, 'slip.form.title_missing'],
    [{ ...good, asked: [] }, idle, 'slip.form.nobody'],
    [{ ...good, due: null }, idle, 'slip.form.due_missing'],
    [{ ...good, due: '2026-11-30' }, idle, 'slip.form.due_missing'],
    [good, { failed: true, busy: true }, 'slip.form.file_failed'],
    [good, { failed: false, busy: true }, 'slip.form.file_busy'],
    [{ ...good, due: '2026-12-01' }, idle, null],
  ])('%#: what is missing', (fields, uploads, want) => {
    expect(missingIn(fields, '2026-12-01', uploads)).toBe(want);
  });

  test('a command takes the files that are in, and the end of the day', () => {
    const ask = askOf(good, '2026-12-05', [{ upload: { name: 'a.pdf', media: 'application/pdf', sha256: 'ff', size: 1 } as never }, {}]);
    expect(ask).toEqual({ title: 'Chủ trương', text: undefined, asked: ['p1', 'p2'], due: slip.due, silence: 'agree', threshold: '', files: [{ name: 'a.pdf', media: 'application/pdf', sha256: 'ff' }] });
    expect(askOf(good, '2026-12-05', []).files).toBeUndefined();
  });
});
