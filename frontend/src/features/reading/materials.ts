/** The papers of a meeting as the reader needs them, and the addresses of their bytes. The one file that knows their shape. */
import { useQuery } from '@tanstack/react-query';
import { api, type MaterialsView } from '@/lib/backend';
import { keys } from '@/lib/queries';

export interface MaterialVersion {
  key: number;
  name: string;
  media: string;
  size: number;
  sha256: string;
  at: number;
  note?: string;
  newest?: boolean;
  /** All of it is on this machine. */
  here?: boolean;
  /** While it is coming. */
  progress?: { done: number; total: number };
}

export interface Material {
  id: string;
  title: string;
  kind: string;
  /** Agenda item, by its key. */
  item?: { key: number; title: string; order: number };
  order?: number;
  versions: MaterialVersion[];
  download?: boolean;
  print?: boolean;
  watermark?: boolean;
  open?: boolean;
  /** When it was recalled. */
  recalled?: number;
}

export interface MaterialGroup {
  key: number;
  /** Of the agenda item; absent for papers of the whole meeting. */
  title?: string;
  materials: Material[];
}

/** The reader's part of what the server says of materials: papers that have been handed in, their versions oldest first. */
export function readable(view: MaterialsView): Material[] {
  const items = new Map(view.items.map((item) => [item.key, item]));
  return view.materials.filter((material) => material.versions.length > 0).map((material) => ({
    id: material.id, title: material.title, kind: material.kind, order: material.order, item: material.item ? items.get(material.item) : undefined,
    versions: material.versions.map((version) => ({ ...version, newest: version.key === material.newest })).toReversed(),
    download: material.mine.download, print: material.mine.print, watermark: material.watermark, open: material.state === 'open', recalled: material.recalled,
  }));
}

export function useMaterials(meeting: string) {
  return useQuery({ queryKey: keys.meeting(meeting, 'materials'), queryFn: ({ signal }) => api.materials(meeting, signal), select: readable });
}

/** The version that is read unless another is chosen. */
export function newest(material: Material): MaterialVersion | undefined {
  return material.versions.find((version) => version.newest) ?? material.versions.at(-1);
}

export const percentOf = ({ done, total }: { done: number; total: number }) => (total > 0 ? Math.floor((100 * done) / total) : 0);

export const isPdf = (version: MaterialVersion) => version.media === 'application/pdf';

/** By agenda item in the order of the agenda, papers of the whole meeting first. */
export function byItem(list: readonly Material[]): MaterialGroup[] {
  const groups = new Map<number, MaterialGroup & { order: number }>();
  for (const material of list) {
    const key = material.item?.key ?? 0;
    const group = groups.get(key) ?? { key, title: material.item?.title, order: material.item ? material.item.order : -1, materials: [] };
    group.materials.push(material);
    groups.set(key, group);
  }
  const sorted = [...groups.values()].toSorted((a, b) => a.order - b.order || a.key - b.key);
  for (const group of sorted) group.materials.sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || a.title.localeCompare(b.title, 'vi'));
  return sorted;
}
