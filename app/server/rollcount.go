package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// countEvery is how often the roll-call of one meeting is counted at most: when
// a hall of two thousand checks in, everybody is told every two seconds.
const countEvery = 2 * time.Second

// rollCounts counts the roll-call of meetings for everybody, whenever it has
// changed. Those who run a meeting see each name; the others only how many.
type rollCounts struct {
	system systemGiver
	log    *slog.Logger
	pause  func(context.Context) // between two rounds
	woken  chan struct{}         // capacity 1: there is something in changed
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu      sync.Mutex // guards changed
	changed map[app.ID]bool
}

func startRollCounts(s *Server) {
	c := newRollCounts(s, s.log, func(ctx context.Context) {
		select {
		case <-ctx.Done():
		case <-time.After(countEvery):
		}
	})
	leave := s.store.Subscribe(c.note)
	s.onClose(func() error { leave(); c.stop(); return nil })
}

func newRollCounts(system systemGiver, log *slog.Logger, pause func(context.Context)) *rollCounts {
	c := &rollCounts{system: system, log: log, pause: pause, woken: make(chan struct{}, 1), changed: map[app.ID]bool{}}
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	c.done.Go(func() { c.run(ctx) })
	return c
}

func (c *rollCounts) stop() {
	c.cancel()
	c.done.Wait()
}

// note is told of every commit; it never blocks.
func (c *rollCounts) note(changes []sqlite.Change) {
	woken := false
	c.mu.Lock()
	for _, change := range changes {
		if id := meetingToCount(change); id != "" {
			c.changed[id], woken = true, true
		}
	}
	c.mu.Unlock()
	if woken {
		select {
		case c.woken <- struct{}{}:
		default:
		}
	}
}

// meetingToCount is the meeting whose count may have changed, or empty.
func meetingToCount(change sqlite.Change) app.ID {
	if change.New == nil || change.Key.Kind != app.KindAttendance && change.Key.Kind != app.KindMeeting {
		return ""
	}
	r, err := feed.Decode(change.Key.Kind, change.New)
	if err != nil {
		return ""
	}
	switch r := r.(type) {
	case *app.Attendance:
		return r.Meeting
	case *app.Meeting:
		if r.Published != 0 && r.Open() {
			return r.ID
		}
	}
	return ""
}

func (c *rollCounts) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.woken:
		}
		c.mu.Lock()
		changed := c.changed
		c.changed = map[app.ID]bool{}
		c.mu.Unlock()
		for id := range changed {
			err := c.system.GiveSystem(ctx, "session.count.1", app.Key{Kind: app.KindSession, ID: app.SessionID(id)}, &app.SessionCount{Meeting: id})
			if err != nil && ctx.Err() == nil {
				c.log.Error("counting a roll-call", "meeting", id, "err", err)
			}
		}
		c.pause(ctx)
	}
}
