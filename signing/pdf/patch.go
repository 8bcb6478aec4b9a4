package pdf

import (
	"errors"
	"fmt"
	"io"
)

// A RoomError says that a value does not fit into the room reserved for it.
type RoomError struct{ Have, Want int }

func (e *RoomError) Error() string {
	return fmt.Sprintf("pdf: %d bytes do not fit into the %d that are reserved", e.Want, e.Have)
}

var errNotReserved = errors.New("pdf: the room was not reserved in this update")

// Where returns the place of a *Reserved or *ReservedRange in the whole file,
// with its brackets.
func (w *Written) Where(room Object) (Span, bool) {
	span, ok := w.holes[room]
	return span, ok
}

// ByteRange is everything but the reserved string: what a signature covers.
func (w *Written) ByteRange(contents *Reserved) ([4]int64, error) {
	span, ok := w.holes[contents]
	if !ok {
		return [4]int64{}, errNotReserved
	}
	return [4]int64{0, span.Start, span.End, w.Span.End - span.End}, nil
}

// PatchRange writes a /ByteRange into its room. The writer is the whole file.
func (w *Written) PatchRange(to io.WriterAt, room *ReservedRange, value [4]int64) error {
	span, ok := w.holes[room]
	if !ok {
		return errNotReserved
	}
	text := padRange(fmt.Sprintf("[%d %d %d %d]", value[0], value[1], value[2], value[3]))
	if len(text) > rangeRoom {
		return &RoomError{rangeRoom, len(text)}
	}
	_, err := to.WriteAt([]byte(text), span.Start)
	return err
}

// PatchHex writes bytes into the room of a hexadecimal string; zeros fill what
// is left. It returns a *RoomError when they do not fit.
func (w *Written) PatchHex(to io.WriterAt, room *Reserved, value []byte) error {
	span, ok := w.holes[room]
	if !ok {
		return errNotReserved
	}
	if len(value) > room.Bytes {
		return &RoomError{room.Bytes, len(value)}
	}
	_, err := to.WriteAt(fmt.Appendf(nil, "%X", value), span.Start+1)
	return err
}
