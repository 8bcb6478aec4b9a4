package desktop

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/sync/replica"
)

// records keeps the replica in touch with the server and remembers what
// screens ask for all the time.
type records struct {
	driver *replica.Driver
	last   atomic.Uint32 // replica.Link
	failed atomic.Bool   // a try has failed since the line was last up
	barred atomic.Bool   // the server has revoked this device
	// forgotten is what the server signed when it came back from a backup and
	// does not know this device; nil otherwise.
	forgotten atomic.Pointer[enrol.Forgotten]
	level     atomic.Bool   // the first load is complete
	pulse     chan struct{} // the replica's status may have changed
}

// machineClock is this laptop's own clock; the replica corrects it.
func (a *App) machineClock() app.Time { return app.TimeOf(a.cfg.now()) }

// drive begins to follow the server.
func (l *link) drive() {
	if _, err := os.Stat(l.barPath()); err == nil {
		l.barred.Store(true)
		l.goDo(l.leave) // killed in the middle of it, perhaps
	}
	l.driver = replica.NewDriver(l.ctx, replica.DriverConfig{
		Replica:     l.replica,
		Transport:   &door{replica.HTTPTransport{Client: l.client, URL: serverURL + "/sync"}, l},
		MaxBackoff:  30 * time.Second,
		LinkChanged: l.lineChanged,
		Revoked:     l.bar,
	})
}

// door watches the answers for those that say that this device is revoked, or
// not known any more.
type door struct {
	replica.HTTPTransport
	link *link
}

// Open implements replica.Transport.
func (d *door) Open(ctx context.Context, body []byte) (replica.Stream, error) {
	s, err := d.HTTPTransport.Open(ctx, body)
	var status *replica.StatusError
	switch {
	case errors.As(err, &status) && status.Status == http.StatusForbidden:
		if saysRevoked(status.Body) {
			d.link.bar()
		}
	case errors.As(err, &status) && status.Status == http.StatusUnauthorized:
		if f := readForgotten(status.Body); f != nil {
			d.link.heardForgotten(ctx, f)
		}
	case clockWrong(err):
		d.link.app.disk.clockWrong.Store(true)
	case errors.As(err, &status) && status.Status == http.StatusInsufficientStorage:
		d.link.app.disk.serverFull.Store(true)
	case err == nil:
		d.link.app.disk.serverFull.Store(false)
		d.link.app.disk.clockWrong.Store(false)
		d.link.unbar()
		d.link.remembered()
	}
	return s, err
}

// saysRevoked reads a refusal. Nothing else that a server may forbid makes a
// laptop wipe itself.
func saysRevoked(answer []byte) bool {
	var r enrol.Refusal
	return json.Unmarshal(answer, &r) == nil && r.Reason == "device.revoked"
}

// lineChanged is told by the driver.
func (l *link) lineChanged(link replica.Link) {
	l.last.Store(uint32(link))
	switch link {
	case replica.LinkOn:
		l.failed.Store(false)
		l.stir()
	case replica.LinkOff, replica.LinkRefused:
		l.failed.Store(true)
	}
	if on := link == replica.LinkOn; on != l.carrier.online() {
		l.carrier.setOnline(on)
		l.app.signer.lineChanged()
		l.app.events.Publish(api.Event{Entity: "meeting"}, nil) // another may carry it now
	}
	l.statusChanged()
}

// statusChanged is called after each commit of the replica; it must not block.
func (l *link) statusChanged() {
	select {
	case l.pulse <- struct{}{}:
	default: // a look is due already
	}
}

// look reads the replica's status and tells the screens.
func (l *link) look(ctx context.Context) error {
	st, err := l.replica.Status(ctx)
	if err != nil {
		return err
	}
	l.app.clock.set(st.Skew)
	if err := l.loadLease(ctx); err != nil {
		return err
	}
	l.tellLock()
	if p := l.porter(); p != nil {
		p.wake() // it rests while urgent records are behind
	}
	l.copies.stir()
	if !l.level.Swap(st.Loaded) && st.Loaded {
		l.app.events.Publish(api.Event{Entity: "session"}, nil)
	}
	l.app.events.Publish(api.Event{Entity: "sync"}, nil)
	return nil
}

// wake tells that a command waits; now, that somebody wants the line tried.
func (l *link) wake() { l.driver.Gave() }

func (l *link) now() {
	l.driver.Retry()
	l.hurry()
}

// hurry ends a wait of the leaving.
func (l *link) hurry() {
	select {
	case l.nudge <- struct{}{}:
	default: // somebody has asked already
	}
}

// state of the line as people read it. Tries that follow a failure do not show
// as connecting, or the word would flicker for as long as there is no line.
func (l *link) state() api.LineState {
	link := replica.Link(l.last.Load())
	switch {
	case l.line.isCut():
		return api.LineCut
	case l.barred.Load():
		return api.LineRevoked
	case l.isForgotten():
		return api.LineForgotten
	case link == replica.LinkOn:
		return api.LineOnline
	case link == replica.LinkTrying && !l.failed.Load():
		return api.LineConnecting
	}
	return api.LineOffline
}

func (l *link) revoked() bool { return l.barred.Load() }

func (l *link) loaded() bool { return l.level.Load() }

// coming estimates what still comes down, nil when nothing does.
func (l *link) coming(st replica.Status) *api.ComingRecords {
	c := &api.ComingRecords{Bytes: st.RemainingBytes}
	for _, n := range st.Remaining {
		c.Records += n
	}
	if c.Records == 0 {
		return nil
	}
	if rate := l.driver.Rate(); rate > 0 {
		c.EstimateMs = c.Bytes * 1000 / int64(rate)
	}
	return c
}
