package pkcs11

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/miekg/pkcs11"
)

// A driver is one library and the one thread that calls it: not every library
// can be called from several threads, and some cannot change theirs.
type driver struct {
	path     string
	load     func(path string) (module, error)
	patience time.Duration
	jobs     chan *job
	quit     chan struct{} // closed to end the thread
	gone     chan struct{} // closed when it has ended

	mu   sync.Mutex
	busy bool // guarded by mu: the library is running
	late bool // guarded by mu: and has been for so long that somebody gave up waiting

	// The rest belongs to the thread.
	mod      module
	borrowed bool  // somebody else in this process has started the library, and ends it
	broken   error // why the library cannot be used
	info     pkcs11.Info
	open     map[uint]*Session // by slot: a login is one of the whole program
	stopErr  error
}

// A job is some calls that nothing may come between.
type job struct {
	run  func() error
	undo func() // takes back what run did, if its caller has left; may be nil
	done chan struct{}
	err  error
	left bool // guarded by driver.mu
	over bool // guarded by driver.mu
}

func newDriver(path string, load func(string) (module, error), patience time.Duration) *driver {
	d := &driver{path: path, load: load, patience: patience, jobs: make(chan *job),
		quit: make(chan struct{}), gone: make(chan struct{}), open: map[uint]*Session{}}
	go d.thread()
	return d
}

// thread ends when quit is closed; Tokens.Close waits for it.
func (d *driver) thread() {
	runtime.LockOSThread() // never unlocked: what the library keeps for its thread dies with it
	defer close(d.gone)
	d.begin()
	d.start()
	d.rest()
	for {
		select {
		case <-d.quit:
			d.stop()
			return
		case j := <-d.jobs:
			d.begin()
			j.err = j.run()
			if d.isLeft(j) && j.err == nil && j.undo != nil {
				j.undo()
			}
			d.rest()
			close(j.done)
		}
	}
}

func (d *driver) begin() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.busy = true
}

func (d *driver) rest() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.busy, d.late = false, false
}

// isLeft ends the job, and reports whether its caller has left.
func (d *driver) isLeft(j *job) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	j.over = true
	return j.left
}

// leave gives up waiting for the job. It returns false if the job is over.
func (d *driver) leave(j *job) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !j.over {
		j.left, d.late = true, true
	}
	return j.left
}

// giveUp ends the waiting for one's turn.
func (d *driver) giveUp() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.late = d.busy
}

func (d *driver) isLate() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.late
}

// do runs the calls on the thread of the library and waits for them, no longer
// than ctx and the driver's patience. It returns what run returns, ErrClosed, a
// *StuckError, or the error of ctx if that ended before the calls began; began
// says whether they did.
func (d *driver) do(ctx context.Context, run func() error, undo func()) (began bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if d.isLate() {
		return false, &StuckError{d.path, context.DeadlineExceeded}
	}
	within, cancel := context.WithTimeout(ctx, d.patience)
	defer cancel()
	j := &job{run: run, undo: undo, done: make(chan struct{})}
	select {
	case d.jobs <- j:
	case <-d.gone:
		return false, ErrClosed
	case <-d.quit:
		return false, ErrClosed
	case <-within.Done():
		if err := ctx.Err(); err != nil {
			return false, err
		}
		d.giveUp()
		return false, &StuckError{d.path, within.Err()}
	}
	select {
	case <-j.done:
		return true, j.err
	case <-within.Done():
	}
	if d.leave(j) {
		return true, &StuckError{d.path, within.Err()}
	}
	<-j.done
	return true, j.err
}

// result is do for calls that return something.
func result[T any](ctx context.Context, d *driver, run func() (T, error), undo func()) (v T, began bool, err error) {
	answer := make(chan T, 1) // a late answer must not be written to where nobody waits
	began, err = d.do(ctx, func() error {
		v, err := run()
		answer <- v
		return err
	}, undo)
	select {
	case v = <-answer:
	default:
	}
	return v, began, err
}

// start loads and initialises the library.
func (d *driver) start() {
	if d.mod == nil {
		if d.mod, d.broken = d.load(d.path); d.broken != nil {
			return
		}
	}
	err := d.mod.Initialize()
	if isCode(err, pkcs11.CKR_CANT_LOCK, pkcs11.CKR_ARGUMENTS_BAD) {
		err = d.mod.Initialize(pkcs11.InitializeWithFlags(0)) // one thread calls it, so it need not lock
	}
	d.borrowed = isCode(err, pkcs11.CKR_CRYPTOKI_ALREADY_INITIALIZED)
	if err != nil && !d.borrowed {
		d.broken = fmt.Errorf("%w: %s: %w", ErrLoad, d.path, err)
		return
	}
	d.broken = nil
	d.info, _ = d.mod.GetInfo() // only for show
}

// stop ends all sessions and finalises the library. It is not unloaded: several
// leave threads and exit handlers behind that would then run into nothing.
func (d *driver) stop() {
	for _, s := range d.open {
		s.end(ErrClosed)
	}
	if d.mod == nil || d.broken != nil || d.borrowed {
		return
	}
	if err := d.mod.Finalize(); err != nil {
		d.stopErr = fmt.Errorf("pkcs11: finalise %s: %w", d.path, err)
	}
}
