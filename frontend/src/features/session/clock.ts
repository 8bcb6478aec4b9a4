/** Clocks of a meeting: stopwatches that the records hold and the screen lets run. */
import { useEffect, useState } from 'react';
import type { ClockView, LiveSession } from '@/lib/backend';

/** What a stopwatch has measured; a clock that jumps back takes nothing away. */
export function measured(clock: ClockView, now: number): number {
  return clock.spent + (clock.since ? Math.max(0, now - clock.since) : 0);
}

/** Milliseconds that are left of a limit, below 0 when it is over; undefined without one. */
export function left(clock: ClockView, limit: number | undefined, now: number): number | undefined {
  return limit ? limit - measured(clock, now) : undefined;
}

/** "4:05", "1:02:03", of whole seconds. */
export function formatSpan(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** What is left, or "+" and how much it is over. A second that has begun is still left, so that 0:00 is the end. */
export function formatLeft(ms: number): string {
  return ms < 0 ? `+${formatSpan(ms)}` : formatSpan(Math.ceil(ms / 1000) * 1000);
}

/** The moment by the session's clock, every second. */
export function useNow(session: Pick<LiveSession, 'ahead'>): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now + session.ahead;
}
