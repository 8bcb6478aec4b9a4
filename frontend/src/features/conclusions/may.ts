import type { MeetingView } from '@/lib/backend';
import { may as allowed } from '@/lib/may';

/** Whether the person may do it to the meeting now. */
export const may = (meeting: Pick<MeetingView, 'actions'>, action: string): boolean => allowed(meeting.actions, action);
