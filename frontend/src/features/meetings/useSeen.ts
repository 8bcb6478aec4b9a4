import { useEffect } from 'react';
import { api, type MeetingView } from '@/lib/backend';
import { mineOf } from './actions';

const told = new Set<string>();

/** Marks the viewer's invitations to a published meeting as opened, once and without a word. */
export function useSeen(meeting: MeetingView): void {
  useEffect(() => {
    if (!meeting.published) return;
    for (const one of mineOf(meeting)) {
      const key = `${meeting.id} ${one.id}`;
      if (one.seen || told.has(key)) continue;
      told.add(key);
      api.give({ name: 'meeting.seen.1', id: meeting.id, base: 0, args: { participant: one.id } }).catch(() => told.delete(key));
    }
  }, [meeting]);
}
