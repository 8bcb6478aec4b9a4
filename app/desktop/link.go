package desktop

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/replica"
)

// link is an enrolled laptop's side of the line: its identity, the replica, and
// what moves records and contents. It is there from enrolment on, with or
// without a network.
type link struct {
	app     *App
	log     *slog.Logger
	line    *line
	client  *http.Client
	replica *replica.Replica
	carrier *carrier
	places  places
	lease   *lease
	nudge   chan struct{} // capacity 1: try to leave now
	gone    chan struct{} // closed when a revoked laptop has left
	leaving sync.Mutex    // held by leave: one ends before the next begins

	sites  *sites
	copies *copies
	scans  *scanning

	bookTries map[bookTry]bool
	trusting  trusting
	stirred   chan struct{}        // documents changed: look at their contents
	arrived   chan []sqlite.Change // to tell the person about

	ident atomic.Pointer[enrol.Identity] // replaced by a renewal

	// ctx ends the goroutines, wg waits for them.
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	records
}

// resume takes the link up again at a later start.
func (a *App) resume() error {
	if a.cfg.EnrolAgain {
		if err := setIdentityAside(a.cfg.Data); err != nil {
			return err
		}
		a.cfg.EnrolAgain = false // once a start
	}
	id, err := loadIdentity(a.cfg.Data)
	if err != nil || id == nil {
		return err
	}
	var state feed.State
	var given []feed.OutboxRow
	err = a.store.Read(a.opening.ctx, func(v *sqlite.View) (err error) {
		if state, err = v.SyncState(); err == nil {
			given, err = v.Outbox(feed.OutWaiting, 1)
		}
		return err
	})
	if err != nil {
		return err
	}
	if state.Person != "" {
		return a.connect(id)
	}
	if len(given) == 0 { // else the database was damaged in the middle of leaving
		if left, err := a.finishLeaving(); left || err != nil {
			return err
		}
	}
	return a.restore(id)
}

// problemRestoring: this laptop's own work needs another writer number, which
// only the server can give.
const problemRestoring = "device.restoring"

// restorePause is how long to wait at most before the server is asked again.
const restorePause = 10 * time.Second

// restore begins anew on a laptop whose database was lost: its counters would
// run from one again, and the same command ids with other bytes are an alarm.
// So the server is asked for another writer number before anything else. There
// is nothing to work on meanwhile. A revoked laptop needs none: it gives nothing
// any more, and leaves with what was saved.
func (a *App) restore(id *enrol.Identity) error {
	way := newLine(id.Addresses)
	way.setCut(a.cfg.offline)
	client, err := way.client(func() *enrol.Identity { return id }, a.cfg.now)
	if err != nil {
		return err
	}
	a.setProblem(problemRestoring)
	during := a.opening
	during.wg.Go(func() {
		defer way.reset()
		for pause := time.Second; ; pause = min(2*pause, restorePause) {
			err := a.newWriter(client, id)
			if e := app.AsError(err); e != nil && e.Reason == "device.revoked" {
				err = a.connect(id)
			}
			if err == nil {
				a.setProblem("")
				return
			}
			if a.startOver(id, err) {
				return
			}
			a.log.Info("asking for a new writer", "err", err)
			select {
			case <-during.ctx.Done():
				return
			case <-time.After(pause):
			}
		}
	})
	return nil
}

func (a *App) newWriter(client *http.Client, id *enrol.Identity) error {
	ctx, cancel := context.WithTimeout(a.opening.ctx, askTimeout)
	defer cancel()
	next := *id
	standing, err := next.Renew(ctx, client, enrol.SyncHost, true, a.cfg.Version)
	if err != nil {
		return err
	}
	next.Addresses = proven(firstOf(id.Addresses), next.Addresses)
	if err := saveIdentity(a.cfg.Data, &next); err != nil {
		return err
	}
	if err := a.adopt(&next, standing); err != nil {
		return err
	}
	return a.connect(&next)
}

