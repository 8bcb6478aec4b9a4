import type { MeetingStatus, ParticipantView } from '@/lib/backend';
import type { Tone } from '@/ui';

export const statusTones: Record<MeetingStatus, Tone> = {
  DRAFT: 'neutral', PENDING_APPROVAL: 'warn', INVITED: 'info', LIVE: 'ok', PAUSED: 'warn', FINISHED: 'neutral', CONCLUDED: 'ok',
  ARCHIVED: 'neutral', CANCELLED: 'bad', POSTPONED: 'warn',
};

export const replyTones: Record<ParticipantView['reply'], Tone> = { PENDING: 'warn', ACCEPTED: 'ok', DECLINED: 'bad', DELEGATED: 'info' };
