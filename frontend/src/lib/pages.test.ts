import { describe, expect, it } from 'vitest';
import { pagesOf, spansOf } from './pages';

describe('pages as people write them', () => {
  it.each([['1', [1]], ['2-4', [2, 3, 4]], [' 1 - 2 , 5', [1, 2, 5]], ['999999', [999_999]]] as const)('takes %s', (text, pages) => expect(pagesOf(spansOf(text) ?? [])).toEqual(pages));
  it.each(['', '0', '3-2', '2,2', '2, 1', '1-', '-1', 'x', '1,,2', '1-3, 3', '9999999', '\uff11'])('refuses "%s"', (text) => expect(spansOf(text)).toBeNull());
});