// connect opens the replica for the identity and begins to follow the server.
func (a *App) connect(id *enrol.Identity) error {
	l := &link{app: a, log: a.log, line: newLine(id.Addresses), lease: newLease(a.cfg.now), nudge: make(chan struct{}, 1), gone: make(chan struct{}),
		records: records{pulse: make(chan struct{}, 1)}, stirred: make(chan struct{}, 1), arrived: make(chan []sqlite.Change, 16),
		bookTries: map[bookTry]bool{},
		places:    places{known: map[app.ID]api.OfficeCopies{}, asking: map[app.ID]bool{}}}
	l.ident.Store(id)
	l.line.setCut(a.cfg.offline)
	l.ctx, l.cancel = context.WithCancel(a.opening.ctx)
	var err error
	if l.client, err = l.line.client(l.identity, a.cfg.now); err != nil {
		return err
	}
	l.replica, err = replica.New(l.ctx, replica.Config{
		Store: replica.Over(a.store), Person: id.Person, Writer: id.Writer,
		Sign:      func(b []byte) ([]byte, error) { return ed25519.Sign(l.identity().Keys.Command, b), nil },
		ServerKey: id.ServerPublicKey(), Clock: a.machineClock, Log: a.log, Changed: l.statusChanged,
	})
	if err != nil {
		return err
	}
	if err := l.loadLease(l.ctx); err != nil {
		return err
	}
	l.lease.turned()
	l.carrier = newCarrier(a.store, a.files, l.client, a.log, func(e api.Event) { a.events.Publish(e, nil) })
	l.sites = newSites(l)
	l.copies = newCopies(l)
	l.scans = newScanning(l)
	a.signer.loadRequests(id.Person)
	a.mu.Lock()
	a.link = l
	a.mu.Unlock()
	l.employ()
	l.drive()
	a.retitle()
	l.goDo(l.tend)
	l.goDo(l.sites.run)
	l.goDo(l.copies.run)
	l.goDo(l.scans.run)
	l.goDo(l.scans.runPrune)
	a.signer.resumeRequests(l)
	a.opening.wg.Go(func() { a.seeOff(l) })
	return nil
}

// employ starts the courier, unless it runs. Without it HTTPS carries all. A revoked
// laptop takes nothing any more.
func (l *link) employ() {
	if _, err := os.Stat(l.barPath()); err == nil || l.app.cfg.Courier == noCourier || l.porter() != nil {
		return
	}
	l.carrier.porter.Store(newPorter(l))
}

// porter is the courier's side of this laptop, nil while there is none: HTTPS
// carries all.
func (l *link) porter() *porter { return l.carrier.porter.Load() }

func (l *link) identity() *enrol.Identity { return l.ident.Load() }

// goDo runs fn in a goroutine of the link's.
func (l *link) goDo(fn func(context.Context)) {
	l.wg.Go(func() { fn(l.ctx) })
}

// close ends everything and waits for it.
func (l *link) close() error {
	l.cancel()
	l.driver.Close()
	l.line.reset()
	l.carrier.close()
	l.wg.Wait() // a laptop that is to stay after all employs a porter until then
	if p := l.porter(); p != nil {
		p.close()
	}
	l.client.CloseIdleConnections()
	return nil
}

// cutLine is the demonstration's switch.
func (l *link) cutLine(cut bool) {
	l.line.setCut(cut)
	if p := l.porter(); p != nil {
		p.wake()
	}
	if !cut {
		l.now()
	}
}

// changed turns committed changes of records into events, and fetches the
// contents of records that came or changed.
func (a *App) changed(changes []sqlite.Change) {
	keys := make([]app.Key, len(changes))
	carrying := false
	for i, c := range changes {
		keys[i] = c.Key
		carrying = carrying || c.Key.Kind.CarriesFiles() || c.Key.Kind == app.KindMeeting
	}
	for _, e := range api.EventsOf(keys) {
		a.events.Publish(e, nil)
	}
	l := a.currentLink()
	if l == nil {
		return
	}
	if carrying {
		l.touched(changes)
	}
	l.sites.changed(changes)
}
