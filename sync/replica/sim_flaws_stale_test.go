package replica_test

import (
	"fmt"
	"path/filepath"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
)

// Reads that are older than what was committed. The server reads a record in
// two ways: the domain's code with Get, in the transaction that decides; the
// builder of pages with Bodies, in a snapshot. A fault in View.Body alone would
// touch neither, and nobody could notice it.

// past remembers what records were before their last change.
type past[T any] struct {
	last, before map[app.Key]T
	now          func() bool
}

func newPast[T any](n int) *past[T] {
	return &past[T]{last: map[app.Key]T{}, before: map[app.Key]T{}, now: every(n)}
}

// read returns a record as it is, and now and then as it was before.
func (p *past[T]) read(key app.Key, is T, same func(a, b T) bool) T {
	if old, known := p.last[key]; !known || !same(old, is) {
		if known {
			p.before[key] = old
		}
		p.last[key] = is
	}
	if old, changed := p.before[key]; changed && p.now() {
		return old
	}
	return is
}

// rereading is a server whose pages take bodies out of an old cache.
type rereading struct {
	hub.View
	*past[feed.Stored]
	whole bool // with the version of then; else the bytes alone are old
}

func (v rereading) Bodies(keys []app.Key) (map[app.Key]feed.Stored, error) {
	all, err := v.View.Bodies(keys)
	for _, key := range keys {
		is, ok := all[key]
		if !ok {
			continue
		}
		old := v.read(key, is, func(a, b feed.Stored) bool { return a.Version == b.Version })
		if !v.whole {
			old.Version = is.Version
		}
		all[key] = old
	}
	return all, err
}

func oldBody(whole bool) func() flaw {
	return func() flaw {
		p := newPast[feed.Stored](3)
		return flaw{serverView: func(v hub.View) hub.View { return rereading{v, p, whole} }}
	}
}

// outdated is a server that decides on documents as they were.
type outdated struct {
	hub.Tx
	*past[feed.Stored]
}

func (t outdated) Get(key app.Key) (app.Record, error) {
	r, err := t.Tx.Get(key)
	if err != nil || key.Kind != app.KindDocument {
		return r, err
	}
	body, version, err := t.Body(key)
	if err != nil {
		return nil, err
	}
	old := t.read(key, feed.Stored{Body: body, Version: version}, func(a, b feed.Stored) bool { return a.Version == b.Version })
	if old.Version == version {
		return r, nil
	}
	return feed.Decode(key.Kind, old.Body)
}

func oldGet() flaw {
	p := newPast[feed.Stored](3)
	return flaw{serverTx: func(tx hub.Tx) hub.Tx { return outdated{tx, p} }}
}

// lagging is a server whose reads come from a copy that follows the commits at
// some distance.
type lagging struct {
	commits, reads func() bool
	copy           *sqlite.Store
	made           int
}

func lag() flaw { return flaw{lag: &lagging{commits: every(3), reads: every(2)}} }

// committed takes a new copy now and then.
func (g *lagging) committed(s *server) {
	if !g.commits() {
		return
	}
	g.close()
	g.made++
	path := filepath.Join(s.w.dir, fmt.Sprintf("copy-%d.db", g.made))
	s.w.must(s.store.Backup(ctx, path))
	var err error
	g.copy, err = sqlite.Open(ctx, sqlite.Options{
		Path: path, Role: sqlite.Server, Clock: func() app.Time { return s.w.now }, Holder: app.HolderServer, NoSync: true, Readers: 1,
	})
	s.w.must(err)
}

func (g *lagging) close() {
	if g.copy != nil {
		_ = g.copy.Close()
	}
}
