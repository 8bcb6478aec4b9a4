import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { PreJoin } from './PreJoin';
import type { HallMeeting, Seat, Ticket } from './protocol';
import { Room } from './Room';
import { OwnStation } from './station';
import { StationProvider } from './useHall';
import { Ended, Waiting } from './Waiting';

interface Props {
  meeting: HallMeeting;
  /** Asks for a way in; keep it stable. */
  ticket: (seat: Seat) => Promise<Ticket>;
}

/** From the door to the end: each time that somebody comes in anew is another station object. */
export function Attendance({ meeting, ticket }: Props) {
  const [station, setStation] = useState<OwnStation | null>(null);
  const [round, setRound] = useState(0);
  const seat = useRef<Seat>({ as: 'person' });
  const { id } = meeting;
  useEffect(() => {
    const made = new OwnStation(id, () => ticket(seat.current));
    setStation(made);
    return () => made.stop();
  }, [id, ticket, round]);
  if (!station) return null;
  return (
    <StationProvider value={station}>
      <Within
        key={round} meeting={meeting} station={station} onAgain={() => setRound(round + 1)}
        onJoin={(as) => {
          seat.current = as;
          station.join();
        }}
      />
    </StationProvider>
  );
}

function Within({ meeting, station, onJoin, onAgain }: { meeting: HallMeeting; station: OwnStation; onJoin: (seat: Seat) => void; onAgain: () => void }) {
  const { hall } = station;
  const phase = useSyncExternalStore(hall.subscribe, () => hall.state().phase);
  const [joined, setJoined] = useState(false);
  useLeaving(station, phase === 'room');
  if (!joined) {
    return (
      <PreJoin
        meeting={meeting}
        onJoin={(as) => {
          setJoined(true);
          onJoin(as);
        }}
      />
    );
  }
  if (phase === 'ended') return <Ended meeting={meeting.id} onAgain={onAgain} />;
  if (phase === 'room') return <Room meeting={meeting} />;
  return <Waiting meeting={meeting.id} title={meeting.title} onLeave={() => station.leave()} />;
}

/** A page that is closed leaves, and asks before that: a slip of the hand takes a whole hall out. */
function useLeaving(station: OwnStation, inside: boolean) {
  useEffect(() => {
    const bye = () => station.leave();
    window.addEventListener('pagehide', bye);
    return () => window.removeEventListener('pagehide', bye);
  }, [station]);
  useEffect(() => {
    if (!inside) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [inside]);
}
