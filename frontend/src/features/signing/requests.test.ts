import { describe, expect, it } from 'vitest';
import { hasEnded, isDone, leftText, requestTone, unsigned } from './requests';

const given = { id: 'a', name: 'A', given: { id: 1, status: 'pending' as const, version: 1 } };
const problem = { id: 'b', name: 'B', problem: { code: 'conflict' as const, reason: 'document.revision_changed', status: 409, title: '' } };
const open = { id: 'c', name: 'C' };

describe('requests to providers', () => {
  it('tells what is left to do', () => {
    expect(hasEnded({ state: 'waiting' })).toBe(false);
    expect(hasEnded({ state: 'unknown' })).toBe(false);
    expect(hasEnded({ state: 'cancelled' })).toBe(true);
    expect(isDone({ state: 'signed', documents: [given] })).toBe(true);
    expect(isDone({ state: 'signed', documents: [given, problem] })).toBe(false);
    expect(unsigned({ state: 'signed', documents: [given, problem] })).toEqual(['b']);
    expect(unsigned({ state: 'refused', documents: [open] })).toEqual(['c']);
    expect(unsigned({ state: 'waiting', documents: [open] })).toEqual([]);
  });
  it('shows how it stands', () => {
    expect(requestTone({ state: 'signed', documents: [given] })).toBe('ok');
    expect(requestTone({ state: 'signed', documents: [problem] })).toBe('bad');
    expect(requestTone({ state: 'expired', documents: [] })).toBe('bad');
    expect(requestTone({ state: 'unknown', documents: [] })).toBe('warn');
    expect(requestTone({ state: 'waiting', documents: [] })).toBe('info');
  });
  it('counts down', () => {
    expect([300_000, 61_000, 59_001, 400, 0, -5].map(leftText)).toEqual(['5:00', '1:01', '1:00', '0:01', '0:00', '0:00']);
  });
});
