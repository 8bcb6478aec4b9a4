import { useCallback, useEffect } from 'react';
import { api, useMeeting, type MeetingView } from '@/lib/backend';
import { listenForHotkeys } from '@/lib/hotkeys';
import { useParams, useSearch } from '@/lib/router';
import { Loaded } from '@/ui';
import { Attendance } from './Attendance';
import { hasMedia } from './local';
import { NoMedia } from './NoMedia';
import type { Seat } from './protocol';
import { Slides } from './Slides';

/** The conference of a meeting: the door, the lobby, the room, and the screen for its papers. */
export default function HallScreen() {
  const { id = '' } = useParams();
  const second = new URLSearchParams(useSearch()).get('man-hinh') === 'tai-lieu';
  const meeting = useMeeting(id);
  useEffect(() => listenForHotkeys(), []);
  if (second) return <Slides meeting={id} />;
  return <Loaded query={meeting}>{(view) => (hasMedia() ? <Member meeting={view} /> : <NoMedia meeting={view} />)}</Loaded>;
}

function Member({ meeting }: { meeting: MeetingView }) {
  const ticket = useCallback((seat: Seat) => api.conferenceTicket(meeting.id, seat), [meeting.id]);
  return <Attendance meeting={meeting} ticket={ticket} place={meeting.id} />;
}
