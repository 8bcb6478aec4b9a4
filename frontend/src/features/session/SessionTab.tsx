import { useMeetingSession, type MeetingView } from '@/lib/backend';
import { Loaded } from '@/ui';
import { Console } from './Console';
import { OwnPlace } from './OwnPlace';

/** Điều hành: the console for those who run the meeting, and for the others their place in it. */
export default function SessionTab({ meeting }: { meeting: MeetingView }) {
  const session = useMeetingSession(meeting.id);
  return <Loaded query={session}>{(view) => (view.official ? <Console view={view} meeting={meeting} /> : <OwnPlace view={view} meeting={meeting} />)}</Loaded>;
}
