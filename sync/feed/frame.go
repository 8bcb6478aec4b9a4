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
	n, err := binary.ReadUvarint(r)
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
