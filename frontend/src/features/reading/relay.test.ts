import { expect, test } from 'vitest';
import { parseTold, placeOf, pointAt, reachOf, samePlace, spotOf } from './relay';
import type { Material } from './materials';

const version = (key: number, here: boolean) => ({ key, name: 'a.pdf', media: 'application/pdf', size: 1, sha256: '', at: 0, here });
const material: Material = { id: 'a', title: 'Báo cáo', kind: 'main', versions: [version(1, true), version(2, false)] };
const place = { material: 'a', version: 1, page: 3, zoom: 1500, x: 250, y: 120 };

test('frames', () => {
  expect(parseTold('{"host":"server","rank":2,"lead":{"by":"p"},"here":3}')).toEqual({ host: 'server', rank: 2, lead: { by: 'p' }, here: 3 });
  for (const bad of ['', '[]', 'null', '3', '{', undefined, new ArrayBuffer(2)]) expect(parseTold(bad)).toBeNull();
});

test('a spot and its place are the same', () => {
  const spot = { page: 3, part: 0.12, side: 0.25, zoom: 1.5 };
  expect(placeOf('a', 1, spot)).toEqual(place);
  expect(spotOf(place)).toEqual(spot);
  expect(spotOf({ ...place, zoom: 0 }).zoom).toBe(1);
  expect(spotOf({ ...place, zoom: 16_000 }).zoom).toBe(8);
  expect(placeOf('a', 1, { ...spot, part: 1.7, side: -1, zoom: 99 })).toMatchObject({ x: 0, y: 1000, zoom: 16_000 });
});

test('the same place', () => {
  expect(samePlace(place, { ...place })).toBe(true);
  expect(samePlace(undefined, undefined)).toBe(true);
  for (const other of [undefined, { ...place, y: 121 }, { ...place, material: 'b' }]) expect(samePlace(place, other)).toBe(false);
});

test('what somebody has of the place', () => {
  expect(reachOf([material], { ...place, material: 'b' })).toEqual({ kind: 'unknown' });
  expect(reachOf([material], place)).toMatchObject({ kind: 'here', version: { key: 1 } });
  expect(reachOf([material], { ...place, version: 2 })).toMatchObject({ kind: 'coming', version: { key: 2 } });
  expect(reachOf([material], { ...place, version: 9 })).toEqual({ kind: 'coming', material, version: undefined });
  expect(reachOf([material], { ...place, version: 0 })).toMatchObject({ kind: 'coming', version: { key: 2 } });
});

test('the pointer is on the page under it', () => {
  const page = document.createElement('div');
  page.dataset.page = '7';
  const inside = page.appendChild(document.createElement('span'));
  page.getBoundingClientRect = () => ({ left: 100, top: 200, width: 400, height: 800 }) as DOMRect;
  expect(pointAt(inside, 200, 400)).toEqual({ page: 7, x: 250, y: 250 });
  expect(pointAt(document.createElement('div'), 1, 1)).toBeNull();
  expect(pointAt(null, 1, 1)).toBeNull();
});
