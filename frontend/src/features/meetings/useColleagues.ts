import { useMemo } from 'react';
import type { MeetingView } from '@/lib/backend';
import { usePeople } from '@/lib/people';

/** People of an office who may still be sent to the meeting, for a choice; with them those the unit has named already. */
export function useColleagues(meeting: MeetingView, office: string, unit?: string): Array<{ value: string; label: string }> {
  const people = usePeople();
  return useMemo(() => {
    const taken = new Set(meeting.participants.filter((one) => !unit || one.for?.id !== unit).map((one) => one.id));
    return people.ofOffice(office, ['leader', 'deputy', 'head', 'clerk', 'officer'])
      .filter((person) => !taken.has(person.id))
      .map((person) => ({ value: person.id, label: [person.name, person.posts[0]?.position].filter(Boolean).join(', ') }));
  }, [meeting, people, office, unit]);
}
