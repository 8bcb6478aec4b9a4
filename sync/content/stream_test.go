package content

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"khonggiay/app"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noise is n reproducible bytes that do not compress or repeat.
func noise(n int, seed uint64) []byte {
	b := make([]byte, n)
	src := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	src.Read(b)
	return b
}

// sealed seals plain in memory.
func sealed(t testing.TB, plain []byte) (app.Segment, []byte) {
	t.Helper()
	var out bytes.Buffer
	seg, err := seal(&out, bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	return seg, out.Bytes()
}

// unsealed opens a whole segment.
func unsealed(ct []byte, key app.SegmentKey) ([]byte, error) {
	r, err := newSegmentReader(bytes.NewReader(ct), int64(len(ct)), key)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// borderSize draws sizes that lie on, before and after the chunk borders.
func borderSize(t *rapid.T) int {
	chunk := rapid.IntRange(0, 3).Draw(t, "chunks")
	near := rapid.IntRange(-20, 20).Draw(t, "near")
	free := rapid.IntRange(0, PlainChunk-1).Draw(t, "free")
	return max(0, chunk*PlainChunk+rapid.SampledFrom([]int{0, near, free}).Draw(t, "add"))
}

func TestSealOpenAnySize(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		plain := noise(borderSize(rt), rapid.Uint64().Draw(rt, "seed"))
		var out bytes.Buffer
		seg, err := seal(&out, iotest.HalfReader(bytes.NewReader(plain)))
		if err != nil {
			rt.Fatal(err)
		}
		if seg.Plain != int64(len(plain)) || seg.Size != int64(out.Len()) ||
			CipherSize(seg.Plain) != seg.Size || PlainSize(seg.Size) != seg.Plain {
			rt.Fatalf("sizes disagree: %d plain, %d sealed, segment says %d and %d", len(plain), out.Len(), seg.Plain, seg.Size)
		}
		got, err := unsealed(out.Bytes(), seg.Key)
		if err != nil || !bytes.Equal(got, plain) {
			rt.Fatalf("opened %d bytes of %d, %v", len(got), len(plain), err)
		}
		readAnywhere(rt, out.Bytes(), seg, plain)
	})
}

// readAnywhere compares ReadAt with the plaintext at drawn places.
func readAnywhere(rt *rapid.T, ct []byte, seg app.Segment, plain []byte) {
	r, err := newSegmentReader(bytes.NewReader(ct), seg.Size, seg.Key)
	if err != nil {
		rt.Fatal(err)
	}
	for range 4 {
		off := rapid.IntRange(0, len(plain)+1).Draw(rt, "off")
		buf := make([]byte, rapid.IntRange(0, PlainChunk+100).Draw(rt, "len"))
		n, err := r.ReadAt(buf, int64(off))
		want := plain[min(off, len(plain)):min(off+len(buf), len(plain))]
		if !bytes.Equal(buf[:n], want) {
			rt.Fatalf("ReadAt(%d, %d) gave %d bytes that differ", len(buf), off, n)
		}
		if n < len(buf) && err == nil || err != nil && err != io.EOF {
			rt.Fatalf("ReadAt(%d, %d) = %d, %v", len(buf), off, n, err)
		}
	}
}

func TestReaderObeysIoContract(t *testing.T) {
	for _, size := range []int{0, 1, PlainChunk, PlainChunk + 1} {
		plain := noise(size, 1)
		seg, ct := sealed(t, plain)
		r, err := newSegmentReader(bytes.NewReader(ct), seg.Size, seg.Key)
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(r, plain); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func TestSizesAreABijection(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.Int64Range(-10, 1<<41).Draw(rt, "size")
		if rapid.Bool().Draw(rt, "near a border") {
			size = size/chunkSize*chunkSize + rapid.Int64Range(-40, 40).Draw(rt, "near")
		}
		if plain := PlainSize(size); plain >= 0 && CipherSize(plain) != size {
			rt.Fatalf("%d sealed → %d plain → %d sealed", size, plain, CipherSize(plain))
		}
		if cipher := CipherSize(size); cipher >= 0 && PlainSize(cipher) != size {
			rt.Fatalf("%d plain → %d sealed → %d plain", size, cipher, PlainSize(cipher))
		}
	})
}

func TestSealPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	_, err := seal(io.Discard, io.MultiReader(bytes.NewReader(noise(PlainChunk, 1)), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("read error became %v", err)
	}
	if _, err = seal(failingWriter{broken}, bytes.NewReader(nil)); !errors.Is(err, broken) {
		t.Errorf("write error became %v", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// TestTampering changes a segment in every way the format must notice and
// expects ErrCorrupt and not one byte of wrong plaintext.
func TestTampering(t *testing.T) {
	plain := noise(3*PlainChunk+1000, 7)
	seg, ct := sealed(t, plain)
	_, other := sealed(t, noise(len(plain), 8))
	chunk := func(i int) []byte { return ct[i*chunkSize : min((i+1)*chunkSize, len(ct))] }
	cases := map[string][]byte{
		"nothing left":          {},
		"first and last swap":   slices.Concat(chunk(3), chunk(1), chunk(2), chunk(0)),
		"two chunks swap":       slices.Concat(chunk(0), chunk(2), chunk(1), chunk(3)),
		"a chunk twice":         slices.Concat(chunk(0), chunk(1), chunk(1), chunk(2), chunk(3)),
		"a chunk left out":      slices.Concat(chunk(0), chunk(2), chunk(3)),
		"the first left out":    ct[chunkSize:],
		"chunk of another file": slices.Concat(chunk(0), other[chunkSize:2*chunkSize], chunk(2), chunk(3)),
		"last of another file":  slices.Concat(ct[:3*chunkSize], other[3*chunkSize:]),
		"itself appended":       slices.Concat(ct, ct),
		"a tag appended":        slices.Concat(ct, make([]byte, overhead)),
		"zeros appended":        slices.Concat(ct, make([]byte, chunkSize)),
		"only the last chunk":   chunk(3),
	}
	for i := 1; i <= 4; i++ {
		cases[fmt.Sprintf("cut after chunk %d", i)] = ct[:min(i*chunkSize, len(ct)-1)]
	}
	for _, cut := range []int{1, overhead - 1, overhead, overhead + 1, 999, 1000} {
		cases[fmt.Sprintf("cut by %d", cut)] = ct[:len(ct)-cut]
	}
	for _, at := range []int{0, chunkSize - 1, chunkSize, chunkSize + 5, 3 * chunkSize, len(ct) - 1} {
		flipped := slices.Clone(ct)
		flipped[at] ^= 1 << (at % 8)
		cases[fmt.Sprintf("bit flip at %d", at)] = flipped
	}
	for name, bad := range cases {
		got, err := unsealed(bad, seg.Key)
		if !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %d bytes, error %v", name, len(got), err)
		}
		if !bytes.HasPrefix(plain, got) {
			t.Errorf("%s: wrong plaintext came out", name)
		}
	}
	wrong := seg.Key
	wrong[31] ^= 1
	if _, err := unsealed(ct, wrong); !errors.Is(err, ErrCorrupt) {
		t.Errorf("wrong key: %v", err)
	}
}

// TestLengthIsProvedAtOpen: a reader that never touches the end must still not
// believe in a shortened file.
func TestLengthIsProvedAtOpen(t *testing.T) {
	seg, ct := sealed(t, noise(3*PlainChunk, 3))
	for _, size := range []int64{chunkSize, 2 * chunkSize, 2*chunkSize + overhead, 3*chunkSize - 1} {
		if _, err := newSegmentReader(bytes.NewReader(ct), size, seg.Key); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%d of %d bytes opened: %v", size, seg.Size, err)
		}
	}
	if _, err := newSegmentReader(bytes.NewReader(ct[:chunkSize]), seg.Size, seg.Key); !errors.Is(err, ErrCorrupt) {
		t.Errorf("file shorter than it says opened: %v", err)
	}
}

// TestFormatIsFixed rebuilds a segment from DESIGN.md's words, without the
// package's code, and pins its name: files sealed today must open for ever.
func TestFormatIsFixed(t *testing.T) {
	var key app.SegmentKey
	for i := range key {
		key[i] = byte(i)
	}
	plain := make([]byte, 300_000)
	for i := range plain {
		plain[i] = byte(i % 251)
	}
	var got bytes.Buffer
	if _, _, err := sealUnder(&got, bytes.NewReader(plain), key); err != nil {
		t.Fatal(err)
	}
	block, _ := aes.NewCipher(key[:])
	gcm, _ := cipher.NewGCM(block)
	aad := []byte("khonggiay content segment v1")
	want := gcm.Seal(nil, []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, plain[:131056], aad)
	want = gcm.Seal(want, []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0}, plain[131056:262112], aad)
	want = gcm.Seal(want, []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1}, plain[262112:], aad)
	if !bytes.Equal(got.Bytes(), want) {
		t.Error("the format is not what DESIGN.md says")
	}
	const name = "7d116923544e230e5a42ebb44a289f5edef045b2be6faa626bcb04adf0ebfc8e"
	if h := hashOf(got.Bytes()); h.String() != name {
		t.Errorf("name %s, want %s", h, name)
	}
}

// TestEqualContentSealsApart: a known form must not be recognisable.
func TestEqualContentSealsApart(t *testing.T) {
	a, _ := sealed(t, []byte("Tờ trình"))
	b, _ := sealed(t, []byte("Tờ trình"))
	if a.Name == b.Name || a.Key == b.Key {
		t.Error("two sealings of the same text share name or key")
	}
}

// FuzzReader gives foreign bytes to the opener. Nothing may panic, and the only
// bytes that open are those that were sealed.
func FuzzReader(f *testing.F) {
	plain := noise(PlainChunk+300, 5)
	seg, ct := sealed(f, plain)
	tiny, tinyCT := sealed(f, []byte("bút phê"))
	f.Add(ct, int64(0))
	f.Add(ct[:chunkSize], int64(5))
	f.Add(ct[:len(ct)-1], int64(chunkSize))
	f.Add(tinyCT, int64(3))
	f.Add([]byte{}, int64(0))
	f.Fuzz(func(t *testing.T, b []byte, off int64) {
		for _, s := range []app.Segment{seg, tiny} {
			r, err := newSegmentReader(bytes.NewReader(b), int64(len(b)), s.Key)
			if err != nil {
				continue
			}
			got := make([]byte, 64)
			n, _ := r.ReadAt(got, off)
			want := plain
			if s == tiny {
				want = []byte("bút phê")
			}
			if n > 0 && !bytes.Equal(got[:n], want[off:off+int64(n)]) {
				t.Fatalf("forged plaintext at %d", off)
			}
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	plain := noise(20<<20, 1)
	b.SetBytes(int64(len(plain)))
	for b.Loop() {
		if _, err := seal(io.Discard, bytes.NewReader(plain)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	seg, ct := sealed(b, noise(20<<20, 1))
	b.SetBytes(seg.Plain)
	buf := make([]byte, PlainChunk)
	for b.Loop() {
		r, err := newSegmentReader(bytes.NewReader(ct), seg.Size, seg.Key)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{r}, buf); err != nil {
			b.Fatal(err)
		}
	}
}
