import { describe, expect, it } from 'vitest';
import { arePages } from './copies';

describe('pages of an extract', () => {
  it.each(['1', '2-4', ' 1 - 2 , 5', '999999'])('takes %s', (text) => expect(arePages(text)).toBe(true));
  it.each(['', '0', '3-2', '2,2', '2, 1', '1-', '-1', 'x', '1,,2', '1-3, 3', '9999999', '\uff11'])('refuses "%s"', (text) => expect(arePages(text)).toBe(false));
});
