package sqlite

import (
	"context"
	"sync"
	"time"
)

// idleAfter is the calm after the last commit at which the keeper works.
const idleAfter = 5 * time.Second

// busyAtMost is how long the keeper waits for such a calm.
const busyAtMost = 5 * time.Minute

// keeper does the housekeeping when nobody writes: it moves the log into the
// file and truncates it (a log that is never truncated is the usual slow death
// of SQLite in production), and rewrites the search index after a purge, so
// that purged words are gone from the file and not only from the answers.
type keeper struct {
	store *Store
	wrote chan struct{} // a commit happened
	ctx   context.Context
	end   context.CancelFunc
	done  sync.WaitGroup
}

func startKeeper(s *Store) *keeper {
	k := &keeper{store: s, wrote: make(chan struct{}, 1)}
	k.ctx, k.end = context.WithCancel(context.Background())
	k.done.Add(1)
	go k.run()
	return k
}

// note tells of a commit; it never blocks.
func (k *keeper) note() {
	select {
	case k.wrote <- struct{}{}:
	default:
	}
}

func (k *keeper) run() {
	defer k.done.Done()
	idle, late := time.NewTimer(idleAfter), time.NewTimer(busyAtMost)
	defer idle.Stop()
	defer late.Stop()
	for pending := true; ; { // an earlier run may have left work
		select {
		case <-k.wrote:
			idle.Reset(idleAfter)
			if !pending {
				pending = true
				late.Reset(busyAtMost)
			}
			continue
		case <-idle.C:
		case <-late.C:
		case <-k.ctx.Done():
			return
		}
		k.work()
		pending = false
		late.Stop()
	}
}

// work runs once per calm. Failures are left for the next one: nothing that
// was acknowledged depends on it.
func (k *keeper) work() {
	_ = k.store.Scrub(k.ctx)
}

// Scrub does the keeper's work now: what was deleted is gone from the search
// index and from the log, unless a reader still looks at it.
func (s *Store) Scrub(ctx context.Context) error {
	if err := s.finishPurge(ctx); err != nil {
		return err
	}
	return s.checkpoint(ctx)
}

func (k *keeper) stop() {
	k.end()
	k.done.Wait()
}

// checkpoint moves the log into the file and truncates it, if no reader is in
// the way.
func (s *Store) checkpoint(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turn }()
	// A reader that holds an old snapshot (a backup) must not hold up writers.
	ctx = context.WithoutCancel(ctx)
	_, _ = s.conn.ExecContext(ctx, "PRAGMA busy_timeout = 100")
	_, err := s.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	_, _ = s.conn.ExecContext(ctx, "PRAGMA busy_timeout = "+busyTimeout)
	return mapError(err)
}
