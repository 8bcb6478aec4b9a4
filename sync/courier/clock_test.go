package courier

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
	"time"

	stfs "github.com/syncthing/syncthing/lib/fs"

	"khonggiay/app"
)

// wrongTimes are what a wrong clock writes: a dead battery's, and a far future.
var wrongTimes = []time.Time{time.Unix(1, 0), time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC), time.Now().AddDate(10, 0, 0)}

// TestWrongTimes: segments that were killed between coming onto a shelf and being
// dated go to the others and come from them like all, and nobody is accused; put
// there again they are dated.
func TestWrongTimes(t *testing.T) {
	province, laptops := office(t, 1)
	l := laptops[0]
	var names []app.Hash
	for i, at := range wrongTimes {
		given := bytes.Repeat([]byte{byte(i), 1}, 150_000)
		both := bytes.Repeat([]byte{byte(i), 2}, 150_000)
		for _, b := range [][]byte{given, both} {
			names = append(names, app.Hash(sha256.Sum256(b)))
		}
		undated(t, province.shelf("xa1"), given, at)
		undated(t, province.shelf("xa1"), both, time.Now().Add(-time.Until(at)))
		undated(t, l.shelf("xa1"), both, at)
	}
	for _, m := range []*machine{l, province} {
		if err := m.node.Scan("xa1"); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		l.await("each is whole", func() bool { return l.whole("xa1", name) && province.whole("xa1", name) })
	}
	for _, m := range []*machine{province, l} {
		for _, name := range names {
			if added, err := m.shelf("xa1").Put(name, nil); err != nil {
				t.Fatal(err)
			} else if again, err := m.shelf("xa1").Put(name, nil); err != nil || again {
				t.Errorf("dated at first %v, and again %v, %v", added, again, err)
			}
		}
		if err := m.node.Scan("xa1"); err != nil {
			t.Fatal(err)
		}
	}
	l.await("nothing is lacking", func() bool { need, err := l.node.Needs("xa1"); return err == nil && need == Need{} })
	for _, name := range names {
		if !l.node.Expects("xa1", name) || !l.whole("xa1", name) {
			t.Errorf("%s is not the province's", name)
		}
	}
	province.mu.Lock()
	defer province.mu.Unlock()
	if len(province.foreign) > 0 {
		t.Errorf("an alarm about nothing: %v", province.foreign)
	}
}

// undated puts a segment on a shelf with a time of its own.
func undated(t *testing.T, s *Shelf, b []byte, at time.Time) {
	t.Helper()
	name := app.Hash(sha256.Sum256(b))
	if _, err := s.Put(name, func(path string) error { return os.WriteFile(path, b, 0o600) }); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(s.Path(name), at, at); err != nil {
		t.Fatal(err)
	}
}

// part puts a part of a segment where Syncthing looks for it.
func part(t *testing.T, s *Shelf, name app.Hash, b []byte, at time.Time) string {
	t.Helper()
	path := filepath.Join(s.dir, filepath.FromSlash(stfs.TempName(Item(name))))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPartOfAnotherTime: what has come of a segment is gone on with, whenever a
// wrong clock says that it came.
func TestPartOfAnotherTime(t *testing.T) {
	for _, at := range wrongTimes {
		province, laptops := office(t, 1)
		l := laptops[0]
		b := bytes.Repeat([]byte("niêm phong"), 200_000)
		name := app.Hash(sha256.Sum256(b))
		identity, topology := l.node.opt.Identity, l.node.Topology()
		l.node.Close()
		part(t, l.shelf("xa1"), name, b[:1<<20], at)
		l.start(identity)
		alone := Topology{Folders: []Folder{{ID: "xa1", Shelf: l.shelf("xa1")}}}
		l.configure(alone)
		if err := l.node.Scan("xa1"); err != nil {
			t.Fatal(err)
		}
		if !l.shelf("xa1").Begun(name) {
			t.Errorf("a part of %s is thrown away", at)
		}
		province.putBytes("xa1", name, b)
		l.configure(topology)
		l.await("it comes whole", func() bool { return l.whole("xa1", name) && !l.shelf("xa1").Begun(name) })
	}
}

// TestDropParts: parts go one by one as the caller says, and nothing else does.
func TestDropParts(t *testing.T) {
	s := NewShelf(filepath.Join(t.TempDir(), "[kệ]"))
	if err := s.DropParts(func(app.Hash, time.Time) bool { return true }); err != nil {
		t.Errorf("of a shelf that is not there: %v", err)
	}
	long := time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC)
	part(t, s, app.Hash{1}, []byte("nửa"), long)
	part(t, s, app.Hash{1, 2}, []byte("nửa"), time.Now())
	undated(t, s, []byte("đủ"), long)
	stray := filepath.Join(s.dir, "01", ".syncthing.ghi-chú.tmp")
	if err := os.WriteFile(stray, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.DropParts(func(_ app.Hash, changed time.Time) bool { return changed.Equal(long) }); err != nil {
		t.Fatal(err)
	}
	if s.Begun(app.Hash{1}) || !s.Begun(app.Hash{1, 2}) || !s.Has(app.Hash(sha256.Sum256([]byte("đủ")))) {
		t.Errorf("old part %v, young part %v", s.Begun(app.Hash{1}), s.Begun(app.Hash{1, 2}))
	}
	if _, err := os.Stat(stray); err != nil {
		t.Error("what is no part is gone")
	}
}
