package server

import (
	"context"
	"slices"
	"sync"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// watcher tells browsers what changed, each only of what it may see.
type watcher struct {
	store  *sqlite.Store
	events *api.Events
	left   func(person app.ID) // told of a person who has left the service
	done   sync.WaitGroup
	quit   chan struct{}
	woken  chan struct{}

	mu      sync.Mutex // guards changes
	changes map[app.Key]sqlite.Change
}

// watch starts the watcher and returns what ends it.
func (s *Server) watch() func() error {
	w := &watcher{store: s.store, events: s.events, left: s.cutOff, quit: make(chan struct{}), woken: make(chan struct{}, 1), changes: map[app.Key]sqlite.Change{}}
	cancel := s.store.Subscribe(w.note)
	w.done.Go(w.run)
	return func() error {
		cancel()
		close(w.quit)
		w.done.Wait()
		return nil
	}
}

// note is called inside every commit; it only remembers.
func (w *watcher) note(changes []sqlite.Change) {
	nobody := w.events.Clients() == 0
	w.mu.Lock()
	for _, c := range changes {
		if nobody && c.Key.Kind != app.KindPerson {
			continue
		}
		if first, ok := w.changes[c.Key]; ok {
			c.Old = first.Old
		}
		w.changes[c.Key] = c
	}
	w.mu.Unlock()
	select {
	case w.woken <- struct{}{}:
	default:
	}
}

func (w *watcher) run() {
	for {
		select {
		case <-w.quit:
			return
		case <-w.woken:
		}
		w.mu.Lock()
		changes := w.changes
		w.changes = map[app.Key]sqlite.Change{}
		w.mu.Unlock()
		w.publish(changes)
	}
}

func (w *watcher) publish(changes map[app.Key]sqlite.Change) {
	dir, now := w.store.Directory(), w.store.Now()
	held := map[app.ID][]app.Scope{} // by person, for this round
	directory := false
	for key, c := range changes {
		if p := dir.Person(key.ID); key.Kind == app.KindPerson && (p == nil || p.Closed) {
			w.left(key.ID)
		}
		entity := api.EntityOf(key.Kind)
		if entity == "directory" {
			directory = true
			continue
		}
		if entity == "" {
			continue
		}
		scopes := append(scopesOf(key, c.Old, dir), scopesOf(key, c.New, dir)...)
		w.events.Publish(api.Event{Entity: entity, IDs: []app.ID{key.ID}}, func(v api.Viewer) bool {
			mine, known := held[v.Person]
			if !known {
				mine = dir.Scopes(v.Person, now)
				held[v.Person] = mine
			}
			return slices.ContainsFunc(scopes, func(s app.Scope) bool { return slices.Contains(mine, s) })
		})
	}
	if directory {
		w.events.Publish(api.Event{Entity: "directory"}, nil)
	}
}

// cutOff ends everything that a person has open: somebody who has left the
// service is out at once, not at his next request.
func (s *Server) cutOff(person app.ID) {
	s.cutScreens(person)
	err := s.store.Read(context.Background(), func(v *sqlite.View) error {
		devices, err := v.DevicesOf(person)
		for _, d := range devices {
			s.devices.goodbye(d.ID)
			s.devices.streams.cut(d.ID, errRevoked)
		}
		return err
	})
	if err != nil {
		s.log.Error("cut off", "person", person, "err", err)
	}
}

// scopesOf reads a record's scopes from its bytes; none for absent or unknown.
func scopesOf(key app.Key, body []byte, dir *app.Directory) []app.Scope {
	if body == nil {
		return nil
	}
	r, err := feed.Decode(key.Kind, body)
	if err != nil {
		return nil
	}
	return app.ScopesOf(r, dir)
}

// host implements api.Host.
type host struct{}

// Describe implements api.Host.
func (h host) Describe(context.Context) api.HostInfo { return api.HostInfo{Kind: "server"} }
