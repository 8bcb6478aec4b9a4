package pdf

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
	"unsafe"
)

// A sparse is a file with a hole of zeros, which counts what is read of it.
type sparse struct {
	head, tail []byte
	hole       int64
	read       int64
}

func (s *sparse) size() int64 { return int64(len(s.head)) + s.hole + int64(len(s.tail)) }

func (s *sparse) ReadAt(p []byte, offset int64) (int, error) {
	s.read += int64(len(p))
	clear(p)
	if offset < int64(len(s.head)) {
		copy(p, s.head[offset:])
	}
	from := int64(len(s.head)) + s.hole
	if end := offset + int64(len(p)); end > from {
		at := max(from-offset, 0)
		copy(p[at:], s.tail[offset+at-from:])
	}
	return len(p), nil
}

// TestMemory: of a scan of 300 MB only what is not the picture is ever read, and
// an update is made without reading it either.
func TestMemory(t *testing.T) {
	const hole = 300 << 20
	m := newMaker().document()
	m.offsets[4] = m.Len()
	m.size = 5
	m.printf("4 0 obj\n<</Filter/DCTDecode /Length %d>>\nstream\n", hole)
	head := bytes.Clone(m.Bytes())
	m.WriteString("\nendstream\nendobj\n")
	table := m.Len() + hole
	m.tableOnly()
	m.printf("trailer\n<</Size 5 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table)
	s := &sparse{head: head, tail: m.Bytes()[len(head):], hole: hole}

	f, err := Open(s, s.size())
	if err != nil {
		t.Fatal(err)
	}
	for ref := range f.Newest().Refs() {
		if item, err := f.Newest().Read(ref); err != nil || len(item.Oddities) > 0 {
			t.Errorf("object %v: %v, %v", ref, item.Oddities, err)
		}
	}
	if gaps, err := f.Gaps(0); err != nil || len(gaps) > 0 {
		t.Errorf("gaps %v, %v", gaps, err)
	}
	u, err := NewUpdate(f.Newest())
	if err != nil {
		t.Fatal(err)
	}
	u.Add(NewDict())
	var out strings.Builder
	if _, err := u.Append(&out); err != nil || !strings.Contains(out.String(), "/Prev 31457") {
		t.Errorf("update %q, %v", out.String(), err)
	}
	if s.read > 512<<10 {
		t.Errorf("%d bytes were read", s.read)
	}
}

// TestRecordSize: millions of entries fit.
func TestRecordSize(t *testing.T) {
	if n := unsafe.Sizeof(record{}); n != 16 {
		t.Errorf("a record takes %d bytes", n)
	}
}

// TestDeclaredSizes: numbers that a file states cost nothing before its bytes
// bear them out.
func TestDeclaredSizes(t *testing.T) {
	for name, file := range map[string][]byte{
		"table":          bytes.Replace(newMaker().document().table("").Bytes(), []byte("0 1\n0000"), []byte("0 8000000\n0000"), 1),
		"object number":  newMaker().document().object(8_388_607, "1").table("").Bytes(),
		"size":           newMaker().document().table("/Size 8388607").Bytes(),
		"objects inside": newMaker().document().stream(4, "/Type/ObjStm /N 8000000 /First 3", "4 0").xref(9, "", map[int][2]int{5: {4, 0}}).Bytes(),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if f, err := openBytes(file); err == nil {
			f.Newest().Get(Ref{Num: 5})
		}
		runtime.ReadMemStats(&after)
		allocated := after.TotalAlloc - before.TotalAlloc
		if allocated > 4<<20 {
			t.Errorf("%s: %d bytes were allocated", name, allocated)
		}
	}
}
