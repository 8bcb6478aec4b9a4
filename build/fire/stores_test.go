package fire

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// openStore opens a copy of the database of a program that has ended.
func openStore(t *testing.T, database string, role sqlite.Role) *sqlite.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(database + end)
		if err == nil {
			err = os.WriteFile(path+end, b, 0o600)
		}
		if err != nil && (end == "" || !errors.Is(err, fs.ErrNotExist)) {
			t.Fatal(err)
		}
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Role: role, Clock: func() app.Time { return 1 }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *province) database() string { return filepath.Join(s.dir, "khonggiay.db") }
func (l *laptop) database() string   { return filepath.Join(l.dir, "replica.db") }

// compareStores checks that each laptop holds exactly the records of its
// person's scopes, byte for byte.
func compareStores(t *testing.T, server *province, laptops []*laptop) {
	t.Helper()
	centre := openStore(t, server.database(), sqlite.Server)
	for _, l := range laptops {
		replica := openStore(t, l.database(), sqlite.Replica)
		err := centre.Read(t.Context(), func(there *sqlite.View) error {
			return replica.Read(t.Context(), func(here *sqlite.View) error { return compare(t, l.name, there, here) })
		})
		if err != nil {
			t.Errorf("%s: %v", l.name, err)
		}
	}
}

func compare(t *testing.T, name string, there, here *sqlite.View) error {
	state, err := here.SyncState()
	if err != nil {
		return err
	}
	found := 0
	for kind := app.KindDocument; kind <= app.KindReadMark; kind++ {
		err := there.Keys(kind, func(id app.ID, _ uint64) error {
			key := app.Key{Kind: kind, ID: id}
			rows, err := there.ScopeRows(key)
			if err != nil {
				return err
			}
			due := slices.ContainsFunc(rows, func(r feed.ScopeRow) bool { return !r.Gone && slices.Contains(state.Scopes, r.Scope) })
			want, wanted, err := there.Body(key)
			if err != nil {
				return err
			}
			got, version, err := here.Body(key)
			if err != nil {
				return err
			}
			switch {
			case due && (version != wanted || !bytes.Equal(got, want)):
				t.Errorf("%s: record %d %s has version %d, the server %d; same bytes: %t", name, kind, id, version, wanted, bytes.Equal(got, want))
			case !due && got != nil:
				t.Errorf("%s: record %d %s is none of its business", name, kind, id)
			case due:
				found++
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = here.Keys(kind, func(id app.ID, _ uint64) error {
			if version, err := there.Version(app.Key{Kind: kind, ID: id}); err != nil || version == 0 {
				t.Errorf("%s: the server has no record %d %s: %v", name, kind, id, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	t.Logf("%s: %d records, as at the server", name, found)
	return nil
}

// checkResults looks in the server's own book: each acknowledged command was
// accepted, and the numbers of the book have no gap.
func checkResults(t *testing.T, server *province, all map[string]ack) {
	t.Helper()
	centre := openStore(t, server.database(), sqlite.Server)
	err := centre.Read(t.Context(), func(v *sqlite.View) error {
		for text, a := range all {
			r, err := v.Result(a.id)
			if err != nil {
				return err
			}
			if r == nil || r.Status != feed.Accepted {
				t.Errorf("%s of %s: result %+v", text, a.by, r)
			}
		}
		var numbers []uint32
		err := v.Keys(app.KindDocument, func(id app.ID, _ uint64) error {
			r, err := v.Get(app.Key{Kind: app.KindDocument, ID: id})
			if d, ok := r.(*app.Document); ok && d.BookNumber != 0 {
				numbers = append(numbers, d.BookNumber)
			}
			return err
		})
		slices.Sort(numbers)
		for i, n := range numbers {
			if n != uint32(i+1) {
				t.Fatalf("the numbers given are %v", numbers)
			}
		}
		t.Logf("numbers 1 to %d", len(numbers))
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
