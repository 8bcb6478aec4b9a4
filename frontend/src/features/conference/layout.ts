/** What the screens of a conference show (PROTOCOL.md, "What a layout shows"). Pure. */
import type { Floor, Layout, Picture, Roll, Row, View } from './protocol';
import { isPresent } from './protocol';

export interface Tile {
  station: string;
  track: Picture;
}

/** The shape of what is shown. */
export type Shape = 'one' | 'pair' | 'slides' | 'grid' | 'gallery';

export interface Scene {
  shape: Shape;
  tiles: Tile[];
  /** Small pictures beside the large one. */
  strip: Tile[];
  page: number;
  pages: number;
  /** Host's time at which it changes by the clock alone; 0: never. */
  turns: number;
}

/** What a person's own screen shows: as it was set for all, who speaks, everybody, or the material. */
export const looks = ['set', 'speaker', 'gallery', 'slides'] as const;
export type Look = (typeof looks)[number];

export interface Sight {
  look?: Look;
  view: View;
  floor: Floor;
  roll: Roll;
  stations: ReadonlyMap<string, Row>;
}

/** Tiles of a page of the gallery. */
export const gallerySize = 25;
const gridSizes: Partial<Record<Layout, number>> = { GRID4: 4, GRID9: 9, GRID16: 16 };

/** The stations in the room, in the order in which they came in. */
export function inOrder(stations: ReadonlyMap<string, Row>): Row[] {
  return [...stations.values()].filter(isPresent).toSorted((a, b) => (a.o ?? 0) - (b.o ?? 0));
}

/** Who has the floor besides the chair, the first of them; else who is heard besides him. */
export function speakerOf({ view, floor }: Pick<Sight, 'view' | 'floor'>): string {
  return [...(floor.holders ?? []), ...(view.heard ?? [])].find((station) => station !== view.chair) ?? '';
}

/** Whose picture a roll-call shows at the moment; "" when there is none. */
export function callingOf(roll: Roll, order: readonly Row[], now: number): string {
  if (!roll.began || !roll.period || now < roll.began) return '';
  return order[Math.floor((now - roll.began) / (roll.period * 1000))]?.i ?? '';
}

/** Which page of so many is shown at the moment, and when it turns. */
export function pageOf({ period, since }: Pick<View, 'period' | 'since'>, pages: number, now: number): { page: number; turns: number } {
  if (!period || pages < 2) return { page: 0, turns: 0 };
  const length = period * 1000;
  const turned = Math.floor(Math.max(0, now - since) / length);
  return { page: turned % pages, turns: since + (turned + 1) * length };
}

const camera = (station: string): Tile => ({ station, track: 'camera' });

/**
 * What is shown at that moment of the host. `page` is the page of the gallery that
 * the person has turned to. Whom all see large, `own`, sees all and not himself.
 */
export function sceneOf(sight: Sight, now: number, page = 0, own = ''): Scene {
  if (sight.look && sight.look !== 'set' && !callingOf(sight.roll, inOrder(sight.stations), now)) return sceneForOne(sight, sight.look, now, page, own);
  const scene = sceneForAll(sight, now, page);
  const [only, more] = scene.tiles;
  if (scene.shape !== 'one' || more || only?.station !== own || only.track !== 'camera') return scene;
  return sceneForAll({ ...sight, roll: {}, view: { ...sight.view, layout: 'GALLERY', period: 0 } }, now, page);
}

/** What a person has chosen for his own screen, where he does not watch himself. */
function sceneForOne(sight: Sight, look: Exclude<Look, 'set'>, now: number, page: number, own: string): Scene {
  const { view, floor, stations } = sight;
  const as = (layout: Layout) => sceneForAll({ ...sight, view: { ...view, layout, period: 0 } }, now, page);
  if (look === 'gallery') return as('GALLERY');
  const those = [...new Set([...(view.heard ?? []), ...(floor.holders ?? []), view.chair ?? ''])].filter((id) => id !== own && isPresent(stations.get(id)));
  const [speaker, ...others] = those.map(camera);
  if (look === 'slides') return { ...as('SLIDES_SPEAKER'), strip: speaker ? [speaker] : [] };
  if (!speaker) return as('GALLERY');
  const shared: Tile[] = view.screen && isPresent(stations.get(view.screen)) ? [{ station: view.screen, track: 'screen' }] : [];
  return { shape: 'one', tiles: [speaker], strip: [...shared, ...others].slice(0, 6), page: 0, pages: 1, turns: 0 };
}

