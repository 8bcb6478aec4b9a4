/** What happens to the places when one is moved, resized, set or removed. */
import { fileRect, onPage, seenBox, type PageFrame, type SeenBox } from '@/ui';
import type { SignPlaces } from '@/lib/backend';
import { placeKinds, placesAround, sealOver, sealSize, type PlaceKind, type Places } from './places';

/** The smallest box that can be taken hold of, points. */
const least = 10;

/** The place becomes the box as seen on the page. A seal that lies over the signature goes with it. */
export function putPlace(places: Places, kind: PlaceKind, frame: PageFrame, box: SeenBox): Places {
  const kept = onPage(frame, { ...box, width: Math.max(least, box.width), height: Math.max(least, box.height) });
  const next: Places = { ...places, [kind]: { page: frame.index, rect: fileRect(frame, kept) } };
  const { signature, seal } = places;
  if (kind !== 'signature' || !signature || !seal || seal.page !== signature.page) return next;
  const before = placesAround({ ...frame, index: signature.page }, seenBox(frame, signature.rect)).seal;
  const follows = before !== undefined && before.rect.every((n, i) => Math.abs(n - (seal.rect[i] ?? 0)) < 0.1);
  return follows ? { ...next, seal: { page: frame.index, rect: fileRect(frame, onPage(frame, sealOver(kept))) } } : next;
}

export function dropPlace(places: Places, kind: PlaceKind): Places {
  return Object.fromEntries(Object.entries(places).filter(([name]) => name !== kind));
}

/** Where something stands that was not found: a person moves it from there. */
export function usualBox(kind: PlaceKind, frame: Pick<PageFrame, 'width' | 'height'>): SeenBox {
  const { width, height } = frame;
  switch (kind) {
    case 'signature':
      return { left: width * 0.6, top: height * 0.65, width: 140, height: 70 };
    case 'seal':
      return sealOver(usualBox('signature', frame)).left > 0 ? sealOver(usualBox('signature', frame)) : { left: 0, top: height * 0.6, width: sealSize, height: sealSize };
    case 'number':
      return { left: width * 0.24, top: height * 0.13, width: 34, height: 17 };
    case 'date':
      return { left: width * 0.56, top: height * 0.13, width: 190, height: 17 };
  }
}

/** Another page at the same place of it. */
export function turnTo(places: Places, kind: PlaceKind, page: number): Places {
  const place = places[kind];
  return place ? { ...places, [kind]: { ...place, page } } : places;
}

/** What goes to the laptop's service. */
export function orderPlaces(places: Places): SignPlaces {
  return Object.fromEntries(placeKinds.flatMap((kind) => (places[kind] ? [[kind, places[kind]]] : [])));
}
