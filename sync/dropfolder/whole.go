package dropfolder

import (
	"bytes"
	"errors"
	"io"
)

// wholeness is what a look into a file that stands still says.
type wholeness int

const (
	isWhole      wholeness = iota
	isUnfinished           // its kind has an end, and the end is missing
	isHeld                 // it cannot be opened yet
)

// An ending is how a kind of file begins, and what must stand in its last
// bytes once it is all there.
type ending struct {
	begin, end []byte
	within     int // bytes
}

// endings of what scanners write. A PDF may be followed by a little rubbish;
// ISO 32000-1, 7.5.5 and Annex H: the last 1,024 bytes are looked through.
var endings = []ending{
	{[]byte("%PDF-"), []byte("%%EOF"), 1024},
	{[]byte("\xff\xd8\xff"), []byte("\xff\xd9"), 64},
	{[]byte("\x89PNG\r\n\x1a\n"), []byte("IEND\xaeB`\x82"), 64},
}

// look opens the file as its reader would, and looks for its end.
func (f Found) look() wholeness {
	file, err := f.Open()
	if errors.Is(err, ErrChanged) || errors.Is(err, ErrBusy) {
		return isHeld
	}
	if err != nil {
		return isUnfinished // handed over in the end, so that somebody hears why
	}
	defer file.Close()
	if f.Size == 0 || !ended(file, f.Size) {
		return isUnfinished
	}
	return isWhole
}

// ended reports whether the file has the end of its kind. Kinds without one
// are whole as they are.
func ended(file io.ReaderAt, size int64) bool {
	head := readAt(file, 0, 16)
	for _, e := range endings {
		if bytes.HasPrefix(head, e.begin) {
			from := max(size-int64(e.within), 0)
			return bytes.Contains(readAt(file, from, e.within), e.end)
		}
	}
	return true
}

// readAt reads up to n bytes; what cannot be read is not there.
func readAt(file io.ReaderAt, from int64, n int) []byte {
	b := make([]byte, n)
	got, _ := file.ReadAt(b, from)
	return b[:got]
}
