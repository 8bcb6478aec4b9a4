import { describe, expect, test } from 'vitest';
import { callingOf, gridFor, pageOf, rankOf, sceneOf, type Sight } from './layout';
import type { Row, StationStatus, View } from './protocol';

const row = (n: number, s: StationStatus = 'TRONG_HOP'): Row => ({ i: `s${n}`, n: `Điểm cầu ${n}`, k: 'point', r: 'THANH_VIEN', s, o: n });

function sight(count: number, view: Partial<View> = {}, more: Partial<Sight> = {}): Sight {
  // As they come in, not in their order.
  const rows = Array.from({ length: count }, (_, i) => row(count - i));
  return { view: { layout: 'GALLERY', since: 0, chair: 's1', ...view }, floor: { mode: 'HOI_NGHI' }, roll: {}, stations: new Map(rows.map((each) => [each.i, each])), ...more };
}

const shown = (it: Sight, now = 0, page = 0) => sceneOf(it, now, page).tiles.map(({ station }) => station);

describe('what a layout shows', () => {
  test('a gallery has 25 a page, in the order in which they came in', () => {
    const first = sceneOf(sight(60), 0);
    expect([first.tiles.length, first.tiles[0]?.station, first.pages]).toEqual([25, 's1', 3]);
    expect(shown(sight(60), 0, 2)).toHaveLength(10);
    expect(sceneOf(sight(60), 0, 9).page).toBe(2);
  });

  test('those who have left or wait take no place', () => {
    const it = sight(3);
    const stations = new Map(it.stations).set('s2', row(2, 'ROI')).set('s9', row(9, 'CHO_VAO')).set('s4', row(4, 'MAT_TIN_HIEU'));
    expect(shown({ ...it, stations })).toEqual(['s1', 's3', 's4']);
  });

  test('a grid turns by the host’s clock', () => {
    const it = sight(10, { layout: 'GRID4', period: 20, since: 1000 });
    expect(shown(it, 0)).toEqual(['s1', 's2', 's3', 's4']);
    expect(shown(it, 21_000)).toEqual(['s5', 's6', 's7', 's8']);
    expect(shown(it, 41_000)).toEqual(['s9', 's10']);
    expect(shown(it, 61_000)).toEqual(['s1', 's2', 's3', 's4']);
    expect(sceneOf(it, 21_500).turns).toBe(41_000);
  });

  test('the chair and the first who speaks besides him', () => {
    const it = sight(9, { layout: 'CHAIR_SPEAKER' }, { floor: { mode: 'HOI_NGHI', holders: ['s1', 's7', 's8'] } });
    const scene = sceneOf(it, 0);
    expect([scene.shape, scene.tiles.map(({ station }) => station), scene.strip.map(({ station }) => station)]).toEqual(['pair', ['s1', 's7'], ['s8']]);
    expect(sceneOf(sight(9, { layout: 'CHAIR_SPEAKER' }), 0).shape).toBe('one');
  });

  test('a screen that is shown is large, and slides have the speaker beside them', () => {
    const floor = { mode: 'HOI_NGHI' as const, holders: ['s4'] };
    const scene = sceneOf(sight(9, { layout: 'SLIDES_SPEAKER', screen: 's3' }, { floor }), 0);
    expect([scene.shape, scene.tiles, scene.strip]).toEqual(['slides', [{ station: 's3', track: 'screen' }], [{ station: 's4', track: 'camera' }]]);
    expect(sceneOf(sight(9, { layout: 'CHAIR', screen: 's3' }, { floor }), 0).tiles).toEqual([{ station: 's3', track: 'screen' }]);
    expect(sceneOf(sight(9, { layout: 'SPOTLIGHT', station: 's5' }), 0).tiles).toEqual([{ station: 's5', track: 'camera' }]);
  });

  test('whom all see large sees all', () => {
    const it = sight(9, { layout: 'CHAIR' });
    expect(shown(it)).toEqual(['s1']);
    const own = sceneOf(it, 0, 0, 's1');
    expect([own.shape, own.tiles.length]).toEqual(['gallery', 9]);
    expect(sceneOf(sight(9, { layout: 'CHAIR', screen: 's3' }), 0, 0, 's1').tiles).toEqual([{ station: 's3', track: 'screen' }]);
  });

  test('in a discussion who speaks on is beside the chair; the floor comes before a voice', () => {
    const it = sight(9, { layout: 'CHAIR_SPEAKER', heard: ['s1', 's5'] }, { floor: { mode: 'THAO_LUAN' } });
    expect([sceneOf(it, 0).shape, shown(it)]).toEqual(['pair', ['s1', 's5']]);
    expect(shown({ ...it, floor: { mode: 'THAO_LUAN', holders: ['s7'] } })).toEqual(['s1', 's7']);
    expect(rankOf({ station: 's1', track: 'camera' }, it)).toBe(0);
  });

  test('a look of one’s own: who speaks, and not oneself', () => {
    const it = sight(30, { layout: 'GRID4', period: 20, heard: ['s4', 's2'], screen: 's3' }, { floor: { mode: 'THAO_LUAN', holders: ['s9'] }, look: 'speaker' });
    const large = (own: string) => sceneOf(it, 0, 0, own);
    expect([large('s8').shape, large('s8').tiles, large('s8').strip.map(({ station, track }) => `${station} ${track}`)]).toEqual(['one', [{ station: 's4', track: 'camera' }], ['s3 screen', 's2 camera', 's9 camera', 's1 camera']]);
    expect(large('s4').tiles[0]?.station).toBe('s2');
    const alone = sceneOf(sight(3, { layout: 'CHAIR' }, { look: 'speaker' }), 0, 0, 's1');
    expect([alone.shape, alone.tiles.length]).toEqual(['gallery', 3]);
  });

  test('a look of one’s own: all, turned by hand, or the material; a roll-call is for all', () => {
    const it = sight(30, { layout: 'GRID4', period: 20, heard: ['s4'], screen: 's3' }, { look: 'gallery' });
    expect([sceneOf(it, 0, 1).tiles.length, sceneOf(it, 0, 1).turns]).toEqual([5, 0]);
    const slides = sceneOf({ ...it, look: 'slides' }, 0, 0, 's4');
    expect([slides.shape, slides.tiles, slides.strip]).toEqual(['slides', [{ station: 's3', track: 'screen' }], [{ station: 's1', track: 'camera' }]]);
    expect(shown({ ...it, roll: { began: 1000, period: 5 } }, 1001)).toEqual(['s1']);
  });

  test('a roll-call shows one after the other and is over behind the last', () => {
    const roll = { began: 1000, period: 5, by: 's1' };
    const it = sight(3, {}, { roll });
    expect([0, 1000, 5999, 6000, 11_000, 16_000].map((now) => callingOf(roll, [row(1), row(2), row(3)], now))).toEqual(['', 's1', 's1', 's2', 's3', '']);
    expect(shown(it, 6500)).toEqual(['s2']);
    expect(sceneOf(it, 6500).turns).toBe(11_000);
    expect(shown(it, 16_000)).toHaveLength(3);
  });
});

test('one page does not turn', () => {
  expect(pageOf({ period: 10, since: 0 }, 1, 99_000)).toEqual({ page: 0, turns: 0 });
  expect(pageOf({ period: 0, since: 0 }, 5, 99_000)).toEqual({ page: 0, turns: 0 });
  expect(pageOf({ period: 10, since: 50_000 }, 5, 0)).toEqual({ page: 0, turns: 60_000 });
});

test.each([
  [1, 1600, 900, 1, 1], [2, 1600, 900, 2, 1], [4, 1600, 900, 2, 2], [9, 1600, 900, 3, 3], [16, 1600, 900, 4, 4], [25, 1600, 900, 5, 5], [3, 600, 1400, 1, 3], [25, 1354, 570, 5, 5],
])('%d tiles in %d × %d', (count, width, height, columns, rows) => {
  expect(gridFor(count, width, height)).toEqual({ columns, rows });
});
