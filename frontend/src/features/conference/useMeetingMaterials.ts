import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/backend';
import { keys } from '@/lib/queries';

/** How much of the newest versions of the meeting's materials is on this machine, percent; undefined when there are none. */
export function useMeetingMaterials(meeting: string): number | undefined {
  const { data } = useQuery({ queryKey: keys.meeting(meeting, 'materials'), queryFn: ({ signal }) => api.materials(meeting, signal), enabled: meeting !== '' });
  const newest = (data?.materials ?? []).flatMap((material) => material.versions.find(({ key }) => key === material.newest) ?? []);
  const all = newest.reduce((sum, { size }) => sum + size, 0);
  if (newest.length === 0 || all === 0) return undefined;
  const here = newest.reduce((sum, { size, here: whole, progress }) => sum + (whole ? size : progress && progress.total > 0 ? (size * progress.done) / progress.total : 0), 0);
  return Math.floor((100 * here) / all);
}
