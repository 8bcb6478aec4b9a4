/** The frames of a meeting's live side (meeting/room/PROTOCOL.md). Pure. */
import type { PdfSpot } from '@/ui';
import { newest, type Material, type MaterialVersion } from './materials';

/** What somebody may do with the page that all follow. */
export const ranks = { listens: 0, presents: 1, runs: 2 } as const;

export type Rank = (typeof ranks)[keyof typeof ranks];

/** Where somebody stands in a material. */
export interface Place {
  material: string;
  version: number;
  /** From 1. */
  page: number;
  /** Per mille of the page's width on the screen's. */
  zoom: number;
  /** The top left corner, per mille of the page. */
  x: number;
  y: number;
}

/** Where the presenter points, per mille of a page. */
export interface Point {
  page: number;
  x: number;
  y: number;
}

export interface Lead {
  by?: string;
  place?: Place;
  point?: Point;
}

/** A frame from the host. A member that is absent has not changed. */
export interface Told {
  host?: string;
  rank?: Rank;
  lead?: Lead;
  /** Of the lead: rises with each change, over every way by which it is told. */
  seq?: number;
  here?: number;
  refused?: string;
  alone?: boolean;
}

/** What a leader's screen says of itself. */
export type Turn = { place: Place } | { point: Point } | { noPoint: true };

export type Asked = { take: true } | { release: true } | (Turn & { seq: number }) | { rank: true };

/** What a frame says; null when it is none. */
export function parseTold(data: unknown): Told | null {
  if (typeof data !== 'string') return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === 'object' && frame !== null && !Array.isArray(frame) ? (frame as Told) : null;
  } catch {
    return null;
  }
}

export const relayUrl = (meeting: string) => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/meetings/${encodeURIComponent(meeting)}/live`;

const largestZoom = 16_000;
const mille = (n: number) => Math.round(Math.max(0, Math.min(1, n)) * 1000);

export function placeOf(material: string, version: number, { page, part, side, zoom }: PdfSpot): Place {
  return { material, version, page, zoom: Math.max(1, Math.min(largestZoom, Math.round(zoom * 1000))), x: mille(side), y: mille(part) };
}

/** A place without a zoom is seen as wide as the screen. */
export function spotOf({ page, zoom, x, y }: Place): PdfSpot {
  return { page, part: y / 1000, side: x / 1000, zoom: zoom === 0 ? 1 : Math.max(0.1, Math.min(8, zoom / 1000)) };
}

export function samePlace(a: Place | undefined, b: Place | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.material === b.material && a.version === b.version && a.page === b.page && a.zoom === b.zoom && a.x === b.x && a.y === b.y);
}

/** The point of a page under the pointer, when there is a page. */
export function pointAt(target: Element | null, clientX: number, clientY: number): Point | null {
  const page = target?.closest<HTMLElement>('[data-page]');
  if (!page) return null;
  const box = page.getBoundingClientRect();
  return { page: Number(page.dataset.page), x: mille((clientX - box.left) / box.width), y: mille((clientY - box.top) / box.height) };
}

/** What of a leader's place somebody has: nothing of it, a version that is still to come, or all. */
export type Reach = { kind: 'unknown' } | { kind: 'coming'; material: Material; version?: MaterialVersion } | { kind: 'here'; material: Material; version: MaterialVersion };

export function reachOf(materials: readonly Material[], place: Place): Reach {
  const material = materials.find(({ id }) => id === place.material);
  if (!material) return { kind: 'unknown' };
  const version = place.version === 0 ? newest(material) : material.versions.find(({ key }) => key === place.version);
  return version?.here ? { kind: 'here', material, version } : { kind: 'coming', material, version };
}
