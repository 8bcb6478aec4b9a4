import { expect, test } from 'vitest';
import { speak, speakIdsBy } from './errorData';

test('names, moments, days, states and fields in words', () => {
  speakIdsBy((id) => (id === 'p1' ? 'Lê Thị Hoa' : ''));
  expect(speak({ by: 'p1', lead: 'u9', at: Date.UTC(2026, 7, 5, 1, 30), due: '2026-08-09', state: 'HOAN_THANH', field: 'subject', max: 500 })).toEqual({
    by: 'Lê Thị Hoa', lead: 'u9', at: '08:30 05/08/2026', due: '09/08/2026', state: 'Hoàn thành', field: 'Trích yếu', max: 500,
  });
});

test('what changed since a revision was read', () => {
  speakIdsBy((id) => (id === 'p1' ? 'Lê Thị Hoa' : ''));
  const at = Date.UTC(2026, 7, 5, 1, 30);
  expect(speak({ changes: [{ step: 'document.edit', text: 'subject,dueDate', by: 'p1', at }, { step: 'document.add_file', text: 'Báo cáo.pdf', by: 'p1', at }] })).toEqual({
    changes: 'sửa thông tin (Trích yếu, Hạn giải quyết), Lê Thị Hoa, 08:30 05/08/2026; thêm tệp (Báo cáo.pdf), Lê Thị Hoa, 08:30 05/08/2026',
  });
});
