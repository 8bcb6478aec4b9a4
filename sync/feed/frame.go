package feed

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// WriteFrame writes one page into the stream: its length (LEB128), its bytes.
// A frame without bytes is a sign of life.
func WriteFrame(w io.Writer, page []byte) error {
	b := binary.AppendUvarint(make([]byte, 0, len(page)+4), uint64(len(page)))
	if _, err := w.Write(append(b, page...)); err != nil {
		return fmt.Errorf("feed: write page: %w", err)
	}
	return nil
}

// ReadFrame reads the next page; io.EOF at the end of the stream, and
// io.ErrUnexpectedEOF when it was cut inside a page.
func ReadFrame(r *bufio.Reader) ([]byte, error) {
	n, err := readLength(r)
	if err != nil {
		return nil, err
	}
	if n > MaxPack {
		return nil, malformed("page of %d bytes", n)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return b, nil
}

// maxLengthBytes is above any legal length; more are no length.
const maxLengthBytes = 5

func readLength(r io.ByteReader) (n uint64, err error) {
	for i := range maxLengthBytes {
		b, err := r.ReadByte()
		if err == io.EOF && i > 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, err
		}
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			return n, nil
		}
	}
	return 0, malformed("length of a page has no end")
}
