package desktop

import (
	"sync/atomic"
	"time"

	"khonggiay/app"
)

// clock is server time as well as this laptop knows it: its own clock, put
// right by what the server last said. A laptop whose battery died must not
// write tomorrow's date under a directive.
type clock struct {
	wall   func() time.Time // this laptop's own
	offset atomic.Int64     // milliseconds
}

// Now is the estimate.
func (c *clock) Now() app.Time { return app.TimeOf(c.wall()) + app.Time(c.offset.Load()) }

// set notes by how many milliseconds the server's clock is ahead.
func (c *clock) set(ahead app.Time) { c.offset.Store(int64(ahead)) }
