package pdf

import (
	"errors"
	"io"
)

// A source is the file. Offsets that the file states count from base, all
// offsets in this package from its first byte.
type source struct {
	r    io.ReaderAt
	size int64
	base int64

	header int64 // where %PDF- stands
}

// read fills p from offset on and returns how much there was.
func (s *source) read(p []byte, offset int64) (int, error) {
	if offset < 0 || offset >= s.size {
		return 0, nil
	}
	p = p[:min(int64(len(p)), s.size-offset)]
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
