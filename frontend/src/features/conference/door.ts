/** As what somebody may come into the conference from this machine. */
import type { MeetingView, PointRow } from '@/lib/backend';
import { may } from '@/lib/may';
import type { Seat } from './protocol';

export interface Door {
  /** As himself: who answers for an invited unit only does not. */
  own: boolean;
  points: PointRow[];
}

const inside = new Set<PointRow['status']>(['DANG_KET_NOI', 'CHO_VAO', 'TRONG_HOP']);

export function doorOf(actions: MeetingView['actions'], points: readonly PointRow[]): Door {
  return { own: may(actions, 'meeting.enter'), points: points.filter((row) => may(row.actions, 'point_session.enter')) };
}

/** The point that came in from here the last time; the one that somebody looks after; else himself. Null when there is nothing. */
export function seatAtFirst({ own, points }: Door, last: string, person: string): Seat | null {
  const point = points.find((row) => row.point === last) ?? points.find((row) => row.technician?.id === person) ?? (own ? undefined : points[0]);
  if (point) return { as: 'point', point: point.point };
  return own ? { as: 'person' } : null;
}

/** Whether the point is in the conference already, by another machine that would be put out. */
export const takesOver = (row: PointRow | undefined, last: string): boolean => row !== undefined && row.point !== last && inside.has(row.status);
