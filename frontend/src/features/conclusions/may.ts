import type { MeetingView } from '@/lib/backend';

/** Whether the person may do it to the meeting now. */
export const may = (meeting: Pick<MeetingView, 'actions'>, action: string): boolean => meeting.actions.some((each) => each.action === action && each.allow);
