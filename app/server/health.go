package server

import (
	"context"
	"net/http"
	"sync"
	"time"

	"khonggiay/app/sqlite"
)

// healthTimeout bounds a look at the server's health.
const healthTimeout = 5 * time.Second

// Health is what /healthz answers, 200 when everything in it is true and 503
// otherwise. It names nothing that a stranger could use.
type Health struct {
	OK       bool `json:"ok"`
	Database bool `json:"database"` // a transaction can be committed
	Disk     bool `json:"disk"`     // there is space beyond the reserve
	Stopping bool `json:"stopping,omitempty"`
}

// healthFresh is how long an answer is given again, so that whoever may ask
// cannot make the server write.
const healthFresh = 5 * time.Second

// health remembers the last look.
type health struct {
	mu   sync.Mutex // guards both, and lets one look at a time
	last Health
	at   time.Time
}

// Health looks whether the server can do its work; an answer a few seconds old
// will do.
func (s *Server) Health(ctx context.Context) Health {
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	if now := s.now(); now.Sub(s.health.at) >= healthFresh {
		s.health.last, s.health.at = s.look(ctx), now
	}
	h := s.health.last
	h.Stopping = s.stopping.Load()
	h.OK = h.Database && h.Disk && !h.Stopping
	return h
}

// look goes on when whoever asked has gone: the answer is everybody's.
func (s *Server) look(ctx context.Context) (h Health) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), healthTimeout)
	defer cancel()
	err := s.store.WriteLax(ctx, func(tx *sqlite.Tx) error { return tx.Beat(s.store.Now()) })
	if h.Database = err == nil; err != nil {
		s.log.Error("health: database", "err", err)
	}
	free, err := freeSpace(s.config.Data)
	h.Disk = err == nil && free >= s.config.MinFree
	return h
}

func (s *Server) serveHealth(w http.ResponseWriter, r *http.Request) {
	h := s.Health(r.Context())
	status := http.StatusOK
	if !h.OK {
		status = http.StatusServiceUnavailable
	}
	writeJSON(w, status, h)
}
