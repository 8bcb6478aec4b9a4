package dropfolder

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image/png"
	"io"
	"slices"

	"golang.org/x/image/tiff"
)

// TIFF 6.0, section 2: a header of eight bytes says where the directory of the
// first page is, and each directory where the next one is. Scanners put a whole
// document into one file that way.

const (
	tiffHeader = 8
	tiffEntry  = 12 // bytes of a directory's entry
	mostPages  = 500
	// allDots bounds the pages together: some hundred A4 at 300 dpi.
	allDots = 1_000_000_000
)

var errBadTIFF = errors.New("the directories of the TIFF lead nowhere")

// tiffPages gives each page as a PNG, dot for dot, and their shape. TIFF is a
// format of places within the file: a reader that followed them in a stream
// would keep gigabytes for a file of eight bytes, so only readers of places are
// given to it.
func tiffPages(p picture, size int64) (pages []io.Reader, first shape, err error) {
	places, err := tiffDirectories(p)
	if err != nil {
		return nil, first, err
	}
	left := allDots
	for i, at := range places {
		page := io.NewSectionReader(&tiffPage{p, at}, 0, size)
		info, err := tiff.DecodeConfig(page)
		if err != nil {
			return nil, first, err
		}
		s := shape{info.Width, info.Height}
		if err := s.check(); err != nil {
			return nil, first, err
		}
		if left -= s.width * s.height; left < 0 {
			return nil, first, errLargeImage
		}
		if i == 0 {
			first = s
		}
		one, err := tiffToPNG(page)
		if err != nil {
			return nil, first, err
		}
		pages = append(pages, one)
	}
	return pages, first, nil
}

func tiffToPNG(page *io.SectionReader) (io.Reader, error) {
	dots, err := tiff.Decode(page)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = png.Encode(&out, dots)
	return &out, err
}

// tiffDirectories are the places of the pages' directories, in order.
func tiffDirectories(p io.ReaderAt) (places []uint32, err error) {
	head := readAt(p, 0, tiffHeader)
	if len(head) < tiffHeader {
		return nil, errBadTIFF
	}
	order := orderOf(head)
	for at := order.Uint32(head[4:]); at != 0; {
		if len(places) == mostPages || slices.Contains(places, at) {
			return nil, errBadTIFF
		}
		places = append(places, at)
		count := readAt(p, int64(at), 2)
		if len(count) < 2 {
			return nil, errBadTIFF
		}
		next := readAt(p, int64(at)+2+tiffEntry*int64(order.Uint16(count)), 4)
		if len(next) < 4 {
			return nil, errBadTIFF
		}
		at = order.Uint32(next)
	}
	if len(places) == 0 {
		return nil, errBadTIFF
	}
	return places, nil
}

func orderOf(head []byte) binary.ByteOrder {
	if head[0] == 'M' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// tiffPage is the file as if one of its pages were the first.
type tiffPage struct {
	file io.ReaderAt
	at   uint32
}

// ReadAt implements io.ReaderAt.
func (t *tiffPage) ReadAt(b []byte, off int64) (int, error) {
	n, err := t.file.ReadAt(b, off)
	if off < tiffHeader {
		head := readAt(t.file, 0, tiffHeader)
		orderOf(head).PutUint32(head[4:], t.at)
		copy(b[:n], head[off:])
	}
	return n, err
}
