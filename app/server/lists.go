package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"khonggiay/app/verify"
)

const (
	// listsAhead is how long before its end a CRL is fetched anew: time enough
	// for a line that is down, and for laptops to hear of it.
	listsAhead = 24 * time.Hour
	// listsEvery is how often it is looked, listsSoon how soon at the earliest.
	listsEvery = time.Hour
	listsSoon  = time.Minute
)

// lists keeps the CRLs fresh that were ever asked for.
type lists struct {
	judge  *verify.Verifier
	now    func() time.Time
	log    *slog.Logger
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// startLists begins; it does nothing on a server that may not ask anybody.
func (s *Server) startLists() {
	if !s.config.SigningOnline {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &lists{judge: s.judge, now: s.now, log: s.log, cancel: cancel}
	l.done.Go(func() { l.run(ctx) })
	s.onClose(func() error { cancel(); l.done.Wait(); return nil })
}

func (l *lists) run(ctx context.Context) {
	for {
		pause := time.NewTimer(l.refresh(ctx))
		select {
		case <-ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
	}
}

// refresh fetches what is due and tells how long to wait.
func (l *lists) refresh(ctx context.Context) time.Duration {
	done, err := l.judge.Refresh(ctx, listsAhead)
	if err != nil && ctx.Err() == nil {
		l.log.Warn("a revocation list cannot be fetched", "failed", done.Failed, "err", err)
	}
	if done.Fetched > 0 {
		l.log.Info("revocation lists fetched", "lists", done.Fetched)
	}
	if done.Next.IsZero() {
		return listsEvery
	}
	return min(max(done.Next.Sub(l.now()), listsSoon), listsEvery)
}
