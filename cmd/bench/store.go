package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/hub"
)

// benchStore measures the province's store, as large as --records says, inside
// one process: what the disk and the store's own code allow, without the net.
func benchStore(args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("store", flag.ContinueOnError)
	b := &storeBench{out: out}
	corpus := fs.String("corpus", "", "records to store, one JSON object a line; without it the bench writes its own")
	fs.IntVar(&b.n, "records", 100000, "how many documents the store holds")
	fs.IntVar(&b.n, "n", b.n, "the same as --records")
	fs.IntVar(&b.each, "each", 200, "commands that each of the 64 callers gives")
	fs.StringVar(&b.dir, "dir", "", "keep the store in this folder and begin from it the next time; without it a store is made and removed")
	fs.StringVar(&b.profiles, "profile", "", "folder for a CPU profile of each figure")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if b.n < callers*10 || b.each < 1 {
		return fmt.Errorf("--records %d: at least %d; --each at least 1", b.n, callers*10)
	}
	keep := b.dir != ""
	if !keep {
		dir, err := os.MkdirTemp("", "khonggiay-bench")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		b.dir = dir
	}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	return b.run(context.Background(), *corpus, keep)
}

// callers give commands at the same time, each the clerk and leader of an
// office of his own.
const callers = 64

// storeBench is a province's store and what is measured of it.
type storeBench struct {
	out      io.Writer
	n, each  int
	dir      string
	profiles string
	copied   bool
	store    *sqlite.Store
	hub      *hub.Hub
	// of commands, for bareLoop
	given     int    // how many were given
	perCommit int    // how many shared a transaction, on average
	before    uint64 // the last event before them
}

// path is the file that is filled, and once it is measured, which leaves it
// unfit for another run, the copy of it.
func (b *storeBench) path() string {
	if b.copied {
		return filepath.Join(b.dir, "measured.db")
	}
	return filepath.Join(b.dir, "province.db")
}

// copy makes the copy.
func (b *storeBench) copy() error {
	from, err := os.Open(b.path())
	if err != nil {
		return err
	}
	defer from.Close()
	b.copied = true
	for _, tail := range []string{"-wal", "-shm"} {
		_ = os.Remove(b.path() + tail) // of a run that was broken off, if any
	}
	to, err := os.Create(b.path())
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Sync(), to.Close())
}

func (b *storeBench) run(ctx context.Context, corpus string, keep bool) error {
	if err := b.fill(ctx, corpus); err != nil {
		return err
	}
	if keep {
		if err := b.copy(); err != nil {
			return err
		}
		defer os.Remove(b.path())
	}
	if err := b.open(ctx, false); err != nil {
		return err
	}
	err := b.measure(ctx)
	b.close()
	if err != nil {
		return err
	}
	return b.bareLoop(ctx)
}

// measure runs what needs the store open: searches first, while nothing else
// goes on, then a day of commands, then what laptops pull after it.
func (b *storeBench) measure(ctx context.Context) error {
	if err := b.search(ctx); err != nil {
		return err
	}
	cursors, err := b.levelAll(ctx)
	if err != nil {
		return err
	}
	if err := b.commands(ctx); err != nil {
		return err
	}
	return b.pulls(ctx, cursors)
}

func (b *storeBench) open(ctx context.Context, noSync bool) (err error) {
	b.store, err = sqlite.Open(ctx, sqlite.Options{Path: b.path(), Role: sqlite.Server, Clock: clock, Holder: app.HolderServer, NoSync: noSync})
	if err != nil {
		return err
	}
	b.hub, err = hub.New(ctx, hub.Config{
		Store: hub.Over(b.store), Devices: callerDevices{}, Clock: clock, Epoch: 1, SignKey: benchKey("server"),
		CursorKey: make([]byte, 32), Own: 1, OwnKey: benchKey("own"),
	})
	return err
}

func (b *storeBench) close() {
	b.hub.Close()
	b.store.Close()
}

// profiled runs fn under a profile of its own, if profiles are wanted.
func (b *storeBench) profiled(name string, fn func() error) error {
	stop, err := profile(b.profiles, name)
	if err != nil {
		return err
	}
	defer stop()
	return fn()
}

// cpuTime is what this process has used so far. Beside a wall time, it says what
// of it was waiting: for the disk, or for a machine with other work.
func cpuTime() time.Duration {
	s, _ := cpu()
	return time.Duration(s * float64(time.Second))
}

// quantile of durations, in milliseconds.
func quantile(of []time.Duration, q float64) float64 {
	return float64(quantileOf(of, q).Microseconds()) / 1000
}

func quantileOf[T cmp.Ordered](of []T, q float64) (at T) {
	if len(of) == 0 {
		return at
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

var errNothing = errors.New("nothing to measure: the store is empty")
