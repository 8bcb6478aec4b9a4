package desktop

import (
	"context"
	"errors"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// lease decides whether this laptop may still show what it holds. The server
// says for how long, and renews it at each contact; after that records and
// contents stay closed until there is contact again. Commands that wait are
// kept, and go up then.
//
// Time is the latest that this machine has ever known, so setting its clock
// back wins nothing, and what passes while the program runs counts in any case.
type lease struct {
	wall func() time.Time

	// mu guards what follows; requests ask while the line renews.
	mu      sync.Mutex
	length  app.Time // 0 = for ever
	renewed app.Time // the server's clock
	skew    app.Time // server's clock minus this machine's
	latest  app.Time // the latest time known, server's clock
	marked  time.Time
	shown   bool // what over last said to told
}

func newLease(wall func() time.Time) *lease { return &lease{wall: wall, marked: wall()} }

// set takes over what the store says.
func (l *lease) set(s feed.State) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.length, l.skew = s.Lease, s.Skew
	if s.Renewed != l.renewed || s.Latest > l.latest { // a renewal is the one thing that sets time right again
		l.renewed, l.latest, l.marked = s.Renewed, s.Latest, l.wall()
	}
}

// now moves the latest time on and returns it.
func (l *lease) now() app.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.nowLocked()
}

func (l *lease) nowLocked() app.Time {
	t := l.wall()
	if passed := t.Sub(l.marked); passed > 0 { // by the monotonic clock, where it has not slept
		l.latest += app.Time(passed / time.Millisecond)
	}
	l.latest, l.marked = max(l.latest, app.TimeOf(t)+l.skew), t
	return l.latest
}

// over reports whether the lease has run out.
func (l *lease) over() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.length != 0 && l.nowLocked() >= l.renewed+l.length
}

// turned reports whether over has another answer than when turned was last asked.
func (l *lease) turned() bool {
	over := l.over()
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.shown
	l.shown = over
	return was != over
}

func (l *lease) days() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int(l.length / (24 * 3600 * 1000))
}

func (l *lease) lastContact() app.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.renewed
}

// errLocked is the answer to everything that would show records or contents.
var errLocked = app.Refuse(app.Forbidden, api.ReasonLocked)

// open returns errLocked, or why else nothing may be shown; the revocation wins.
func (l *link) open() error {
	switch {
	case l.revoked():
		return app.Refuse(app.Forbidden, "device.revoked")
	case l.lease.over():
		return errLocked
	}
	return nil
}

// loadLease reads what the store knows.
func (l *link) loadLease(ctx context.Context) error {
	return l.app.store.Read(ctx, func(v *sqlite.View) error {
		s, err := v.SyncState()
		if err == nil {
			l.lease.set(s)
		}
		return err
	})
}

// keepTime stores the latest time, so that it survives a restart, and tells the
// screens when the lease has run out.
func (l *link) keepTime(ctx context.Context) error {
	now := l.lease.now()
	err := l.app.store.WriteLax(ctx, func(tx *sqlite.Tx) error { return tx.SetLatest(now) })
	l.tellLock()
	return err
}

func (l *link) tellLock() {
	if l.lease.turned() {
		l.copies.stir()
		l.app.events.Publish(api.Event{Entity: "session"}, nil)
	}
}

// lockInfo describes the read lock, nil when there is none.
func (l *link) lockInfo(ctx context.Context) *api.LockInfo {
	if !errors.Is(l.open(), errLocked) {
		return nil
	}
	info := &api.LockInfo{LastContact: l.lease.lastContact(), Days: l.lease.days(), State: l.state()}
	st, err := l.replica.Status(ctx)
	if err != nil {
		l.report("reading the status", err)
		return info
	}
	info.Waiting, info.Refused = st.Waiting+st.Deferred, st.Refused
	return info
}

// mayOpen refuses while contents may not be opened.
func (a *App) mayOpen() error {
	if l := a.currentLink(); l != nil {
		return l.open()
	}
	return nil
}
