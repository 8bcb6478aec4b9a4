package content

import (
	"crypto/sha256"
	"errors"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"khonggiay/app"
)

func openPart(t testing.TB, s *Store, name app.Hash) *partWriter {
	t.Helper()
	p, err := s.openPart(name, atItsEnd)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPartAnyHistory: whatever sequence of writes, closings, takeovers, restarts
// of the process and of the part happens, what Commit admits is the segment.
func TestPartAnyHistory(t *testing.T) {
	_, ct := sealed(t, noise(PlainChunk+5000, 1))
	name := app.Hash(sha256.Sum256(ct))
	rapid.Check(t, func(rt *rapid.T) {
		s := newStore(t, Options{})
		p := openPart(t, s, name)
		for p.Offset() < int64(len(ct)) {
			switch rapid.IntRange(0, 9).Draw(rt, "step") {
			case 0:
				p.Close()
				p = openPart(t, s, name)
			case 1:
				old := p
				p = openPart(t, s, name)
				if _, err := old.Write(ct); !errors.Is(err, ErrTaken) {
					rt.Fatalf("old writer: %v", err)
				}
				old.Close()
			case 2:
				s.Close()
				again, err := Open(s.dir, Options{})
				if err != nil {
					rt.Fatal(err)
				}
				s, p = again, openPart(t, again, name)
			case 3:
				if rapid.IntRange(0, 3).Draw(rt, "restart") == 0 {
					if err := p.Restart(); err != nil {
						rt.Fatal(err)
					}
				}
			default:
				at := p.Offset()
				n := rapid.Int64Range(1, int64(len(ct))-at).Draw(rt, "bytes")
				if _, err := p.Write(ct[at : at+n]); err != nil {
					rt.Fatal(err)
				}
			}
		}
		if err := p.Commit(); err != nil {
			rt.Fatal(err)
		}
		if string(ciphertext(t, s, name)) != string(ct) || len(leftovers(t, s)) != 0 || len(s.parts) != 0 {
			rt.Fatalf("after Commit: leftovers %v, %d writers", leftovers(t, s), len(s.parts))
		}
		s.Close()
	})
}

func TestPartRefusesWrongHash(t *testing.T) {
	s := newStore(t, Options{})
	_, ct := sealed(t, noise(1000, 1))
	name := app.Hash(sha256.Sum256(ct))
	p := openPart(t, s, name)
	p.Write(ct[:10])
	p.Close()
	p = openPart(t, s, name) // the hash is now taken from the file
	p.Write(ct[9:])
	if err := p.Commit(); !errors.Is(err, ErrCorrupt) {
		t.Errorf("Commit: %v", err)
	}
	if s.Has(name) || s.PartSize(name) != 0 || len(leftovers(t, s)) != 0 {
		t.Error("the wrong bytes were kept")
	}
	if _, err := p.Write(ct); !errors.Is(err, ErrClosed) {
		t.Errorf("Write after Commit: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Errorf("Close after Commit: %v", err)
	}
}

func TestPartTellsWhereItStands(t *testing.T) {
	s := newStore(t, Options{})
	_, ct := sealed(t, noise(1000, 1))
	name := app.Hash(sha256.Sum256(ct))
	p := openPart(t, s, name)
	p.Write(ct[:100])
	for _, at := range []int64{0, 99, 101} {
		var wrong *offsetError
		if _, err := s.openPart(name, at); !errors.As(err, &wrong) || wrong.Have != 100 {
			t.Errorf("offset %d: %v", at, err)
		}
	}
	if _, err := p.Write(ct[100:200]); err != nil {
		t.Fatalf("a refused newcomer disturbed the writer: %v", err)
	}
	q, err := s.openPart(name, 200)
	if err != nil {
		t.Fatal(err)
	}
	q.Write(ct[200:])
	if err := p.Commit(); !errors.Is(err, ErrTaken) {
		t.Errorf("old writer commits: %v", err)
	}
	if err := q.Commit(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.openPart(name, atItsEnd); !errors.Is(err, errExists) {
		t.Errorf("part of a whole segment: %v", err)
	}
}

// TestPartRace: writers that fight over one part end with the segment or a clean
// refusal, never with a mixture.
func TestPartRace(t *testing.T) {
	s := newStore(t, Options{})
	_, ct := sealed(t, noise(2*PlainChunk, 1))
	name := app.Hash(sha256.Sum256(ct))
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for !s.Has(name) {
				p, err := s.openPart(name, atItsEnd)
				if errors.Is(err, errExists) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				writeAll(t, p, ct)
			}
		})
	}
	wg.Wait()
	if string(ciphertext(t, s, name)) != string(ct) || len(s.parts) != 0 {
		t.Error("the segment is a mixture")
	}
}

// writeAll brings the part to its end unless it is taken over.
func writeAll(t *testing.T, p *partWriter, ct []byte) {
	defer p.Close()
	for at := p.Offset(); at < int64(len(ct)); at = p.Offset() {
		if _, err := p.Write(ct[at:min(at+4096, int64(len(ct)))]); errors.Is(err, ErrTaken) {
			return
		} else if err != nil {
			t.Error(err)
			return
		}
	}
	if err := p.Commit(); err != nil && !errors.Is(err, ErrTaken) {
		t.Error(err)
	}
}

func TestPartsAreListedAndRemoved(t *testing.T) {
	s := newStore(t, Options{})
	p := openPart(t, s, app.Hash{7})
	p.Write([]byte("abc"))
	var got []PartEntry
	for e, err := range s.Parts() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e)
	}
	if len(got) != 1 || got[0].Name != (app.Hash{7}) || got[0].Size != 3 || got[0].Modified.IsZero() {
		t.Errorf("Parts = %+v", got)
	}
	if err := s.RemovePart(app.Hash{7}); err != nil {
		t.Error(err)
	}
	if _, err := p.Write([]byte("d")); !errors.Is(err, ErrTaken) {
		t.Errorf("Write to a removed part: %v", err)
	}
	if err := s.RemovePart(app.Hash{7}); err != nil {
		t.Errorf("RemovePart of nothing: %v", err)
	}
	s.Close()
	if _, err := s.openPart(app.Hash{7}, atItsEnd); !errors.Is(err, ErrClosed) {
		t.Errorf("part of a closed store: %v", err)
	}
}
