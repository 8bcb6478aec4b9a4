package desktop

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/server"
	"khonggiay/app/sqlite"
	"khonggiay/app/steady"
)

// wall is a machine's clock in a test's hand.
type wall struct {
	ahead  atomic.Int64 // nanoseconds by which the clock is set forward
	passed atomic.Int64 // nanoseconds that have passed besides
}

func (w *wall) now() time.Time {
	return time.Now().Add(time.Duration(w.ahead.Load() + w.passed.Load()))
}

func (w *wall) uptime() time.Duration {
	return time.Since(testsBegan) + time.Duration(w.passed.Load())
}

var testsBegan = time.Now()

// set sets the clock, while no time passes.
func (w *wall) set(d time.Duration) { w.ahead.Store(int64(d)) }

// pass lets time pass.
func (w *wall) pass(d time.Duration) { w.passed.Add(int64(d)) }

// use makes the clock a laptop's.
func (w *wall) use(c *Config) { c.now, c.uptime = w.now, w.uptime }

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// TestUploadsOutliveAJump: what somebody has uploaded, and not yet given a command
// for, is not swept because the laptop's clock is wrong for a while; nor when it
// was so at the start.
func TestUploadsOutliveAJump(t *testing.T) {
	s := startServer(t)
	at := &wall{}
	at.set(-16 * year)
	l := s.laptopWith(clerkC, at.use)
	defer func() { l.stop() }()
	link := l.app.currentLink()
	link.cutLine(true)
	l.upload("Công văn.pdf", paperOf("chưa có lệnh ", 4_000))
	kept := func(when string, want int) {
		t.Helper()
		if err := link.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, segments := l.held(); segments != want {
			t.Errorf("%s: %d contents", when, segments)
		}
	}
	kept("a dead battery", 1)
	at.set(0)
	kept("put right", 1)
	at.pass(steady.Settle + time.Minute)
	kept("an hour later", 1)
	for _, wrong := range []time.Duration{year, -year, 40 * day, -3 * day} {
		at.set(wrong)
		kept("wrong by "+wrong.String(), 1)
	}
	at.set(0)
	at.pass(6 * day)
	kept("six days later", 1)
	at.pass(2 * day)
	if err := link.discard(t.Context(), l.app.clock.Now()-uploadLife, 0); err != nil {
		t.Fatal(err)
	}
	kept("a week later", 0)
}

// TestWorkingCopyByAWrongClock: a working copy does not go because the clock has
// jumped, and neither its own date in a far future nor an editor's lock of then
// keeps it for good.
func TestWorkingCopyByAWrongClock(t *testing.T) {
	s := startServerWith(t, func(c *server.Config) { c.Lease = 366 * day })
	w, at := &writer{}, &wall{}
	w.laptop = s.laptopWith(officer, func(c *Config) { w.editing(c); at.use(c) })
	defer func() { w.stop() }()
	w.drafts("d1", "Bản một")
	path := w.opens("d1")
	w.until("all of it to go up", func() bool { st := w.sync(); return st.WaitingCount == 0 && len(st.Uploads) == 0 })
	w.app.currentLink().cutLine(true)
	c := w.app.currentLink().copies
	at.pass(steady.Settle)
	c.tend(t.Context())
	at.set(40 * day)
	if c.tend(t.Context()); len(w.inFolders()) == 0 {
		t.Fatal("wiped by a clock that has jumped")
	}
	at.set(0)
	dated := func() {
		w.row(func(row *sqlite.WorkingCopy) { row.Opened = app.TimeOf(time.Now().Add(10 * year)) })
	}
	lock := filepath.Join(filepath.Dir(path), "~$lock") // before the date: the program looks by itself, too
	if err := os.WriteFile(lock, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dated()
	if c.tend(t.Context()); len(w.inFolders()) == 0 {
		t.Fatal("wiped under an editor")
	}
	future := time.Now().Add(10 * year)
	if err := os.Chtimes(lock, future, future); err != nil {
		t.Fatal(err)
	}
	w.until("the copy to go; the program may just have written it, or heard another time from the server", func() bool {
		if c.tend(t.Context()); len(w.inFolders()) == 0 {
			return true
		}
		dated()
		at.pass(steady.Settle)
		return false
	})
}
