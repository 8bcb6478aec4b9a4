package content

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"khonggiay/app"
)

func sealFile(t testing.TB, s *Store, plain []byte) app.FileVersion {
	t.Helper()
	v, err := s.Seal(t.Context(), bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func appendFile(t testing.TB, s *Store, prev app.FileVersion, plain []byte) app.FileVersion {
	t.Helper()
	v, err := s.Append(t.Context(), prev, bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func plaintext(t testing.TB, s *Store, v app.FileVersion) []byte {
	t.Helper()
	if err := s.Verify(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	r, err := s.OpenVersion(v)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestVersionsAnyHistory grows a file by drawn appends and edits and reads every
// version of it back, whole and at drawn places.
func TestVersionsAnyHistory(t *testing.T) {
	s := newStore(t, Options{})
	rapid.Check(t, func(rt *rapid.T) {
		plain := noise(borderSize(rt), rapid.Uint64().Draw(rt, "seed"))
		v := sealFile(t, s, plain)
		for range rapid.IntRange(0, 4).Draw(rt, "edits") {
			next := append(slices.Clone(plain), noise(borderSize(rt)/4, rapid.Uint64().Draw(rt, "seed"))...)
			edited := len(plain) > 0 && rapid.Bool().Draw(rt, "edited")
			if edited {
				next[rapid.IntRange(0, len(plain)-1).Draw(rt, "at")] ^= 1
			}
			after := appendFile(t, s, v, next)
			kept := len(after.Segments) > len(v.Segments) && slices.Equal(after.Segments[:len(v.Segments)], v.Segments)
			grew := len(next) > len(plain)
			if want := !edited && grew && len(plain) > 0; kept != want {
				rt.Fatalf("%d → %d bytes, edited %v: segments kept %v", len(plain), len(next), edited, kept)
			}
			plain, v = next, after
			if err := Validate(v); err != nil {
				rt.Fatal(err)
			}
		}
		if got := plaintext(t, s, v); !bytes.Equal(got, plain) {
			rt.Fatalf("%d bytes came back of %d", len(got), len(plain))
		}
		readVersionAnywhere(rt, s, v, plain)
	})
}

func readVersionAnywhere(rt *rapid.T, s *Store, v app.FileVersion, plain []byte) {
	r, err := s.OpenVersion(v)
	if err != nil {
		rt.Fatal(err)
	}
	defer r.Close()
	for range 4 {
		off := rapid.IntRange(0, len(plain)).Draw(rt, "off")
		buf := make([]byte, rapid.IntRange(1, PlainChunk).Draw(rt, "len"))
		n, err := r.ReadAt(buf, int64(off))
		if !bytes.Equal(buf[:n], plain[off:min(off+len(buf), len(plain))]) || n < len(buf) && err != io.EOF {
			rt.Fatalf("ReadAt(%d, %d) = %d, %v", len(buf), off, n, err)
		}
	}
}

func TestVersionReaderObeysIoContract(t *testing.T) {
	s := newStore(t, Options{})
	plain := noise(2*PlainChunk+10, 1)
	v := sealFile(t, s, plain[:100])
	v = appendFile(t, s, v, plain[:PlainChunk+100])
	v = appendFile(t, s, v, plain)
	if len(v.Segments) != 3 {
		t.Fatalf("%d segments", len(v.Segments))
	}
	r, err := s.OpenVersion(v)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := iotest.TestReader(r, plain); err != nil {
		t.Error(err)
	}
}

// TestAppendSealsOnlyTheEnd: signing adds a signature, nothing else.
func TestAppendSealsOnlyTheEnd(t *testing.T) {
	s := newStore(t, Options{})
	plain := noise(2<<20, 1)
	v := sealFile(t, s, plain)
	signed := append(slices.Clone(plain), noise(40<<10, 2)...)
	next := appendFile(t, s, v, signed)
	if len(next.Segments) != 2 || next.Segments[0] != v.Segments[0] || next.Segments[1].Size != 40<<10+overhead {
		t.Errorf("segments %+v", next.Segments)
	}
	if len(v.Segments) != 1 {
		t.Error("the earlier version changed")
	}
	same := appendFile(t, s, next, signed)
	if same.SHA256 != next.SHA256 || len(same.Segments) != 2 || len(names(t, s)) != 2 {
		t.Error("appending nothing made something")
	}
	shorter := appendFile(t, s, next, plain[:100])
	if len(shorter.Segments) != 1 || shorter.Size != 100 {
		t.Error("a cut file kept segments")
	}
}

func TestAppendStartsAnewWhenLong(t *testing.T) {
	s := newStore(t, Options{})
	plain := []byte{0}
	v := sealFile(t, s, plain)
	for len(v.Segments) < maxSegments {
		plain = append(plain, byte(len(plain)))
		v = appendFile(t, s, v, plain)
	}
	plain = append(plain, 1)
	if v = appendFile(t, s, v, plain); len(v.Segments) != 1 {
		t.Errorf("%d segments", len(v.Segments))
	}
	if !bytes.Equal(plaintext(t, s, v), plain) {
		t.Error("content changed")
	}
}

func TestEmptyFile(t *testing.T) {
	s := newStore(t, Options{})
	v := sealFile(t, s, nil)
	if len(v.Segments) != 1 || v.Segments[0].Size != overhead || len(plaintext(t, s, v)) != 0 {
		t.Errorf("empty file is %+v", v)
	}
	if grown := appendFile(t, s, v, []byte("x")); len(grown.Segments) != 1 {
		t.Error("a file that was empty kept its empty segment")
	}
}

func TestOpenVersionNamesWhatIsMissing(t *testing.T) {
	s := newStore(t, Options{})
	plain := noise(1000, 1)
	v := appendFile(t, s, sealFile(t, s, plain[:500]), plain)
	s.Remove(v.Segments[1].Name)
	_, err := s.OpenVersion(v)
	var missing *missingError
	if !errors.As(err, &missing) || !errors.Is(err, ErrNotFound) || len(missing.Segments) != 1 || missing.Segments[0] != v.Segments[1] {
		t.Errorf("OpenVersion: %v", err)
	}
}

// TestVersionTampering: segments in another order, of another file, under
// another key or with another whole hash are refused.
func TestVersionTampering(t *testing.T) {
	s := newStore(t, Options{})
	plain := noise(3000, 1)
	v := appendFile(t, s, appendFile(t, s, sealFile(t, s, plain[:1000]), plain[:2000]), plain)
	other := sealFile(t, s, noise(1000, 2))
	change := func(f func(*app.FileVersion)) app.FileVersion {
		c := v
		c.Segments = slices.Clone(v.Segments)
		f(&c)
		return c
	}
	cases := map[string]struct {
		v    app.FileVersion
		want error
	}{
		"swapped":     {change(func(v *app.FileVersion) { v.Segments[0], v.Segments[2] = v.Segments[2], v.Segments[0] }), ErrCorrupt},
		"foreign":     {change(func(v *app.FileVersion) { v.Segments[1] = other.Segments[0] }), ErrCorrupt},
		"other key":   {change(func(v *app.FileVersion) { v.Segments[1].Key[0] ^= 1 }), ErrCorrupt},
		"other hash":  {change(func(v *app.FileVersion) { v.SHA256[0] ^= 1 }), ErrCorrupt},
		"one less":    {change(func(v *app.FileVersion) { v.Segments = v.Segments[:2] }), ErrInvalid},
		"none":        {change(func(v *app.FileVersion) { v.Segments = nil }), ErrInvalid},
		"size":        {change(func(v *app.FileVersion) { v.Size++ }), ErrInvalid},
		"sealed size": {change(func(v *app.FileVersion) { v.Segments[0].Size++ }), ErrInvalid},
		"negative":    {change(func(v *app.FileVersion) { v.Segments[0].Plain = -1 }), ErrInvalid},
		"huge":        {change(func(v *app.FileVersion) { v.Segments[0].Plain = 1 << 62 }), ErrInvalid},
		"no name":     {change(func(v *app.FileVersion) { v.Segments[0].Name = app.Hash{} }), ErrInvalid},
	}
	for what, c := range cases {
		if err := s.Verify(t.Context(), c.v); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	longer := change(func(v *app.FileVersion) { v.Segments[0].Plain++; v.Segments[0].Size++; v.Size++ })
	if err := s.Verify(t.Context(), longer); !errors.Is(err, ErrCorrupt) {
		t.Errorf("longer than on the disk: %v", err)
	}
}

func TestSealCancelled(t *testing.T) {
	s := newStore(t, Options{})
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("window closed")
	src := io.MultiReader(bytes.NewReader(noise(PlainChunk, 1)), readerFunc(func(b []byte) (int, error) {
		cancel(reason)
		return len(b), nil
	}))
	if _, err := s.Seal(ctx, src); !errors.Is(err, reason) {
		t.Errorf("Seal: %v", err)
	}
	if len(leftovers(t, s)) != 0 || len(names(t, s)) != 0 {
		t.Error("something was left")
	}
}

func BenchmarkSealFile(b *testing.B) {
	s := newStore(b, Options{})
	plain := noise(20<<20, 1)
	b.SetBytes(int64(len(plain)))
	for b.Loop() {
		v := sealFile(b, s, plain)
		b.StopTimer()
		s.Remove(v.Segments[0].Name)
		b.StartTimer()
	}
}

func BenchmarkAppendSignature(b *testing.B) {
	s := newStore(b, Options{})
	plain := noise(20<<20, 1)
	v := sealFile(b, s, plain)
	signed := append(slices.Clone(plain), noise(40<<10, 2)...)
	for b.Loop() {
		next := appendFile(b, s, v, signed)
		s.Remove(next.Segments[1].Name)
	}
}

func BenchmarkVerify(b *testing.B) {
	s := newStore(b, Options{})
	v := sealFile(b, s, noise(20<<20, 1))
	b.SetBytes(v.Size)
	for b.Loop() {
		if err := s.Verify(b.Context(), v); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAppendVersion(t *testing.T) {
	s := newStore(t, Options{})
	plain := noise(2<<20, 3)
	before := sealFile(t, s, plain)
	signed := append(slices.Clone(plain), noise(40<<10, 4)...)
	next, err := s.AppendVersion(t.Context(), before, sealFile(t, s, signed))
	if err != nil || len(next.Segments) != 2 || next.Segments[0] != before.Segments[0] {
		t.Fatalf("segments %+v, %v", next.Segments, err)
	}
	if !bytes.Equal(plaintext(t, s, next), signed) {
		t.Error("content changed")
	}
	other := sealFile(t, s, noise(3<<20, 5))
	if same, err := s.AppendVersion(t.Context(), before, other); err != nil || same.Segments[0] != other.Segments[0] {
		t.Errorf("another file became %+v, %v", same.Segments, err)
	}
}
