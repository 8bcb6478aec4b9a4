package content

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"khonggiay/app"
)

func newStore(t testing.TB, opt Options) *Store {
	t.Helper()
	s, err := Open(t.TempDir(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func put(t testing.TB, s *Store, ct []byte) app.Hash {
	t.Helper()
	name := app.Hash(sha256.Sum256(ct))
	if err := s.Put(t.Context(), name, int64(len(ct)), bytes.NewReader(ct)); err != nil {
		t.Fatal(err)
	}
	return name
}

func ciphertext(t testing.TB, s *Store, name app.Hash) []byte {
	t.Helper()
	f, err := s.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func hashOf(b []byte) app.Hash { return sha256.Sum256(b) }

// leftovers lists what stands in incoming/.
func leftovers(t testing.TB, s *Store) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(s.dir, incoming))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func names(t testing.TB, s *Store) []app.Hash {
	t.Helper()
	var list []app.Hash
	for e, err := range s.List() {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e.Name)
	}
	return list
}

func TestStoreKeepsListsAndRemoves(t *testing.T) {
	s := newStore(t, Options{})
	var want []app.Hash
	for i := range 20 {
		_, ct := sealed(t, noise(i*100, uint64(i)))
		name := put(t, s, ct)
		want = append(want, name)
		if !bytes.Equal(ciphertext(t, s, name), ct) {
			t.Fatalf("segment %d came back changed", i)
		}
		if size, err := s.Size(name); err != nil || size != int64(len(ct)) {
			t.Fatalf("Size = %d, %v", size, err)
		}
	}
	slices.SortFunc(want, func(a, b app.Hash) int { return bytes.Compare(a[:], b[:]) })
	if got := names(t, s); !slices.Equal(got, want) {
		t.Errorf("List gave %d names in another order or number than the %d stored", len(got), len(want))
	}
	if err := s.Remove(want[3]); err != nil {
		t.Error(err)
	}
	if s.Has(want[3]) || !s.Has(want[4]) {
		t.Error("Remove removed another segment")
	}
	for _, err := range []error{s.Remove(want[3]), func() error { _, err := s.Open(want[3]); return err }(), s.Check(t.Context(), want[3])} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("removed segment: %v", err)
		}
	}
	for range s.List() {
		break // an early end must not disturb anything
	}
}

