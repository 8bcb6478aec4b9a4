import { expect, test } from 'vitest';
import vi from '@/lib/i18n/vi.json';
import { addressOf, filterOf, firstTab, isNarrowed, stateOf, tabs, type ListId } from './lists';

test('what the address says is what is asked', () => {
  const state = { tab: 'processing', q: 'mưa lũ', urgency: 3, from: '2026-11-01', overdue: true, sort: 'due' as const };
  const address = addressOf('/van-ban-den', state);
  const read = stateOf('incoming', address.slice(address.indexOf('?')));
  expect(Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined))).toEqual(state);
  expect(filterOf('incoming', read)).toMatchObject({ direction: 'incoming', group: 'processing', q: 'mưa lũ', urgency: [3], overdue: true, sort: 'due' });
});

test('nonsense in the address is left out', () => {
  const state = stateOf('incoming', '?nhom=x&khan=9&tu=31/02&xep=gi&qua-han=2');
  expect(state.tab).toBe('waiting');
  expect(isNarrowed(state)).toBe(false);
});

test('drafts are outgoing documents, the last changed first', () => expect(filterOf('drafts', stateOf('drafts', ''))).toMatchObject({ direction: 'outgoing', group: 'drafts', sort: 'moved' }));

test('every tab has its words', () => {
  const missing = (Object.keys(tabs) as ListId[]).flatMap((list) => tabs[list].flatMap((tab) => [`doc.group.${list}.${tab.id}`, `doc.empty.${list}.${tab.id}`])).filter((key) => !(key in vi));
  expect(missing).toEqual([]);
});

test('a list begins where the reader has something', () => {
  const counts = { waiting: 0, submitted: 7, processing: 12 };
  expect(firstTab('incoming', [{ role: 'leader' }], counts)).toBe('submitted');
  expect(firstTab('incoming', [{ role: 'officer' }, { role: 'clerk' }], counts)).toBeUndefined();
  expect(firstTab('incoming', [{ role: 'leader' }], undefined)).toBeUndefined();
});
