import { expect, test } from 'vitest';
import { filterOf, queryOf, withFilter } from './filter';

test('what the address says is what is asked', () => {
  const filter = { q: 'chuyển đổi số', direction: 'incoming', type: 'KH', urgency: 3, from: '2026-01-01', to: undefined, unit: undefined } as const;
  const address = withFilter(filter, {});
  expect(filterOf(address.slice(address.indexOf('?')))).toEqual(filter);
});

test('nonsense in the address is left out', () =>
  expect(Object.values(filterOf('?chieu=ngang&khan=9&tu=31/02&q=%20'))).toEqual(Array(7).fill(undefined)));

test('a cleared filter leaves the address', () => expect(withFilter({ q: 'a', urgency: 0 }, { q: undefined, urgency: undefined })).toBe('/tim-kiem'));

test('the API takes lists', () => expect(queryOf({ q: 'a', type: 'KH', urgency: 0 })).toEqual({ q: 'a', type: ['KH'], urgency: [0] }));
