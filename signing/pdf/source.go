package pdf

import (
	"errors"
	"io"
	"sync/atomic"
)

// A source is the file. Offsets that the file states count from base, all
// offsets in this package from its first byte.
type source struct {
	r    io.ReaderAt
	size int64
	base int64

	header int64 // where %PDF- stands

	kept   [keptBlocks]atomic.Pointer[block]
	credit atomic.Int64
}

// Objects are short and lie one behind the other: a block of the file is read at
// once for all that lie in it. A file that is laid out so that blocks do not pay
// is read piece by piece.
const (
	blockSize  = 16 << 10
	keptBlocks = 64
	shortRead  = 4 << 10 // longer ones go to the file
	// A block costs as much as so many short reads, and may be owed so often.
	blockPrice = 8
	blockDebt  = 1 << 11
)

// A block is a part of the file; it does not change.
type block struct {
	at   int64
	data []byte
}

// fromBlocks fills p from kept blocks and reports whether it could.
func (s *source) fromBlocks(p []byte, offset int64) bool {
	for len(p) > 0 {
		b := s.block(offset / blockSize)
		if b == nil {
			return false
		}
		n := copy(p, b.data[offset-b.at:])
		p, offset = p[n:], offset+int64(n)
	}
	return true
}

// block is nil when the block cannot be read as a whole, or is not worth it.
func (s *source) block(i int64) *block {
	slot := &s.kept[i%keptBlocks]
	if b := slot.Load(); b != nil && b.at == i*blockSize {
		s.credit.Add(1)
		return b
	}
	if s.credit.Add(-blockPrice) < -blockDebt*blockPrice {
		return nil
	}
	b := &block{at: i * blockSize}
	b.data = make([]byte, min(blockSize, s.size-b.at))
	if n, _ := s.r.ReadAt(b.data, b.at); n < len(b.data) {
		return nil
	}
	slot.Store(b)
	return b
}

// read fills p from offset on and returns how much there was.
func (s *source) read(p []byte, offset int64) (int, error) {
	if offset < 0 || offset >= s.size {
		return 0, nil
	}
	p = p[:min(int64(len(p)), s.size-offset)]
	if len(p) <= shortRead && s.fromBlocks(p, offset) {
		return len(p), nil
	}
	n, err := s.r.ReadAt(p, offset)
	if n == len(p) {
		return n, nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF // the file is shorter than its size
	}
	return n, &ReadError{err}
}

// A rawReader reads a range of the file in order.
type rawReader struct {
	src     *source
	at, end int64
}

func (r *rawReader) Read(p []byte) (int, error) {
	if r.at >= r.end {
		return 0, io.EOF
	}
	n, err := r.src.read(p[:min(int64(len(p)), r.end-r.at)], r.at)
	r.at += int64(n)
	return n, err
}