function sceneForAll(sight: Sight, now: number, page: number): Scene {
  const { view, roll, stations } = sight;
  const order = inOrder(stations);
  const here = (...ids: Array<string | undefined>) => [...new Set(ids)].filter((id): id is string => id !== undefined && isPresent(stations.get(id)));
  const still = { page: 0, pages: 1, turns: 0 };
  const called = callingOf(roll, order, now);
  if (called) {
    const place = order.findIndex((row) => row.i === called);
    return { shape: 'one', tiles: [camera(called)], strip: [], page: place, pages: order.length, turns: (roll.began ?? 0) + (place + 1) * (roll.period ?? 0) * 1000 };
  }
  const speaker = speakerOf(sight);
  const [screen] = here(view.screen);
  const shared: Tile[] = screen ? [{ station: screen, track: 'screen' }] : [];
  const strip = (...shown: string[]) => here(view.chair, ...(sight.floor.holders ?? [])).filter((id) => !shown.includes(id)).slice(0, 6).map(camera);
  switch (view.layout) {
    case 'CHAIR':
      return one(here(view.chair), shared, strip, still);
    case 'SPOTLIGHT':
      return one(here(view.station), shared, strip, still);
    case 'CHAIR_SPEAKER': {
      const pair = here(view.chair, speaker);
      if (shared.length > 0) return { shape: 'one', tiles: shared, strip: pair.map(camera), ...still };
      return { shape: pair.length > 1 ? 'pair' : 'one', tiles: pair.map(camera), strip: strip(...pair), ...still };
    }
    case 'SLIDES_SPEAKER':
      return { shape: 'slides', tiles: shared, strip: here(speaker || view.chair).map(camera), ...still };
    default: {
      const size = gridSizes[view.layout] ?? gallerySize;
      const pages = Math.max(1, Math.ceil(order.length / size));
      const { page: turned, turns } = pageOf(view, pages, now);
      const at = view.period ? turned : Math.min(page, pages - 1);
      const tiles = order.slice(at * size, (at + 1) * size).map((row) => camera(row.i));
      return { shape: view.layout === 'GALLERY' ? 'gallery' : 'grid', tiles, strip: shared, page: at, pages, turns };
    }
  }
}

/** One large picture; a screen that is shown takes its place. */
function one(large: string[], shared: Tile[], strip: (...shown: string[]) => Tile[], still: Pick<Scene, 'page' | 'pages' | 'turns'>): Scene {
  if (shared.length > 0) return { shape: 'one', tiles: shared, strip: [...large, ...strip(...large).map((tile) => tile.station)].map(camera), ...still };
  return { shape: 'one', tiles: large.map(camera), strip: strip(...large), ...still };
}

/** What an empty place costs: a little larger tiles are not worth a last row with one of them. */
const emptiness = 0.1;

/** Columns and rows for so many tiles, the tiles as large as they can be at 16:9. */
export function gridFor(count: number, width: number, height: number): { columns: number; rows: number } {
  let best = { columns: 1, rows: Math.max(1, count), worth: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(count / columns);
    const tile = Math.min(width / columns, ((height / rows) * 16) / 9);
    const worth = tile * (1 - (emptiness * (columns * rows - count)) / (columns * rows));
    if (worth >= best.worth) best = { columns, rows, worth };
  }
  return { columns: best.columns, rows: best.rows };
}

/** What a picture is worth when the line cannot bear all: floor or screen, chair, the others. */
export function rankOf({ station, track }: Tile, { view, floor }: Pick<Sight, 'view' | 'floor'>): number {
  if (track === 'screen' || (floor.holders ?? []).includes(station) || view.heard?.[0] === station || view.station === station) return 0;
  return station === view.chair ? 1 : 2;
}
