package server

import (
	"context"
	"log/slog"
	"sync"

	"khonggiay/app/sqlite"
)

// auditQueue is how many entries may wait. A flood beyond it (one broken
// laptop can raise thousands of alarms) is counted, not kept.
const auditQueue = 1024

// auditor writes entries of the audit log for those who must not block. What
// can wait for its transaction writes the entry itself, with tx.Audit.
type auditor struct {
	store *sqlite.Store
	log   *slog.Logger
	done  sync.WaitGroup

	mu      sync.Mutex // guards the rest
	entries []sqlite.AuditEntry
	dropped int
	closed  bool
	wake    *sync.Cond
}

func startAuditor(store *sqlite.Store, log *slog.Logger) *auditor {
	a := &auditor{store: store, log: log}
	a.wake = sync.NewCond(&a.mu)
	a.done.Go(a.run)
	return a
}

// note takes an entry; it never blocks.
func (a *auditor) note(e sqlite.AuditEntry) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.entries) >= auditQueue {
		a.dropped++
		return
	}
	a.entries = append(a.entries, e)
	a.wake.Signal()
}

// stop writes what waits and ends.
func (a *auditor) stop() error {
	a.mu.Lock()
	a.closed = true
	a.wake.Signal()
	a.mu.Unlock()
	a.done.Wait()
	return nil
}

// take waits for entries; nil when it is over.
func (a *auditor) take() []sqlite.AuditEntry {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.entries) == 0 && !a.closed {
		a.wake.Wait()
	}
	batch := a.entries
	a.entries = nil
	if a.dropped > 0 {
		batch = append(batch, sqlite.AuditEntry{Act: "audit.dropped", Actor: "system", Detail: map[string]any{"entries": a.dropped}})
		a.dropped = 0
	}
	return batch
}

func (a *auditor) run() {
	for batch := a.take(); batch != nil; batch = a.take() {
		err := a.store.Write(context.Background(), func(tx *sqlite.Tx) error {
			for _, e := range batch {
				if err := tx.Audit(e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			a.log.Error("audit log", "err", err, "entries", len(batch))
		}
	}
}
