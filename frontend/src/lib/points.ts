/** Meeting points (điểm cầu): the province's list of them, and those of one meeting. */
import { useQuery } from '@tanstack/react-query';
import { api, type PointFilter } from './backend';
import { keys } from './queries';

/** The points of the province; those out of use for whoever keeps the list. */
export function usePoints(filter: PointFilter = {}) {
  return useQuery({ queryKey: keys.points(filter), queryFn: ({ signal }) => api.points(filter, signal), placeholderData: (before) => before });
}

/** The points of a meeting: for those who run it all, for others their own. */
export function useMeetingPoints(meeting: string, enabled = true) {
  return useQuery({ queryKey: keys.meeting(meeting, 'points'), queryFn: ({ signal }) => api.meetingPoints(meeting, false, signal), enabled });
}

/** How much of the materials each has. The server works it out from all laptops: it is asked once a minute, not with every change. */
export function usePointMaterials(meeting: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.points({ materials: meeting }), queryFn: ({ signal }) => api.meetingPoints(meeting, true, signal), enabled, staleTime: 60_000, refetchInterval: 60_000,
  });
}

/** The address of the report on all points of a meeting. */
export function pointReportUrl(meeting: string, form: 'pdf' | 'csv'): string {
  return `/api/meetings/${encodeURIComponent(meeting)}/points.${form}`;
}
