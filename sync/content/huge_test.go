package content

import (
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"

	"khonggiay/app"
)

// hugeMemory is what a store may take for a file of any size.
const hugeMemory = 64 << 20

// stream is bytes of a seed, the same at each reading.
type stream struct {
	*rand.ChaCha8
	at, size int64
}

func newStream(size int64) *stream {
	return &stream{ChaCha8: rand.NewChaCha8([32]byte{1}), size: size}
}

// Read implements io.Reader.
func (n *stream) Read(b []byte) (int, error) {
	b = b[:min(int64(len(b)), n.size-n.at)]
	if len(b) == 0 {
		return 0, io.EOF
	}
	n.at += int64(len(b))
	return n.ChaCha8.Read(b)
}

// Seek implements io.Seeker, to the beginning and the place where it is.
func (n *stream) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekStart && offset == 0 {
		*n = *newStream(n.size)
	}
	return n.at, nil
}

// TestHuge seals a file, reads it, and appends to it, in the memory that a small
// one takes; one of 2 GiB when HUGE is set.
func TestHuge(t *testing.T) {
	hugeSize := int64(100 << 20)
	if os.Getenv("HUGE") != "" {
		hugeSize = 2 << 30
	}
	s, err := Open(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	first, err := s.Seal(t.Context(), newStream(hugeSize))
	if err != nil {
		t.Fatal(err)
	}
	if first.Size != hugeSize || len(first.Segments) != 1 || first.Segments[0].Size != CipherSize(hugeSize) {
		t.Fatalf("sealed as %d bytes in %d segments", first.Size, len(first.Segments))
	}
	signed, err := s.Append(t.Context(), first, newStream(hugeSize+100_000))
	if err != nil {
		t.Fatal(err)
	}
	if len(signed.Segments) != 2 || signed.Segments[0] != first.Segments[0] || signed.Segments[1].Plain != 100_000 {
		t.Fatalf("appended as %+v", signed.Segments)
	}
	if err := s.Verify(t.Context(), signed); err != nil {
		t.Error(err)
	}
	endsAs(t, s, signed)
	if runtime.ReadMemStats(&after); after.Sys > before.Sys+hugeMemory {
		t.Errorf("it took %d bytes of memory", after.Sys-before.Sys)
	}
}

// endsAs compares the last bytes of a version, reached by seeking, with what was sealed.
func endsAs(t *testing.T, s *Store, v app.FileVersion) {
	t.Helper()
	r, err := s.OpenVersion(v)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	const last = 200_000
	want := newStream(v.Size)
	if _, err := io.CopyN(io.Discard, want, v.Size-last); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Seek(-last, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	a, errA := io.ReadAll(r)
	b, errB := io.ReadAll(want)
	if errA != nil || errB != nil || string(a) != string(b) {
		t.Errorf("the end is another: %d and %d bytes, %v, %v", len(a), len(b), errA, errB)
	}
}
