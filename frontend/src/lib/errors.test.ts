import { describe, expect, test } from 'vitest';
import { ApiError, asApiError, errorText, reasonText, toApiError } from './errors';

describe('toApiError', () => {
  test('takes code, reason and data as the API says them', () =>
    expect(toApiError({ code: 'conflict', reason: 'document.wrong_state', data: { state: 'HUY' } }, 409)).toMatchObject({
      code: 'conflict', reason: 'document.wrong_state', data: { state: 'HUY' },
    }));
  test.each([[401, 'unauthorized'], [404, 'not_found'], [503, 'offline'], [507, 'full'], [500, 'internal']])('a foreign %i becomes %s', (status, code) =>
    expect(toApiError('<html>', status).code).toBe(code));
});

describe('words', () => {
  test('a known reason has its own', () => expect(errorText(new ApiError('not_found', 'record.not_found'))).toContain('Không có trên máy này'));
  test('an unknown reason has those of its class', () => expect(reasonText('forbidden', 'from.the.future')).toBe('Không có quyền thực hiện việc này.'));
  test('an unknown class is our fault', () => expect(reasonText('teapot', 'x')).toContain('gặp lỗi'));
  test('a failed fetch means the program is gone', () => expect(asApiError(new TypeError('Failed to fetch'))).toMatchObject({ code: 'offline', reason: 'app.unreachable' }));
  test('nothing thrown reaches a person as it is', () => expect(errorText(new Error('sql: no rows'))).not.toContain('sql'));
});
