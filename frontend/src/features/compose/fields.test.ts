import { expect, test } from 'vitest';
import { ApiError } from '@/lib/errors';
import type { Doc } from '@/lib/backend';
import { clashesOf, editOf, fieldsOf, filled, settle } from './fields';

test('an edit names what changed with what was seen', () => {
  const edit = editOf({ subject: 'Cũ', urgency: 0, summary: 'ghi' }, { subject: 'Mới', urgency: 2, summary: '' });
  expect(edit).toEqual({ set: { subject: 'Mới', summary: '', urgency: 2 }, old: { subject: 'Cũ', summary: 'ghi', urgency: 0 } });
});

test('nothing changed, nothing set', () => expect(editOf({ subject: 'A' }, { subject: 'A', summary: '' })).toEqual({ set: {}, old: {} }));

test('empty fields are not sent', () => expect(filled({ subject: 'A', pages: 0, paper: false, summary: '' })).toEqual({ subject: 'A' }));

test('a conflict tells both texts, and the choice is sent over theirs', () => {
  const error = new ApiError('conflict', 'document.edit_conflict', { subject: { mine: 'Tôi', theirs: 'Họ', by: 'p1', at: 5 }, field: { mine: 'a', theirs: 'b' } });
  const clashes = clashesOf(error) ?? [];
  expect(clashes).toEqual([{ field: 'subject', mine: 'Tôi', theirs: 'Họ', by: 'p1', at: 5 }, { field: 'field', mine: 'a', theirs: 'b', by: undefined, at: undefined }]);
  const again = settle({ set: { subject: 'Tôi', field: 'a', pages: 3 }, old: { subject: 'Gốc', field: '', pages: 0 } }, clashes, new Set(['subject']));
  expect(again).toEqual({ set: { subject: 'Tôi', pages: 3 }, old: { subject: 'Họ', pages: 0 } });
});

test('other refusals are no conflict of fields', () => expect(clashesOf(new ApiError('conflict', 'document.wrong_state'))).toBeNull());

test('the fields of filing go from the document to the form and into an edit', () => {
  const filing = { fileOrgan: 'H01.02', fileCatalog: 2026, fileNotation: '12/TCCB', docOrdinal: 7, retentionCode: '20 năm', circulation: 'Nội bộ', drafterNotation: 'NVA' };
  const before = fieldsOf({ id: 'd1', subject: 'A', ...filing } as Doc);
  expect(before).toMatchObject(filing);
  expect(editOf(before, { ...before, docOrdinal: 8, retentionCode: '' })).toEqual({ set: { docOrdinal: 8, retentionCode: '' }, old: { docOrdinal: 7, retentionCode: '20 năm' } });
});
