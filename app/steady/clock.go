package steady

import (
	"sync"
	"time"
)

const (
	// Settle is how long the wall clock must have run evenly before it is believed.
	Settle = time.Hour
	// tolerance is by how much the two clocks may part between two looks: network
	// time is let in slowly, by less than a minute in a day.
	tolerance = time.Minute
)

// Clock is a wall clock that does not follow a jump at once. It sees one when it
// is asked, so whoever uses it asks now and then.
type Clock struct {
	wall   func() time.Time
	uptime func() time.Duration
	zero   time.Time // what offsets count from

	mu       sync.Mutex    // guards what follows
	seen     time.Duration // by how much the wall was ahead of zero and uptime at the last look
	since    time.Duration // uptime since which it has been so
	believed time.Duration // the same as seen, of the reading that holds
	settled  bool          // one reading has held for Settle
}

// New is a clock over a wall clock and what the machine knows of time passing;
// a nil uptime is the process's own.
func New(wall func() time.Time, uptime func() time.Duration) *Clock {
	if uptime == nil {
		start := time.Now()
		uptime = func() time.Duration { return time.Since(start) }
	}
	up := uptime()
	return &Clock{wall: wall, uptime: uptime, zero: wall().Round(0), since: up, seen: -up, believed: -up}
}

// Now is the time that is believed, and whether to destroy by it: not in the first
// hour of the process, and not while the wall clock says something else.
func (c *Clock) Now() (now time.Time, sure bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	up := c.uptime()
	ahead := c.wall().Round(0).Sub(c.zero) - up
	if (ahead - c.seen).Abs() > tolerance {
		c.since = up
	}
	c.seen = ahead
	if up-c.since >= Settle {
		c.believed, c.settled = ahead, true
	} else if !c.settled {
		c.believed = ahead
	}
	return c.zero.Add(c.believed + up), c.settled && (ahead-c.believed).Abs() <= tolerance
}

// Sure reports whether the wall clock is to be believed.
func (c *Clock) Sure() bool {
	_, sure := c.Now()
	return sure
}
