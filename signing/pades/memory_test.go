package pades_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"

	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey/softkeytest"
)

// A scan is a document whose only picture is so many zeros, which are nowhere.
type scan struct {
	head, tail []byte
	picture    int64
}

func newScan(picture int64) *scan {
	var b bytes.Buffer
	at := []int{0}
	object := func(text string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s", len(at)-1, text)
	}
	b.WriteString("%PDF-1.7\n")
	object("<</Type /Catalog /Pages 2 0 R>>\nendobj\n")
	object("<</Type /Pages /Count 1 /Kids [3 0 R]>>\nendobj\n")
	object("<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800]>>\nendobj\n")
	object(fmt.Sprintf("<</Filter /DCTDecode /Length %d>>\nstream\n", picture))
	head := b.Len()
	b.WriteString("\nendstream\nendobj\n")
	table := int64(b.Len()) + picture
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at))
	for _, offset := range at[1:] {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at), table)
	return &scan{b.Bytes()[:head], b.Bytes()[head:], picture}
}

func (s *scan) size() int64 { return int64(len(s.head)+len(s.tail)) + s.picture }

func (s *scan) ReadAt(p []byte, at int64) (int, error) {
	clear(p)
	if at < int64(len(s.head)) {
		copy(p, s.head[at:])
	}
	n := min(int64(len(p)), s.size()-at)
	if from := int64(len(s.head)) + s.picture; at+n > from {
		skip := max(from-at, 0)
		copy(p[skip:n], s.tail[at+skip-from:])
	}
	if n < int64(len(p)) {
		return int(n), io.EOF
	}
	return int(n), nil
}

// A counter counts what is written and keeps the end of it.
type counter struct {
	n    int64
	tail []byte
}

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	const kept = 128 << 10
	if c.tail = append(c.tail, p...); len(c.tail) > 2*kept {
		c.tail = c.tail[:copy(c.tail, c.tail[len(c.tail)-kept:])]
	}
	return len(p), nil
}

// TestMemory: a file goes through, and only what is appended lies in memory.
func TestMemory(t *testing.T) {
	s, key, out := newScan(64<<20), softkeytest.New(t, softkeytest.P256, nil), &counter{tail: make([]byte, 0, 1<<20)}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := pades.Sign(t.Context(), s, s.size(), out, options("A"), key); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 8<<20 {
		t.Errorf("%d bytes were allocated", got)
	}
	signed := &scan{s.head, append(bytes.Clone(s.tail), out.tail[int64(len(out.tail))-(out.n-s.size()):]...), s.picture}
	f := must[*pdf.File](t)(pdf.Open(signed, signed.size()))
	if len(f.Revisions()) != 2 || out.n != signed.size() {
		t.Errorf("%d revisions, %d bytes, want %d", len(f.Revisions()), out.n, signed.size())
	}
}
