package dropfolder

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // what scanners write, with tiff
	_ "image/png"
	"io"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

func init() { api.DisableConfigDir() } // a library has no folder of its own in somebody's home

// A kind is what a scanner writes.
type kind int

const (
	otherKind kind = iota
	pdfKind
	imageKind
)

// kindOfFile tells by the first bytes; names lie.
func kindOfFile(head []byte) kind {
	switch {
	case bytes.Contains(head, []byte("%PDF-")): // readers allow rubbish before it
		return pdfKind
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")), bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")),
		bytes.HasPrefix(head, []byte("II*\x00")), bytes.HasPrefix(head, []byte("MM\x00*")):
		return imageKind
	}
	return otherKind
}

const (
	// largestParsed is how large a PDF may be to be taken apart in memory.
	largestParsed = 64 << 20
	// largestImage and mostDots bound what a picture may be: A4 at 600 dpi.
	largestImage = 64 << 20
	mostDots     = 40_000_000
)

var errLargeImage = errors.New("the picture is too large")

// pagesOf counts the pages of a PDF; 0 when it is too large to look.
func pagesOf(pdf io.ReadSeeker, size int64) (n int, err error) {
	if size > largestParsed {
		return 0, nil
	}
	defer recovered(&err)
	return api.PageCount(pdf, settings())
}

// locked reports whether the error means that the PDF asks for a password.
func locked(err error) bool {
	return errors.Is(err, pdfcpu.ErrWrongPassword) || err != nil && strings.Contains(err.Error(), "password")
}

// A picture can be read at any place, so that nothing is read into memory on
// the way to it.
type picture interface {
	io.ReadSeeker
	io.ReaderAt
}

// imageToPDF makes a PDF of a picture, on A4 as it lies best: one page, or as
// many as a TIFF holds. A JPEG goes in as it is, to the bit.
func imageToPDF(p picture, size int64) (pdf []byte, err error) {
	if size > largestImage {
		return nil, errLargeImage
	}
	defer recovered(&err)
	pages, first, err := openPicture(p, size)
	if err != nil {
		return nil, err
	}
	place := pdfcpu.DefaultImportConfig()
	place.Pos, place.Scale, place.UserDim = types.Center, 1, true
	if dim := types.PaperSize["A4"]; first.width > first.height {
		place.PageDim = &types.Dim{Width: dim.Height, Height: dim.Width}
	}
	var out bytes.Buffer
	err = api.ImportImages(nil, &out, pages, place, settings())
	return out.Bytes(), err
}

// shape is how large a picture is, in dots.
type shape struct{ width, height int }

func (s shape) check() error {
	if s.width <= 0 || s.height <= 0 || s.width > mostDots/s.height {
		return errLargeImage
	}
	return nil
}

// openPicture gives the pages of a picture in forms that go into a PDF, and the
// shape of the first.
func openPicture(p picture, size int64) ([]io.Reader, shape, error) {
	if bytes.ContainsAny(readAt(p, 0, 1), "IM") {
		return tiffPages(p, size)
	}
	info, _, err := image.DecodeConfig(p)
	if err != nil {
		return nil, shape{}, err
	}
	s := shape{info.Width, info.Height}
	if err := s.check(); err != nil {
		return nil, s, err
	}
	_, err = p.Seek(0, io.SeekStart)
	return []io.Reader{p}, s, err
}

func settings() *model.Configuration {
	c := model.NewDefaultConfiguration()
	c.ValidationMode = model.ValidationRelaxed
	c.Offline = true
	return c
}

// recovered makes an error of a panic: a parser of foreign bytes may have a fault.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the parser failed: %v", p)
	}
}
