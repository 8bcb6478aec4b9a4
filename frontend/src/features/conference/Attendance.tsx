import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { notify } from '@/ui';
import { dropSeat, keepSeat, keptSeat } from './comeback';
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
  /** What a reload comes back to: the meeting, or a guest's link. */
  place: string;
}

/** From the door to the end: each time that somebody comes in anew is another station object. */
export function Attendance({ meeting, ticket, place }: Props) {
  const [station, setStation] = useState<OwnStation | null>(null);
  const [round, setRound] = useState(0);
  const seat = useRef<Seat>({ as: 'person' });
  const { id } = meeting;
  useEffect(() => {
    const made = new OwnStation(id, () => ticket(seat.current));
    const kept = keptSeat(place);
    if (kept) {
      seat.current = kept.seat;
      void made.rejoin(kept).catch((error: unknown) => notify.error(error));
    }
    setStation(made);
    return () => made.stop();
  }, [id, ticket, place, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  if (!station) return null;
  return (
    <StationProvider value={station}>
      <Within
        key={round} meeting={meeting} station={station} place={place} seat={seat} onAgain={again}
        onJoin={(as) => {
          seat.current = as;
          station.join();
        }}
      />
    </StationProvider>
  );
}

interface WithinProps {
  meeting: HallMeeting;
  station: OwnStation;
  place: string;
  seat: { current: Seat };
  onJoin: (seat: Seat) => void;
  onAgain: () => void;
}

function Within({ meeting, station, place, seat, onJoin, onAgain }: WithinProps) {
  const { hall } = station;
  const phase = useSyncExternalStore(hall.subscribe, () => hall.state().phase);
  const [joined, setJoined] = useState(station.back);
  // Somebody else has signed in meanwhile, or the host has forgotten the seat: to the door.
  const stranger = phase === 'ended' && station.back && hall.state().ended === 'conference.bad_ticket';
  useEffect(() => {
    if (phase !== 'joining') dropSeat(place);
    if (stranger) onAgain();
  }, [phase, place, stranger, onAgain]);
  useLeaving(station, phase === 'room', place, seat, onAgain);
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

/**
 * A page that goes asks before that: a slip of the hand takes a whole hall out. What
 * it leaves brings a reloaded one back to its seat; to the host it is silent, and
 * gone when nobody comes back.
 */
function useLeaving(station: OwnStation, inside: boolean, place: string, seat: { current: Seat }, onAgain: () => void) {
  useEffect(() => {
    const bye = () => {
      const { hello, phase, wants, look } = station.hall.state();
      if (hello && (phase === 'room' || phase === 'lobby')) keepSeat(place, { seat: seat.current, resume: hello.resume, wants, look, at: Date.now() });
      station.stop();
    };
    const back = ({ persisted }: PageTransitionEvent) => persisted && onAgain();
    window.addEventListener('pagehide', bye);
    window.addEventListener('pageshow', back);
    return () => {
      window.removeEventListener('pagehide', bye);
      window.removeEventListener('pageshow', back);
    };
  }, [station, place, seat, onAgain]);
  useEffect(() => {
    if (!inside) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [inside]);
}