func TestPutRefusesOtherBytes(t *testing.T) {
	s := newStore(t, Options{})
	_, ct := sealed(t, noise(1000, 1))
	name := app.Hash(sha256.Sum256(ct))
	size := int64(len(ct))
	flipped := slices.Clone(ct)
	flipped[5] ^= 1
	broken := errors.New("broken")
	cases := map[string]struct {
		src  io.Reader
		size int64
		want error
	}{
		"bit flip":     {bytes.NewReader(flipped), size, ErrCorrupt},
		"too short":    {bytes.NewReader(ct[:len(ct)-1]), size, ErrCorrupt},
		"too long":     {bytes.NewReader(append(slices.Clone(ct), 0)), size, ErrCorrupt},
		"endless":      {endless{}, size, ErrCorrupt},
		"absurd size":  {bytes.NewReader(ct), overhead - 1, ErrInvalid},
		"broken input": {io.MultiReader(bytes.NewReader(ct[:100]), iotest.ErrReader(broken)), size, broken},
	}
	for what, c := range cases {
		if err := s.Put(t.Context(), name, c.size, c.src); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Put(ctx, name, size, bytes.NewReader(ct)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if s.Has(name) || len(leftovers(t, s)) != 0 {
		t.Errorf("something was left: %v", leftovers(t, s))
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func TestPutTwiceReadsNothing(t *testing.T) {
	s := newStore(t, Options{})
	_, ct := sealed(t, noise(1000, 1))
	name := put(t, s, ct)
	err := s.Put(t.Context(), name, int64(len(ct)), iotest.ErrReader(errors.New("was read")))
	if err != nil {
		t.Error(err)
	}
}

func TestPutRace(t *testing.T) {
	s := newStore(t, Options{})
	_, ct := sealed(t, noise(3*PlainChunk, 1))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { put(t, s, ct) })
	}
	wg.Wait()
	if got := names(t, s); len(got) != 1 || len(leftovers(t, s)) != 0 {
		t.Errorf("%d segments, leftovers %v", len(got), leftovers(t, s))
	}
}

// TestOpenCleansUp: a writer killed between its temporary file and the rename
// leaves the file; the next start removes it and keeps parts and segments.
func TestOpenCleansUp(t *testing.T) {
	s := newStore(t, Options{})
	_, ct := sealed(t, noise(5000, 1))
	name := put(t, s, ct)
	whole, err := s.newTemp()
	if err != nil {
		t.Fatal(err)
	}
	whole.Write(ct)
	whole.f.Sync()
	whole.f.Close() // killed here
	part, err := s.openPart(app.Hash{1}, atItsEnd)
	if err != nil {
		t.Fatal(err)
	}
	part.Write(ct[:100])
	part.Close()
	s.Close()

	again, err := Open(s.dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got := leftovers(t, again); !slices.Equal(got, []string{app.Hash{1}.String() + partSuffix}) {
		t.Errorf("incoming/ holds %v", got)
	}
	if !again.Has(name) || again.PartSize(app.Hash{1}) != 100 {
		t.Error("a segment or a part was lost")
	}
}

func TestCheckRemovesWhatWentBad(t *testing.T) {
	s := newStore(t, Options{})
	v, err := s.Seal(t.Context(), bytes.NewReader(noise(3*PlainChunk, 1)))
	if err != nil {
		t.Fatal(err)
	}
	name := v.Segments[0].Name
	if err := s.Check(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	rot(t, s, name, chunkSize+17)
	if err := s.Verify(t.Context(), v); !errors.Is(err, ErrCorrupt) {
		t.Errorf("Verify of a rotten segment: %v", err)
	}
	if err := s.Check(t.Context(), name); !errors.Is(err, ErrCorrupt) {
		t.Errorf("Check of a rotten segment: %v", err)
	}
	if missing := s.Missing(v); len(missing) != 1 {
		t.Error("the rotten segment was not removed for refetching")
	}
}

// rot flips one bit of a stored segment.
func rot(t testing.TB, s *Store, name app.Hash, at int64) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(s.dir, filepath.FromSlash(file(name))), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 1)
	if _, err := f.ReadAt(b, at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 4
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}

// TestNoWayOut: a link planted in the directory must not lead a read or a write
// outside, and foreign files are no segments.
func TestNoWayOut(t *testing.T) {
	outside := t.TempDir()
	_, ct := sealed(t, noise(100, 1))
	name := app.Hash(sha256.Sum256(ct))
	dir := t.TempDir()
	hex := name.String()
	if err := os.Symlink(outside, filepath.Join(dir, hex[:2])); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Put(t.Context(), name, int64(len(ct)), bytes.NewReader(ct)); err == nil {
		t.Error("Put followed a link out of the store")
	}
	if got, _ := os.ReadDir(outside); len(got) != 0 {
		t.Error("something was written outside")
	}
	os.WriteFile(filepath.Join(dir, "aux.pdf"), ct, 0o600)
	os.MkdirAll(filepath.Join(dir, "00", "zz"), 0o700)
	os.MkdirAll(filepath.Join(dir, "00", "11"), 0o700)
	os.WriteFile(filepath.Join(dir, "00", "11", strings.Repeat("2", 64)), ct, 0o600)
	if got := names(t, s); len(got) != 0 {
		t.Errorf("foreign files listed as %v", got)
	}
}

func TestFreeSpaceGuard(t *testing.T) {
	free := int64(100 << 20)
	s := newStore(t, Options{MinFree: 50 << 20, FreeSpace: func(string) (int64, error) { return free, nil }})
	_, ct := sealed(t, noise(1000, 1))
	name := app.Hash(sha256.Sum256(ct))

	free = 50<<20 + int64(len(ct)) - 1
	if err := s.Put(t.Context(), name, int64(len(ct)), bytes.NewReader(ct)); !errors.Is(err, ErrNoSpace) {
		t.Errorf("Put below the reserve: %v", err)
	}
	free++
	put(t, s, ct)

	// The disk fills up while a file of unknown size is sealed.
	free = 60 << 20
	filling := readerFunc(func(b []byte) (int, error) { free -= int64(len(b)); return len(b), nil })
	if _, err := s.Seal(t.Context(), filling); !errors.Is(err, ErrNoSpace) {
		t.Errorf("Seal on a filling disk: %v", err)
	}
	if got := leftovers(t, s); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func BenchmarkPut(b *testing.B) {
	s := newStore(b, Options{})
	_, ct := sealed(b, noise(20<<20, 1))
	b.SetBytes(int64(len(ct)))
	for b.Loop() {
		name := put(b, s, ct)
		b.StopTimer()
		s.Remove(name)
		b.StartTimer()
	}
}
