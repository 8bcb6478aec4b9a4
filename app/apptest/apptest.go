// Package apptest is the conformance suite of stores: whatever keeps records,
// on a laptop or on the server, must pass it. A store joins with an adapter of
// a few lines (see app/sqlite/conformance_test.go) and [Run].
//
// Lists, the desk and search are held against models: the same question
// answered in Go by looking at every record. The fixtures are a small province
// of two levels ([Province]) and a seeded generator of documents ([Documents]).
package apptest

import (
	"context"
	"testing"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// View reads one snapshot of the store under test.
type View interface {
	Get(app.Key) (app.Record, error)
	Body(app.Key) (body []byte, version uint64, err error) // nil, 0 = absent
	Version(app.Key) (uint64, error)
	Directory() *app.Directory
	LastNumber(book app.ID, year int) (uint32, error)

	Document(app.Viewer, app.ID) (*app.Document, uint64, error)
	Documents(app.Viewer, app.DocumentQuery) (app.DocumentPage, error)
	Rows(app.Viewer, []app.ID) (map[app.ID]app.DocumentRow, error)
	Records(app.Viewer, app.Kind) ([]app.Record, error)
	Desk(app.Viewer, app.DeskQuery) (app.Desk, error)
	Duplicates(app.Viewer, app.DuplicateQuery) ([]app.Duplicate, error)
}

// Tx is the transaction that writes.
type Tx interface {
	View
	app.Tx
	SetRaw(key app.Key, body []byte, version uint64) error
	Delete(app.Key) error
	FeedChanges() []feed.Change // since the innermost Savepoint began, sorted by key; the outermost one is one command
}

// Store is the store under test. It holds the books of [app.HolderServer].
type Store interface {
	Write(context.Context, func(Tx) error) error
	Read(context.Context, func(View) error) error
	Rebuild(context.Context) error // derives everything again from the records
}

// Opener opens an empty store, a server's or a laptop's, whose clock stands at
// [Now]. It is closed by the test's Cleanup.
type Opener func(t *testing.T, server bool) Store

// Now is where the clock of every test stands: a Monday morning.
var Now = app.DateOf(2026, 3, 2).Start() + 9*3600*1000

// Today is the day of Now.
var Today = Now.Date()

// Run runs the whole suite.
func Run(t *testing.T, open Opener) {
	for _, side := range []struct {
		name   string
		server bool
	}{{"replica", false}, {"server", true}} {
		t.Run(side.name, func(t *testing.T) {
			s := suite{open: open, server: side.server}
			t.Run("records", s.records)
			t.Run("versions", s.versions)
			t.Run("savepoints", s.savepoints)
			t.Run("changes", s.changes)
			t.Run("directory", s.directory)
			t.Run("numbers", s.numbers)
			t.Run("commands", s.commands)
			t.Run("lists", s.lists)
			t.Run("paging", s.paging)
			t.Run("permission", s.permission)
			t.Run("desk", s.desk)
			t.Run("duplicates", s.duplicates)
			t.Run("search", s.search)
			t.Run("search order", s.searchOrder)
			t.Run("search paging", s.searchPaging)
			t.Run("search across offices", s.searchAcross)
			t.Run("rebuild", s.rebuild)
		})
	}
}

type suite struct {
	open   Opener
	server bool
}

// viewer is how the person reads on this side.
func (s suite) viewer(d *app.Directory, person app.ID) app.Viewer {
	return app.Viewer{Person: person, Scopes: d.Scopes(person, Now), All: !s.server}
}

// store opens a store that holds the province and the records.
func (s suite) store(t *testing.T, records ...app.Record) Store {
	t.Helper()
	st := s.open(t, s.server)
	write(t, st, func(tx Tx) error {
		for _, r := range append(Province(), records...) {
			if err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	})
	return st
}

func write(t testing.TB, st Store, fn func(Tx) error) {
	t.Helper()
	if err := st.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, st Store, fn func(View) error) {
	t.Helper()
	if err := st.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}
