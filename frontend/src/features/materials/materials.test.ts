import { describe, expect, it } from 'vitest';
import type { MaterialView } from '@/lib/backend';
import { dayAndTime, groupsOf, momentOf, newSince, percentHere, titleOf } from './materials';

const version = { key: 1, number: 1, name: 'a.pdf', media: 'application/pdf', size: 10, sha256: '', by: { id: 'p', name: 'P' }, at: 5, here: true, atServer: true };
const material = (id: string, item?: number): MaterialView => ({
  id, version: 1, title: id, kind: 'main', state: 'open', item, access: 'ALL', roles: [], persons: [], mine: { print: false, download: false }, versions: [version], newest: 1, actions: [],
});

describe('materials', () => {
  it('stand by agenda item, those of hidden items with the meeting', () => {
    const view = { items: [{ key: 7, title: 'Hai', order: 1 }, { key: 8, title: 'Trống', order: 2 }], materials: [material('a'), material('b', 9), material('c', 7)], actions: [] };
    expect(groupsOf(view).map(({ item, materials }) => [item?.key, materials.map(({ id }) => id)])).toEqual([[undefined, ['a', 'b']], [7, ['c']]]);
  });

  it('are here only when whole', () => {
    expect(percentHere(version)).toBe(100);
    expect(percentHere({ ...version, here: false, progress: { done: 999, total: 1000 } })).toBe(99);
    expect(percentHere({ ...version, here: false })).toBe(0);
  });

  it('mark what came since they were read', () => {
    const two = { ...material('a'), versions: [{ ...version, key: 2, at: 9 }, version] };
    expect(newSince({ ...two, read: 6 }).map(({ key }) => key)).toEqual([2]);
    expect(newSince(two)).toEqual([]);
  });

  it('have moments of Vietnam', () => {
    const moment = momentOf('2026-12-01', '08:30') ?? 0;
    expect(new Date(moment).toISOString()).toBe('2026-12-01T01:30:00.000Z');
    expect(dayAndTime(moment)).toEqual({ day: '2026-12-01', time: '08:30' });
    expect(momentOf('2026-12-01', '25:00')).toBeUndefined();
    expect(momentOf(null, '08:00')).toBeUndefined();
    expect(dayAndTime(undefined)).toEqual({ day: null, time: '' });
  });

  it('have a title from a file', () => {
    expect(titleOf('Tờ_trình số 5.v2.pdf')).toBe('Tờ trình số 5.v2');
  });
});
