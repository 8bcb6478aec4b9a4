package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"khonggiay/app"
	"khonggiay/app/apptest"
	"khonggiay/sync/feed"
)

// benchSize is the archive of a busy commune's laptop.
const benchSize = 50_000

// benchStores are built once a role and kept for all benchmarks of the run.
var benchStores = map[Role]*Store{}

func benchStore(b *testing.B, role Role) (*Store, app.Viewer) {
	b.Helper()
	s := benchStores[role]
	if s == nil {
		dir, err := os.MkdirTemp("", "khonggiay-bench-*")
		if err != nil {
			b.Fatal(err)
		}
		if s, err = Open(context.Background(), Options{Path: filepath.Join(dir, "kg.db"), Role: role, Holder: app.HolderServer, Clock: func() app.Time { return apptest.Now }}); err != nil {
			b.Fatal(err)
		}
		benchStores[role] = s
		fill(b, s, apptest.Province())
		var docs []app.Record
		for _, d := range apptest.Documents(1, benchSize) {
			docs = append(docs, d)
		}
		fill(b, s, docs)
	}
	v := app.Viewer{Person: "xa1.clerk", Scopes: s.Directory().Scopes("xa1.clerk", apptest.Now), All: role == Replica}
	return s, v
}

// fill stores records as a pull does, 500 a transaction.
func fill(b *testing.B, s *Store, records []app.Record) {
	b.Helper()
	for len(records) > 0 {
		n := min(500, len(records))
		err := s.WriteLax(context.Background(), func(tx *Tx) error {
			for _, r := range records[:n] {
				body, err := feed.Encode(r)
				if err != nil {
					return err
				}
				if err := tx.SetRaw(r.Key(), body, 1); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		records = records[n:]
	}
}

func BenchmarkList(b *testing.B) {
	queries := []struct {
		name string
		q    app.DocumentQuery
	}{
		{"incoming", app.DocumentQuery{Direction: app.Incoming}},
		{"incoming of unit", app.DocumentQuery{Direction: app.Incoming, Unit: "xa1"}},
		{"waiting states", app.DocumentQuery{Direction: app.Incoming, Unit: "xa1", States: []app.State{app.InWaiting, app.InReceived}}},
		{"done", app.DocumentQuery{Direction: app.Incoming, Unit: "xa1", States: []app.State{app.InDone}}},
		{"by number", app.DocumentQuery{Direction: app.Incoming, Unit: "xa1", Book: "xa1.den", Sort: app.SortNumber}},
		{"by due", app.DocumentQuery{Direction: app.Incoming, Unit: "xa1", Sort: app.SortDue}},
		{"overdue", app.DocumentQuery{Unit: "xa1", Overdue: true}},
		{"assigned", app.DocumentQuery{Assigned: true}},
		{"unread", app.DocumentQuery{Direction: app.Incoming, Unread: true, Open: true}},
		{"one month", app.DocumentQuery{Unit: "xa1", From: apptest.Today - 400, To: apptest.Today - 370}},
		{"no such type", app.DocumentQuery{Unit: "xa1", Types: []app.TypeCode{"none"}}},
	}
	for _, role := range []Role{Replica, Server} {
		for _, c := range queries {
			b.Run(fmt.Sprintf("%s/%s", role, c.name), func(b *testing.B) {
				s, v := benchStore(b, role)
				for b.Loop() {
					if _, err := s.Documents(context.Background(), v, c.q); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, role := range []Role{Replica, Server} {
		for _, text := range []string{"v", "đường giao thông", "ve viec", `"nông thôn mới" 2024`, "123/QĐ-UBND", "không có đâu"} {
			b.Run(fmt.Sprintf("%s/%s", role, text), func(b *testing.B) {
				s, v := benchStore(b, role)
				for b.Loop() {
					if _, err := s.Documents(context.Background(), v, app.DocumentQuery{Text: text, Limit: 20}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkDesk(b *testing.B) {
	for _, role := range []Role{Replica, Server} {
		b.Run(role.String(), func(b *testing.B) {
			s, v := benchStore(b, role)
			for b.Loop() {
				if _, err := s.Desk(context.Background(), v, app.DeskQuery{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLoad is one record of a first load: bytes and projections.
func BenchmarkLoad(b *testing.B) {
	for _, role := range []Role{Replica, Server} {
		b.Run(role.String(), func(b *testing.B) {
			s, err := Open(context.Background(), Options{Path: filepath.Join(b.TempDir(), "kg.db"), Role: role, Clock: func() app.Time { return apptest.Now }})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			var docs []app.Record
			for _, d := range apptest.Documents(1, max(1000, b.N)) {
				docs = append(docs, d)
			}
			b.ResetTimer()
			fill(b, s, docs[:b.N])
		})
	}
}

// BenchmarkCommit is one small command, acknowledged.
func BenchmarkCommit(b *testing.B) {
	for name, write := range map[string]func(*Store, context.Context, func(*Tx) error) error{"flushed": (*Store).Write, "lax": (*Store).WriteLax} {
		b.Run(name, func(b *testing.B) {
			s, err := Open(context.Background(), Options{Path: filepath.Join(b.TempDir(), "kg.db"), Role: Replica, Clock: func() app.Time { return apptest.Now }})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			docs := apptest.Documents(1, 100)
			fill(b, s, []app.Record{docs[0]})
			for i := 0; b.Loop(); i++ {
				d := docs[i%100]
				d.Pages++
				if err := write(s, context.Background(), func(tx *Tx) error { return tx.Put(d) }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkOpen is a first start, and a later one.
func BenchmarkOpen(b *testing.B) {
	for _, again := range []bool{false, true} {
		b.Run(map[bool]string{false: "new", true: "again"}[again], func(b *testing.B) {
			dir := b.TempDir()
			path := filepath.Join(dir, "kg.db")
			for i := 0; b.Loop(); i++ {
				if !again {
					path = filepath.Join(dir, string(app.NewID(1))+".db")
				}
				s, err := Open(context.Background(), Options{Path: path, Role: Replica, NoSync: true, Clock: func() app.Time { return testNow }})
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
