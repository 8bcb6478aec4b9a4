package server

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// concludeEvery is how often the server looks for concluded meetings that no
// commit told it of.
const concludeEvery = 10 * time.Minute

// concluding concludes a meeting that is over as soon as its notice of
// conclusions (thông báo kết luận) has been issued, whichever comes last.
type concluding struct {
	store  *sqlite.Store
	system systemGiver
	log    *slog.Logger
	woken  chan struct{} // capacity 1: a notice was issued, or a meeting is over
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func startConcluding(s *Server) {
	c := &concluding{store: s.store, system: s, log: s.log, woken: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	c.done.Go(func() { c.run(ctx) })
	leave := s.store.Subscribe(c.changed)
	s.onClose(func() error { leave(); c.stop(); return nil })
}

func (c *concluding) stop() {
	c.cancel()
	c.done.Wait()
}

// changed is told of every commit; it never blocks.
func (c *concluding) changed(changes []sqlite.Change) {
	for _, ch := range changes {
		if mayConclude(ch) {
			poke(c.woken)
			return
		}
	}
}

// mayConclude reports whether some meeting may be concluded by the change.
func mayConclude(ch sqlite.Change) bool {
	if ch.New == nil || ch.Key.Kind != app.KindMeeting && ch.Key.Kind != app.KindDocument {
		return false
	}
	r, err := feed.Decode(ch.Key.Kind, ch.New)
	if err != nil {
		return false
	}
	switch r := r.(type) {
	case *app.Meeting:
		return r.Status == app.MeetingFinished && r.Notice != ""
	case *app.Document:
		return r.Type == app.TypeNotice && wentOut(r)
	}
	return false
}

func wentOut(d *app.Document) bool {
	return d.Direction == app.Outgoing && (d.State == app.OutIssued || d.State == app.OutArchived)
}

func (c *concluding) run(ctx context.Context) {
	tick := time.NewTicker(concludeEvery)
	defer tick.Stop()
	for {
		if err := c.look(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("concluding meetings", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-c.woken:
		case <-tick.C:
		}
	}
}

// look concludes every meeting that is over and whose notice has gone out. Told
// twice, or together with a person, it concludes once.
func (c *concluding) look(ctx context.Context) error {
	var over []app.Key
	err := c.store.Read(ctx, func(v *sqlite.View) error {
		finished, err := v.MeetingsIn(app.MeetingFinished)
		if err != nil {
			return err
		}
		for _, id := range finished {
			key := app.Key{Kind: app.KindMeeting, ID: id}
			switch ok, err := noticeIssued(v, key); {
			case err != nil:
				return err
			case ok:
				over = append(over, key)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, key := range over {
		err := c.system.GiveSystem(ctx, "meeting.conclude.1", key, &app.MeetingConclude{})
		if e := app.AsError(err); e != nil && e.Code != app.Conflict { // somebody was quicker
			return err
		}
	}
	return nil
}

func noticeIssued(v *sqlite.View, meeting app.Key) (bool, error) {
	r, err := v.Get(meeting)
	m, ok := r.(*app.Meeting)
	if err != nil || !ok || m.Notice == "" {
		return false, err
	}
	r, err = v.Get(app.Key{Kind: app.KindDocument, ID: m.Notice})
	if errors.Is(err, app.ErrNotFound) {
		return false, nil
	}
	d, ok := r.(*app.Document)
	return ok && wentOut(d), err
}
