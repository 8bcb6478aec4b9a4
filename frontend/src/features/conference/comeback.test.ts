import { beforeEach, expect, test } from 'vitest';
import { dropSeat, keepSeat, keptSeat, type Seated } from './comeback';

const seated: Seated = { seat: { as: 'point', point: 'd1' }, resume: 'm/d1/x', wants: { audio: true, camera: false, screen: false }, look: 'gallery', at: 1000 };

beforeEach(() => sessionStorage.clear());

test('a seat is kept for a minute, and for its own place', () => {
  keepSeat('m', seated);
  expect(keptSeat('m', 60_999)).toEqual(seated);
  expect([keptSeat('m', 61_000), keptSeat('m', 999), keptSeat('other', 1000)]).toEqual([null, null, null]);
  dropSeat('m');
  expect(keptSeat('m', 1000)).toBeNull();
});

test('what is no seat is none', () => {
  sessionStorage.setItem('khonggiay.conference.seat m', '{');
  expect(keptSeat('m', 1000)).toBeNull();
  keepSeat('m', { ...seated, resume: '' });
  expect(keptSeat('m', 1000)).toBeNull();
});
