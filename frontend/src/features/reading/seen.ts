/** Which version of a paper was last opened on this machine. */
import { newest, type Material } from './materials';

const storageKey = (material: string) => `khonggiay.read.${material}`;

export function isNew(material: Material): boolean {
  const version = newest(material);
  return version !== undefined && localStorage.getItem(storageKey(material.id)) !== String(version.key);
}

export function markSeen(material: Material): void {
  const version = newest(material);
  if (version) localStorage.setItem(storageKey(material.id), String(version.key));
}
