/** A person's marks on the papers of a meeting, and what he does with them. */
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { api, useGive, useSession, type AnnotationView, type CommandArgs, type MarkBody } from '@/lib/backend';
import { keys } from '@/lib/queries';
import { notify } from '@/ui';

/** Private notes are on laptops only: the server must never see them. */
export function useNotesHere(): boolean {
  return useSession().data?.host === 'laptop';
}

const query = (meeting: string, material: string, enabled: boolean) => ({
  queryKey: keys.meeting(meeting, 'annotations', material), enabled,
  queryFn: ({ signal }: { signal: AbortSignal }) => api.annotations(meeting, material, signal),
});

const none: readonly AnnotationView[] = [];

export function useAnnotations(meeting: string, material: string): readonly AnnotationView[] {
  const here = useNotesHere();
  return useQuery(query(meeting, material, here && material !== '')).data ?? none;
}

/** Where the person stopped in each paper, by its id. */
export function useStops(meeting: string, materials: readonly string[]): ReadonlyMap<string, number> {
  const here = useNotesHere();
  const answers = useQueries({ queries: materials.map((material) => query(meeting, material, here)) });
  const pages = answers.map(({ data }) => data?.find(({ mine }) => mine)?.stoppedAt ?? 0).join(' ');
  return useMemo(() => new Map(pages.split(' ').map((page, i) => [materials[i] ?? '', Number(page)])), [pages, materials]);
}

/** Where this machine stands with the person's key; asked for, or made, once it is known to lack. */
export function useReadingKey() {
  const here = useNotesHere();
  const client = useQueryClient();
  const state = useQuery({ queryKey: keys.readingKey(), queryFn: ({ signal }) => api.readingKey(signal), enabled: here }).data;
  const lacks = state !== undefined && state.state !== 'ready';
  useEffect(() => {
    // Offline right after enrolment it cannot be made yet; the next visit does.
    if (lacks) void api.makeReadingKey(false).then(() => client.invalidateQueries({ queryKey: keys.readingKey() }), () => {});
  }, [lacks, client]);
  return state;
}

type AnnotationCommand = 'annotation.remove.1' | 'annotation.bookmark.1' | 'annotation.stopped.1' | 'annotation.unshare.1';

/** Changes the person's annotation of a material; a failure is told, and thrown on to forms. */
export function useMarking(meeting: string, material: string, annotation: AnnotationView | undefined) {
  const client = useQueryClient();
  const { mutateAsync: give } = useGive();
  const stale = useCallback(() => client.invalidateQueries({ queryKey: keys.meeting(meeting, 'annotations', material) }), [client, meeting, material]);
  const put = useCallback(async (version: number, body: MarkBody, mark?: number): Promise<boolean> => {
    try {
      await api.putMark(meeting, material, { version, body, mark });
      await stale();
      return true;
    } catch (error) {
      notify.error(error);
      return false;
    }
  }, [meeting, material, stale]);
  const id = annotation?.id;
  const command = useCallback(async <N extends AnnotationCommand>(name: N, args: CommandArgs[N], target = id) => {
    if (!target) return;
    try {
      await give({ name, id: target, base: 0, args } as Parameters<typeof give>[0]);
      await stale();
    } catch (error) {
      notify.error(error);
    }
  }, [give, id, stale]);
  return { put, command, stale };
}
