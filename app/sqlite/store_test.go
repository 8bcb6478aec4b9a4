package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

func TestMain(m *testing.M) {
	code := m.Run()
	for _, s := range benchStores {
		_ = s.Close()
		_ = os.RemoveAll(filepath.Dir(s.opts.Path))
	}
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, "goroutines left over:", err)
		code = 1
	}
	os.Exit(code)
}

var testNow = app.DateOf(2026, 3, 2).Start() + 9*3600*1000

func testStore(t testing.TB, role Role) *Store {
	t.Helper()
	return testStoreAt(t, filepath.Join(t.TempDir(), "kg.db"), role)
}

func testStoreAt(t testing.TB, path string, role Role) *Store {
	t.Helper()
	s, err := Open(context.Background(), Options{
		Path: path, Role: role, NoSync: true, Holder: app.HolderServer,
		Clock: func() app.Time { return testNow },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func write(t testing.TB, s *Store, fn func(*Tx) error) {
	t.Helper()
	if err := s.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestUnknownKeysSurvivePut(t *testing.T) {
	s := testStore(t, Replica)
	key := app.Key{Kind: app.KindGroup, ID: "g1"}
	known, err := feed.Encode(&app.Group{ID: "g1", Unit: "u1", Name: "a"})
	if err != nil {
		t.Fatal(err)
	}
	// {…, 99: "later"}: a field of a later version.
	body := append([]byte{known[0] + 1}, known[1:]...)
	body = append(body, 0x18, 99, 0x65, 'l', 'a', 't', 'e', 'r')
	write(t, s, func(tx *Tx) error { return tx.SetRaw(key, body, 7) })
	write(t, s, func(tx *Tx) error {
		r, err := tx.Get(key)
		if err != nil {
			return err
		}
		g := r.(*app.Group)
		g.Name = "b"
		return tx.Put(g)
	})
	write(t, s, func(tx *Tx) error {
		got, version, err := tx.Body(key)
		if err != nil {
			return err
		}
		want := append([]byte{}, body...)
		for i := range want {
			if want[i] == 'a' && want[i-1] == 0x61 {
				want[i] = 'b'
				break
			}
		}
		if string(got) != string(want) || version != 8 {
			t.Errorf("body %x version %d, want %x version 8", got, version, want)
		}
		return nil
	})
}

func TestUnknownKindIsKeptHidden(t *testing.T) {
	s := testStore(t, Replica)
	key := app.Key{Kind: 200, ID: "x1"}
	body := []byte{0xa1, 0x01, 0x62, 'x', '1'}
	write(t, s, func(tx *Tx) error { return tx.SetRaw(key, body, 3) })
	if err := s.Read(context.Background(), func(v *View) error {
		got, version, err := v.Body(key)
		if string(got) != string(body) || version != 3 {
			t.Errorf("got %x version %d", got, version)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestPanicRollsBack(t *testing.T) {
	s := testStore(t, Replica)
	func() {
		defer func() { recover() }()
		_ = s.Write(context.Background(), func(tx *Tx) error {
			if err := tx.Put(&app.Unit{ID: "u1", Name: "a"}); err != nil {
				return err
			}
			panic("fault")
		})
		t.Error("the panic did not come through")
	}()
	write(t, s, func(tx *Tx) error {
		if _, err := tx.Get(app.Key{Kind: app.KindUnit, ID: "u1"}); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("after a panic: %v", err)
		}
		return nil
	})
}

func TestWaitingForTheTurnEndsWithTheContext(t *testing.T) {
	s := testStore(t, Replica)
	ctx, cancel := context.WithCancel(context.Background())
	write(t, s, func(tx *Tx) error {
		cancel()
		if err := s.Write(ctx, func(*Tx) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		return nil
	})
}
