package pdf

import (
	"bytes"
	"fmt"
	"io"
	"sync/atomic"
	"testing"
)

// counted counts how often a file is asked for bytes.
type counted struct {
	io.ReaderAt
	reads atomic.Int64
}

func (c *counted) ReadAt(p []byte, offset int64) (int, error) {
	c.reads.Add(1)
	return c.ReaderAt.ReadAt(p, offset)
}

// TestBlocks: objects that lie together are read together; in a file where that
// does not pay they are read one by one, and are the same.
func TestBlocks(t *testing.T) {
	const many = 3000
	m := newMaker().document()
	for i := range many {
		m.object(i+10, "(the value %d)", i)
	}
	data := m.table("").Bytes()
	disk := &counted{ReaderAt: bytes.NewReader(data)}
	f, err := Open(disk, int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	all := func() {
		t.Helper()
		for i := range many {
			o, err := f.Newest().Get(Ref{Num: uint32(i + 10)})
			if want := fmt.Sprintf("the value %d", i); err != nil || o.(String).Value != want {
				t.Fatalf("object %d: %v %v", i+10, o, err)
			}
		}
	}
	disk.reads.Store(0)
	all()
	if n := disk.reads.Load(); n > many/10 {
		t.Errorf("%d reads for %d objects", n, many)
	}
	for i := range f.src.kept {
		f.src.kept[i].Store(nil)
	}
	f.src.credit.Store(-2 * blockDebt * blockPrice)
	disk.reads.Store(0)
	all()
	if n := disk.reads.Load(); n < many {
		t.Errorf("%d reads where blocks do not pay", n)
	}
}

// TestBlocksEnd: what lies across two blocks and at the end of the file is read
// as it is; behind the end there is nothing.
func TestBlocksEnd(t *testing.T) {
	data := make([]byte, 2*blockSize+100)
	for i := range data {
		data[i] = byte(i * 7 / 3)
	}
	s := &source{r: bytes.NewReader(data), size: int64(len(data))}
	for _, at := range []int{0, 1, blockSize - 1, blockSize, 2*blockSize - 50, len(data) - 10, len(data) - 1} {
		p := make([]byte, 90)
		n, err := s.read(p, int64(at))
		if want := data[at:min(at+90, len(data))]; err != nil || !bytes.Equal(p[:n], want) {
			t.Errorf("at %d: %d bytes, %v", at, n, err)
		}
	}
	if n, err := s.read(make([]byte, 9), int64(len(data))); n != 0 || err != nil {
		t.Errorf("behind the end: %d %v", n, err)
	}
	short := &source{r: bytes.NewReader(data), size: int64(len(data)) + 50}
	if _, err := short.read(make([]byte, 60), int64(len(data))-20); err == nil {
		t.Error("a file that is shorter than its size")
	}
}
