import { expect, test } from 'vitest';
import { readMarkId } from './readMark';

test('the same id as the server derives', async () =>
  expect(await readMarkId('p00345', '0198f0a2-1111-7000-8000-000000000001')).toBe('bbcf654e-dfa6-8dd4-b63f-b308de9dcbf0'));
