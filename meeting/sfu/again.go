package sfu

import "time"

// again bounds what is sent once more to a station: as much as it is sent for the
// first time, and enough for a line on which that is little. One that asks for
// everything all the time would else be sent hundreds of bytes for each of its own.
type again struct {
	first  meter // what is not sent again
	bytes  float64
	filled time.Time
}

const (
	againLeast = 500_000 // bit/s
	againFor   = time.Second
)

// may reports whether a packet more may be sent again.
func (a *again) may(now time.Time) bool {
	a.first.roll(now)
	pace := float64(max(a.first.perSec, againLeast)) / 8
	if a.filled.IsZero() {
		a.filled = now.Add(-againFor)
	}
	a.bytes = min(a.bytes+pace*now.Sub(a.filled).Seconds(), pace*againFor.Seconds())
	a.filled = now
	return a.bytes > 0
}

func (a *again) sent(n int) { a.bytes -= float64(n) }
