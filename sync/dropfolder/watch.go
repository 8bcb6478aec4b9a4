package dropfolder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Clock is the time this package lives by. The zero value is the machine's,
// whose durations do not jump when somebody sets the wall clock.
type Clock struct {
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
}

func (c Clock) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

func (c Clock) after(d time.Duration) <-chan time.Time {
	if c.After == nil {
		return time.After(d)
	}
	return c.After(d)
}

// Options of a watch. The zero value is usable.
type Options struct {
	// Settle is for how long size and time of change of a file must stand still
	// before it may be whole. 0 is two seconds, which is also the step in which
	// some shares tell the time: a change inside one step is seen by its size or
	// not at all, so less would be a risk.
	Settle time.Duration
	// Patience is for how long a file that lacks its end (a PDF without %%EOF)
	// must stand still until it is handed over as it is. 0 is a minute.
	Patience time.Duration
	// Every is how often the folder is looked through although nothing was heard:
	// network shares tell nothing. 0 is fifteen seconds.
	Every time.Duration
	// Gather is how long events are collected before the folder is looked at.
	// 0 is a quarter of a second.
	Gather time.Duration
	Clock  Clock
	// Ignore names files that are none of ours, such as [EditorLeavings].
	Ignore func(name string) bool
	// Trouble is told why the folder cannot be looked at (ErrGone, ErrDenied,
	// ErrUnreadable), and nil when it can again: each once.
	Trouble func(error)

	listen func() (listener, error) // in tests: a folder that tells nothing, or too much
}

var (
	// ErrGone means that there is no such folder now: deleted, or its share is away.
	ErrGone = errors.New("the folder is not there")
	// ErrDenied means that this user may not read the folder.
	ErrDenied = errors.New("the folder may not be read")
	// ErrUnreadable is any other reason, such as a line that breaks.
	ErrUnreadable = errors.New("the folder cannot be read")
)

func (o Options) withDefaults() Options {
	orDefault := func(d *time.Duration, otherwise time.Duration) {
		if *d <= 0 {
			*d = otherwise
		}
	}
	orDefault(&o.Settle, 2*time.Second)
	orDefault(&o.Patience, time.Minute)
	orDefault(&o.Every, 15*time.Second)
	orDefault(&o.Gather, 250*time.Millisecond)
	if o.Ignore == nil {
		o.Ignore = func(string) bool { return false }
	}
	if o.Trouble == nil {
		o.Trouble = func(error) {}
	}
	if o.listen == nil {
		o.listen = listenToSystem
	}
	return o
}

// Watch tells of the regular files directly in dir: first those that are
// there, then each that is new or changed, once it is whole. Links and folders
// inside dir are not followed. It returns when ctx ends, with its cause.
//
// deliver is called by one goroutine, with the files in the order of their
// names. While it works the folder is not looked at; nothing is lost by that.
// A file is told of at least once after each change: a late event, or the next
// start, tells of it again. So the caller knows by its hash what it has taken.
func Watch(ctx context.Context, dir string, opt Options, deliver func([]Found)) error {
	w := &watch{dir: dir, opt: opt.withDefaults(), files: settling{}}
	defer w.deafen()
	for {
		begun := w.opt.Clock.now()
		whole, next := w.look(begun)
		w.cost = w.opt.Clock.now().Sub(begun)
		if len(whole) > 0 && ctx.Err() == nil {
			deliver(whole)
		}
		if err := w.rest(ctx, next); err != nil {
			return err
		}
	}
}

// watch is one folder while it is watched.
type watch struct {
	dir   string
	opt   Options
	files settling
	cost  time.Duration // of the last look

	hears   listener
	hearsOf os.FileInfo // the folder that hears listens to; another may bear its name now
	trouble error       // its kind; nil when all is well
}

// look reads the folder and gives the files that have become whole, and the
// time until something else may.
func (w *watch) look(now time.Time) (whole []Found, next time.Duration) {
	w.listen()
	touched := map[string]bool{}
	if w.hears != nil {
		touched = w.hears.touched()
	}
	entries, err := read(w.dir, w.opt.Ignore)
	w.tell(err)
	if err != nil {
		return nil, w.opt.Every
	}
	whole, next = w.files.settle(now, entries, touched, w.opt)
	return whole, min(next, w.opt.Every)
}

// rest waits for the next look: the time is up, or something was heard. A slow
// share is not looked at over and over while a scanner fills it: the looks
// take a tenth of the time at most.
func (w *watch) rest(ctx context.Context, next time.Duration) error {
	clock := w.opt.Clock
	up := clock.after(max(next, 0))
	var heard <-chan struct{}
	if w.hears != nil {
		heard = w.hears.heard()
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-up:
		return nil
	case <-heard:
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-clock.after(max(w.opt.Gather, min(10*w.cost, w.opt.Every))):
		return nil
	}
}

// listen sees to it that events come from the folder that bears the name now.
// Where the system has no events to give, looking at intervals must do.
func (w *watch) listen() {
	info, err := os.Stat(w.dir)
	if err != nil || w.hears != nil && !os.SameFile(info, w.hearsOf) {
		w.deafen()
	}
	if err != nil || w.hears != nil {
		return
	}
	l, err := w.opt.listen()
	if err != nil {
		return
	}
	if err := l.listenTo(w.dir); err != nil {
		l.close()
		return
	}
	w.hears, w.hearsOf = l, info
}

func (w *watch) deafen() {
	if w.hears != nil {
		w.hears.close()
		w.hears = nil
	}
}

// tell reports a change between trouble and none, and of the kind of trouble.
func (w *watch) tell(err error) {
	kind := kindOf(err)
	if kind == w.trouble {
		return
	}
	w.trouble = kind
	if err != nil {
		err = fmt.Errorf("%w: %w", kind, err)
	}
	w.opt.Trouble(err)
}

func kindOf(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return ErrGone
	case errors.Is(err, fs.ErrPermission):
		return ErrDenied
	}
	return ErrUnreadable
}
