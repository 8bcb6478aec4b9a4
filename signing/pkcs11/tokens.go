package pkcs11

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/miekg/pkcs11"
)

// Patience is how long a library may take for one thing asked of it. Tokens
// need seconds for an RSA signature, and a maker's own window may be open.
const Patience = time.Minute

// Tokens are the tokens that some libraries reach. Its methods may be called
// from several goroutines.
type Tokens struct {
	drivers []*driver
	quit    sync.Once
}

// Open loads the libraries, which have absolute paths (see Libraries). It does
// not wait for them; List tells which cannot be used. Close must be called.
// Loading runs code of the file, so the paths must come from the machine's own
// settings, never from what a person or a server has sent.
func Open(paths []string) *Tokens { return open(paths, loadFile, Patience) }

func open(paths []string, load func(string) (module, error), patience time.Duration) *Tokens {
	t := &Tokens{}
	var loaded []string
	for _, p := range paths {
		if _, twice := sameFile(p, loaded); twice || slices.Contains(loaded, p) {
			continue
		}
		loaded = append(loaded, p)
		t.drivers = append(t.drivers, newDriver(p, load, patience))
	}
	return t
}

// Close ends all sessions, finalises the libraries and waits for that, no longer
// than Patience. It returns a *StuckError for a library that hangs: its thread
// stays until the library returns, for no program can end it. It may be called
// again.
func (t *Tokens) Close() error {
	t.quit.Do(func() {
		for _, d := range t.drivers {
			close(d.quit)
		}
	})
	errs := make([]error, len(t.drivers))
	t.each(func(i int, d *driver) {
		timer := time.NewTimer(d.patience)
		defer timer.Stop()
		select {
		case <-d.gone:
			errs[i] = d.stopErr
		case <-timer.C:
			errs[i] = &StuckError{d.path, context.DeadlineExceeded}
		}
	})
	return errors.Join(errs...)
}

// Library is one that was to be loaded.
type Library struct {
	Path string
	Name string // what it calls itself
	Err  error  // ErrLoad, a *StuckError, or what else went wrong; nil if it works
}

// Listing is what is plugged in, in the order of the libraries' paths.
type Listing struct {
	Libraries []Library
	Tokens    []Token
}

// List reads slots, tokens and certificates anew, without a PIN. A library that
// fails keeps nobody from the tokens of the others.
func (t *Tokens) List(ctx context.Context) Listing {
	parts := make([]Listing, len(t.drivers))
	t.each(func(i int, d *driver) {
		found, _, err := result(ctx, d, d.list, nil)
		parts[i] = Listing{[]Library{{Path: d.path, Name: found.name, Err: err}}, found.tokens}
	})
	var all Listing
	for _, p := range parts {
		all.Libraries = append(all.Libraries, p.Libraries...)
		all.Tokens = append(all.Tokens, p.Tokens...)
	}
	return all
}

// each does something with all libraries at the same time, and waits.
func (t *Tokens) each(f func(int, *driver)) {
	var wg sync.WaitGroup
	for i, d := range t.drivers {
		wg.Go(func() { f(i, d) })
	}
	wg.Wait()
}

// Reload starts the libraries anew: some see a reader, or a token that another
// program has set up, only then. It returns ErrBusy, and leaves that library
// alone, if a session is open.
func (t *Tokens) Reload(ctx context.Context) error {
	errs := make([]error, len(t.drivers))
	t.each(func(i int, d *driver) { _, errs[i] = d.do(ctx, d.restart, nil) })
	return errors.Join(errs...)
}

// restart runs on the thread.
func (d *driver) restart() error {
	if len(d.open) > 0 {
		return fmt.Errorf("%w: %s", ErrBusy, d.path)
	}
	if d.borrowed {
		return nil // whoever has started it, must
	}
	if d.stop(); d.stopErr != nil {
		return d.stopErr
	}
	d.start()
	return d.broken
}

// Watch looks at every tick whether tokens came or went, and then calls changed
// with a new listing; the first time in any case. It returns when ctx ends or
// the ticks are closed. It asks for the slots each time: C_WaitForSlotEvent
// would be cheaper, but several makers' libraries never report, or lose, events.
func (t *Tokens) Watch(ctx context.Context, ticks <-chan time.Time, changed func(Listing)) {
	before := []string{"never looked"}
	for {
		if now := t.glance(ctx); ctx.Err() == nil && !slices.Equal(now, before) {
			before = now
			changed(t.List(ctx))
		}
		select {
		case <-ctx.Done():
			return
		case _, more := <-ticks:
			if !more {
				return
			}
		}
	}
}

// glance says in short what is plugged in: cheap, for no certificate is read.
func (t *Tokens) glance(ctx context.Context) []string {
	parts := make([][]string, len(t.drivers))
	t.each(func(i int, d *driver) {
		seen, _, err := result(ctx, d, d.glance, nil)
		if err != nil {
			seen = []string{err.Error()}
		}
		parts[i] = append([]string{d.path}, seen...)
	})
	return slices.Concat(parts...)
}

func (d *driver) glance() (seen []string, err error) {
	slots, err := d.present()
	for _, slot := range slots {
		info, err := d.mod.GetTokenInfo(slot)
		seen = append(seen, fmt.Sprint(slot, info.SerialNumber, info.Label, triesOf(info.Flags), err))
	}
	return seen, err
}

// present are the slots with tokens that have been set up; on the thread.
func (d *driver) present() ([]uint, error) {
	if d.broken != nil {
		return nil, d.broken
	}
	slots, err := d.mod.GetSlotList(true)
	if err != nil {
		return nil, translate(err)
	}
	return slices.DeleteFunc(slots, func(slot uint) bool {
		info, err := d.mod.GetTokenInfo(slot)
		return err == nil && info.Flags&pkcs11.CKF_TOKEN_INITIALIZED == 0 || isCode(err, pkcs11.CKR_TOKEN_NOT_PRESENT)
	}), nil
}
