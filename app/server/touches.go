package server

import (
	"context"
	"sync"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// touches gathers "was there just now" of devices and sessions and writes them
// down together: one transaction a minute instead of one a request.
type touches struct {
	mu       sync.Mutex // guards both maps
	devices  map[app.ID]app.Time
	sessions map[app.Hash]app.Time
}

func newTouches() *touches {
	return &touches{devices: map[app.ID]app.Time{}, sessions: map[app.Hash]app.Time{}}
}

func (t *touches) device(id app.ID, at app.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.devices[id] = at
}

func (t *touches) session(token app.Hash, at app.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sessions[token] = at
}

// sessionSeen is the use of a session that was not written down yet; 0 if none.
func (t *touches) sessionSeen(token app.Hash) app.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sessions[token]
}

// flush writes everything down. What it could not write it keeps.
func (t *touches) flush(ctx context.Context, store *sqlite.Store) error {
	t.mu.Lock()
	devices, sessions := t.devices, t.sessions
	t.devices, t.sessions = map[app.ID]app.Time{}, map[app.Hash]app.Time{}
	t.mu.Unlock()
	if len(devices)+len(sessions) == 0 {
		return nil
	}
	err := store.WriteLax(ctx, func(tx *sqlite.Tx) error {
		for id, at := range devices {
			if err := tx.TouchDevice(id, at); err != nil {
				return err
			}
		}
		for token, at := range sessions {
			if err := tx.TouchSession(token, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.restore(devices, sessions)
	}
	return err
}

func (t *touches) restore(devices map[app.ID]app.Time, sessions map[app.Hash]app.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, at := range devices {
		t.devices[id] = max(at, t.devices[id])
	}
	for token, at := range sessions {
		t.sessions[token] = max(at, t.sessions[token])
	}
}
