package server

import (
	"context"
	"net/http"
	"sync"
	"time"

	"khonggiay/app"
)

// streams knows the requests that devices have open, so that a revocation can
// cut them.
type streams struct {
	mu   sync.Mutex // guards open
	open map[app.ID]map[*stream]struct{}
}

type stream struct{ cut func(error) }

func newStreams() *streams { return &streams{open: map[app.ID]map[*stream]struct{}{}} }

// cutGrace is what a sync stream gets to tell its laptop that it is revoked, so
// that the laptop wipes itself.
const cutGrace = 2 * time.Second

// enter notes a device's request. The returned request ends when the device is
// cut off; leave must be called when it is answered.
func (s *streams) enter(device app.ID, w http.ResponseWriter, r *http.Request) (_ *http.Request, leave func()) {
	ctx, cancel := context.WithCancelCause(r.Context())
	var timer *time.Timer
	hard := func(cause error) {
		cancel(cause)
		// A handler that is stuck in a write or a read comes loose too.
		rc, past := http.NewResponseController(w), time.Unix(1, 0)
		_ = rc.SetWriteDeadline(past)
		_ = rc.SetReadDeadline(past)
	}
	st := &stream{cut: hard}
	if r.URL.Path == pathSync {
		st.cut = func(cause error) {
			timer = time.AfterFunc(cutGrace, func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				if _, open := s.open[device][st]; open {
					hard(cause)
				}
			})
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[device] == nil {
		s.open[device] = map[*stream]struct{}{}
	}
	s.open[device][st] = struct{}{}
	return r.WithContext(ctx), func() {
		cancel(nil)
		s.mu.Lock()
		defer s.mu.Unlock()
		if timer != nil {
			timer.Stop()
		}
		delete(s.open[device], st)
		if len(s.open[device]) == 0 {
			delete(s.open, device)
		}
	}
}

// cut ends all requests that the device has open.
func (s *streams) cut(device app.ID, cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for st := range s.open[device] {
		st.cut(cause)
	}
}

// count is how many devices have a request open.
func (s *streams) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}
