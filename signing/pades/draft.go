package pades

import (
	"bytes"
	"crypto"
	"fmt"
	"io"

	"khonggiay/signing/pdf"
)

// A draft is an update that lacks the value of its signature.
type draft struct {
	Size   int64    // of the file that it follows
	Update []byte   // what is appended
	Hole   pdf.Span // of /Contents in the whole file, with its brackets
}

// draft writes the update with the ranges that the signature will cover.
func (e *editor) draft(sig *pdf.Dict, room int) (*draft, error) {
	contents, ranges := &pdf.Reserved{Bytes: room}, &pdf.ReservedRange{}
	sig.Set("ByteRange", ranges)
	sig.Set("Contents", contents)
	if err := e.flush(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w, err := e.update.Append(&out)
	if err != nil {
		return nil, err
	}
	covered, err := w.ByteRange(contents)
	if err != nil {
		return nil, err
	}
	if err := w.PatchRange(behind{w.Span.Start, out.Bytes()}, ranges, covered); err != nil {
		return nil, err
	}
	hole, _ := w.Where(contents)
	return &draft{w.Span.Start, out.Bytes(), hole}, nil
}

// behind is what follows the first bytes of a file, written by offsets in the file.
type behind struct {
	start int64
	data  []byte
}

func (b behind) WriteAt(p []byte, at int64) (int, error) {
	if at < b.start || at-b.start+int64(len(p)) > int64(len(b.data)) {
		return 0, io.ErrShortWrite
	}
	return copy(b.data[at-b.start:], p), nil
}

// copyFile copies the file that the draft follows and returns the digest of all
// that the signature covers.
func (d *draft) copyFile(to io.Writer, file io.ReaderAt, h crypto.Hash) ([]byte, error) {
	sum := h.New()
	if err := copyAll(io.MultiWriter(to, sum), file, d.Size); err != nil {
		return nil, err
	}
	sum.Write(d.Update[:d.Hole.Start-d.Size])
	sum.Write(d.Update[d.Hole.End-d.Size:])
	return sum.Sum(nil), nil
}

// finish writes the update with the value of the signature.
func (d *draft) finish(to io.Writer, value []byte) error {
	text, err := contents(d.Hole, value)
	if err != nil {
		return err
	}
	before, after := d.Update[:d.Hole.Start-d.Size], d.Update[d.Hole.End-d.Size:]
	for _, part := range [][]byte{before, text, after} {
		if _, err := to.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// contents is a value as hexadecimal string that fills the hole. It returns a
// *pdf.RoomError when it does not fit.
func contents(hole pdf.Span, value []byte) ([]byte, error) {
	room := int(hole.End-hole.Start-2) / 2
	if len(value) > room {
		return nil, &pdf.RoomError{Have: room, Want: len(value)}
	}
	text := bytes.Repeat([]byte("0"), int(hole.End-hole.Start))
	copy(text, fmt.Appendf(nil, "<%X", value))
	text[len(text)-1] = '>'
	return text, nil
}
