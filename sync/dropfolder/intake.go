package dropfolder

import (
	"context"
	"io"
	"path/filepath"
	"sync"
	"time"

	"khonggiay/app"
)

// Ledger remembers what was met. Each call is one transaction.
type Ledger interface {
	// ScanOf is the scan of that very file; app.ErrNotFound when it was never met.
	ScanOf(ctx context.Context, folder app.ID, f Found) (app.Scan, error)
	// Twin finds who has the bytes already: a scan, a document, or both. Neither
	// if nobody has.
	Twin(ctx context.Context, original app.Hash, except app.ID) (scan, doc app.ID, err error)
	PutScan(ctx context.Context, s app.Scan) error
}

// Vault seals copies.
type Vault interface {
	// Seal stores what src gives, sealed. An *app.Error "full" when there is no room.
	Seal(ctx context.Context, src io.Reader) (app.FileVersion, error)
	// Verify reads the copy back from the disk; an error if it is not what was sealed.
	Verify(ctx context.Context, v app.FileVersion) error
}

// Reader reads the text of a PDF: [Tools] in the program. ErrNoTools when
// nothing is there to read it with.
type Reader interface {
	Text(ctx context.Context, pdf io.ReadSeeker) (string, error)
}

// Intake takes scans in: one file after the other, in the background. Set the
// parts, then call Work once and Watch for each folder.
type Intake struct {
	Ledger  Ledger
	Vault   Vault
	Reader  Reader
	Organs  func() []string // names of organs that are known
	Now     func() app.Time
	MaxSize int64         // bytes; a larger file is no document
	Changed func()        // told after each change; must not block
	Trouble func(error)   // told why a file has to wait
	Again   time.Duration // after which a file that had to wait is tried again; 0 = a minute
	Clock   Clock

	// mu guards queue and later.
	mu    sync.Mutex
	queue []job
	later []job
	poke  chan struct{}
	once  sync.Once
}

// A job is a file to be taken in.
type job struct {
	folder app.ScanFolder
	file   Found
}

// Watch watches the folder until ctx ends. opt's Ignore and Clock are the intake's.
func (in *Intake) Watch(ctx context.Context, folder app.ScanFolder, opt Options) error {
	opt.Ignore, opt.Clock = EditorLeavings, in.Clock
	return Watch(ctx, folder.Path, opt, func(batch []Found) {
		jobs := make([]job, len(batch))
		for i, f := range batch {
			jobs[i] = job{folder, f}
		}
		in.add(jobs)
	})
}

// Retake has one file looked at once more. Its folder may have lost it.
func (in *Intake) Retake(folder app.ScanFolder, f Found) {
	f.Path = filepath.Join(folder.Path, f.Name)
	in.add([]job{{folder, f}})
}

// Clear forgets what is still to be looked at: the folders will tell again.
func (in *Intake) Clear() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.queue, in.later = nil, nil
}

// Queued is how many files are still to be looked at.
func (in *Intake) Queued() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.queue) + len(in.later)
}

func (in *Intake) add(jobs []job) {
	in.mu.Lock()
	in.queue = append(in.queue, jobs...)
	in.mu.Unlock()
	select {
	case in.pokes() <- struct{}{}:
	default:
	}
}

func (in *Intake) pokes() chan struct{} {
	in.once.Do(func() { in.poke = make(chan struct{}, 1) })
	return in.poke
}

// Work takes in what the folders give, until ctx ends. What had to wait (the
// disk is full, somebody holds the file) comes again after a while.
func (in *Intake) Work(ctx context.Context) {
	again := in.Again
	if again <= 0 {
		again = time.Minute
	}
	for ctx.Err() == nil {
		j, ok := in.next()
		if !ok {
			in.idle(ctx, again)
			continue
		}
		if err := in.take(ctx, j); err != nil && ctx.Err() == nil {
			in.Trouble(err)
			in.mu.Lock()
			in.later = append(in.later, j)
			in.mu.Unlock()
		}
		in.Changed()
	}
}

func (in *Intake) next() (j job, ok bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.queue) == 0 {
		return job{}, false
	}
	j, in.queue = in.queue[0], in.queue[1:]
	return j, true
}

// idle waits for something to do.
func (in *Intake) idle(ctx context.Context, again time.Duration) {
	in.mu.Lock()
	waits := len(in.later) > 0
	in.mu.Unlock()
	var up <-chan time.Time
	if waits {
		up = in.Clock.after(again)
	}
	select {
	case <-ctx.Done():
	case <-in.pokes():
	case <-up:
		in.mu.Lock()
		in.queue, in.later = append(in.queue, in.later...), nil
		in.mu.Unlock()
	}
}
