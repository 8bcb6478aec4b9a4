package desktop

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/sync/replica"
)

// records keeps the replica in touch with the server and remembers what
// screens ask for all the time.
type records struct {
	driver *replica.Driver
	last   atomic.Uint32 // replica.Link
	failed atomic.Bool   // a try has failed since the line was last up
	barred atomic.Bool   // the server has revoked this device
	level  atomic.Bool   // the first load is complete
	pulse  chan struct{} // the replica's status may have changed
}

// machineClock is this laptop's own clock; the replica corrects it.
func machineClock() app.Time { return app.TimeOf(time.Now()) }

// drive begins to follow the server.
func (l *link) drive() {
	if _, err := os.Stat(l.barPath()); err == nil {
		l.barred.Store(true)
		l.goDo(l.wipe) // killed in the middle of it, perhaps
	}
	l.driver = replica.NewDriver(l.ctx, replica.DriverConfig{
		Replica:     l.replica,
		Transport:   &door{replica.HTTPTransport{Client: l.client, URL: serverURL + "/sync"}, l},
		MaxBackoff:  30 * time.Second,
		LinkChanged: l.lineChanged,
		Revoked:     l.bar,
	})
}

// door watches the answers for the one that says that this device is revoked.
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
		d.link.bar()
	case errors.As(err, &status) && status.Status == http.StatusInsufficientStorage:
		d.link.app.disk.serverFull.Store(true)
	case err == nil:
		d.link.app.disk.serverFull.Store(false)
		d.link.unbar()
	}
	return s, err
}

// barPath marks a revoked laptop, so that it is one without a line as well.
func (l *link) barPath() string { return filepath.Join(l.app.cfg.Data, "revoked") }

// bar stops all work: the server has revoked this device. Its records and
// contents are wiped; what the person gave and nobody answered stays.
func (l *link) bar() {
	if l.barred.Swap(true) {
		return
	}
	if err := writePrivate(l.barPath(), nil); err != nil {
		l.log.Error("remembering the revocation", "err", err)
	}
	l.app.events.Publish(api.Event{Entity: "session"}, nil)
	l.goDo(l.wipe)
}

func (l *link) wipe(ctx context.Context) {
	err := l.replica.Wipe(ctx)
	if err == nil {
		err = l.discard(ctx, math.MaxInt64, 0)
	}
	l.report("wiping a revoked laptop", err)
	l.app.events.Publish(api.Event{Entity: "session"}, nil)
}

func (l *link) unbar() {
	if !l.barred.Swap(false) {
		return
	}
	if err := os.Remove(l.barPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.log.Error("forgetting the revocation", "err", err)
	}
	l.app.events.Publish(api.Event{Entity: "session"}, nil)
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
	l.carrier.setOnline(link == replica.LinkOn)
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
	if !l.level.Swap(st.Loaded) && st.Loaded {
		l.app.events.Publish(api.Event{Entity: "session"}, nil)
	}
	l.app.events.Publish(api.Event{Entity: "sync"}, nil)
	return nil
}

// wake tells that a command waits; now, that somebody wants the line tried.
func (l *link) wake() { l.driver.Gave() }

func (l *link) now() { l.driver.Retry() }

// state of the line as people read it. Tries that follow a failure do not show
// as connecting, or the word would flicker for as long as there is no line.
func (l *link) state() api.LineState {
	link := replica.Link(l.last.Load())
	switch {
	case l.line.isCut():
		return api.LineCut
	case l.barred.Load():
		return api.LineRevoked
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
