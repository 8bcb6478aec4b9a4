package dropfolder

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Tools are the programs that read the text of pages, each as far as it is
// installed: poppler's pdftotext and pdftoppm, tesseract with Vietnamese,
// ocrmypdf. They get the bytes of a copy by a pipe, never a file of ours, and
// give text back; they run with the lowest priority, with little memory, for a
// limited time, and end with us.
type Tools struct {
	PDFToText, PDFToPPM, Tesseract, OCRMyPDF string // paths; "" = not installed

	// Temp is a folder of ours for what ocrmypdf writes on its way. It is emptied
	// after each use.
	Temp string
}

// Limits of one run.
const (
	toolMemory  = 2 << 30 // bytes
	textTime    = time.Minute
	pageTime    = 2 * time.Minute
	ocrTime     = 10 * time.Minute
	mostText    = 4 << 20 // bytes
	mostPicture = 64 << 20
	// ocrPages are read of a scan without text: its head is on the first, a mark
	// of secrecy on each.
	ocrPages = 5
	// pagePixels is the longer side of a page when it is read: A4 at 300 dpi.
	pagePixels = 3508
	// enoughLetters on the pages is a text; less is a stamp of the scanner's.
	enoughLetters = 60
)

// ErrNoTools means that nothing is installed that could read the text.
var ErrNoTools = errors.New("no program that reads text is installed")

// FindTools looks for the programs.
func FindTools(temp string) Tools {
	find := func(name string) string {
		path, err := exec.LookPath(name)
		if err != nil {
			return ""
		}
		return path
	}
	t := Tools{PDFToText: find("pdftotext"), PDFToPPM: find("pdftoppm"), Tesseract: find("tesseract"), OCRMyPDF: find("ocrmypdf"), Temp: temp}
	if !t.readsVietnamese() {
		t.Tesseract, t.OCRMyPDF = "", ""
	}
	return t
}

// readsVietnamese reports whether tesseract has the language.
func (t Tools) readsVietnamese() bool {
	if t.Tesseract == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), textTime)
	defer cancel()
	out, err := run(ctx, nil, t.Temp, t.Tesseract, "--list-langs")
	return err == nil && strings.Contains("\n"+strings.ReplaceAll(string(out), "\r", "")+"\n", "\nvie\n")
}

// CanOCR reports whether the text of a picture can be read.
func (t Tools) CanOCR() bool {
	return t.Tesseract != "" && t.PDFToPPM != "" || t.OCRMyPDF != ""
}

// Text gives the text of a PDF: its own, or else what a machine reads on its
// first pages. Pages end with a form feed. ErrNoTools if there is nothing to do
// it with; other errors mean that the PDF could not be read by what there is.
func (t Tools) Text(ctx context.Context, pdf io.ReadSeeker) (string, error) {
	text, err := t.ownText(ctx, pdf)
	if err == nil && letters(text) >= enoughLetters {
		return text, nil
	}
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	switch {
	case t.Tesseract != "" && t.PDFToPPM != "":
		return t.pagesText(ctx, pdf)
	case t.OCRMyPDF != "":
		return t.sidecar(ctx, pdf)
	case t.PDFToText == "":
		return "", ErrNoTools
	case err != nil:
		return "", err
	}
	return text, ErrNoTools
}

func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// ownText is what the PDF itself holds as text.
func (t Tools) ownText(ctx context.Context, pdf io.ReadSeeker) (string, error) {
	if t.PDFToText == "" {
		return "", ErrNoTools
	}
	if _, err := pdf.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, textTime)
	defer cancel()
	out, err := run(ctx, pdf, t.Temp, t.PDFToText, "-q", "-layout", "-enc", "UTF-8", "-", "-")
	return string(out), err
}

// pagesText makes a picture of each page and has it read.
func (t Tools) pagesText(ctx context.Context, pdf io.ReadSeeker) (string, error) {
	var all strings.Builder
	for page := 1; page <= ocrPages; page++ {
		text, err := t.pageText(ctx, pdf, strconv.Itoa(page))
		if err != nil && page == 1 {
			return "", err
		}
		if err != nil { // there are no more
			break
		}
		all.WriteString(text + "\f")
	}
	return all.String(), ctx.Err()
}

func (t Tools) pageText(ctx context.Context, pdf io.ReadSeeker, page string) (string, error) {
	if _, err := pdf.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, pageTime)
	defer cancel()
	picture, err := run(ctx, pdf, t.Temp, t.PDFToPPM, "-q", "-gray", "-scale-to", strconv.Itoa(pagePixels), "-f", page, "-l", page, "-")
	if err != nil {
		return "", err
	}
	if len(picture) == 0 {
		return "", io.ErrUnexpectedEOF
	}
	out, err := run(ctx, bytes.NewReader(picture), t.Temp, t.Tesseract, "stdin", "stdout", "-l", "vie", "--psm", "4", "--dpi", "300", "-c", "preserve_interword_spaces=1")
	return string(out), err
}

// sidecar has ocrmypdf write the text beside; the PDF that it makes is thrown
// away unseen.
func (t Tools) sidecar(ctx context.Context, pdf io.ReadSeeker) (text string, err error) {
	if _, err := pdf.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(t.Temp, "ocr-")
	if err != nil {
		return "", err
	}
	beside := filepath.Join(dir, "text")
	defer func() { err = errors.Join(err, destroy(beside), os.RemoveAll(dir)) }()
	ctx, cancel := context.WithTimeout(ctx, ocrTime)
	defer cancel()
	_, err = run(ctx, pdf, dir, t.OCRMyPDF, "-q", "-l", "vie", "--jobs", "1", "--force-ocr", "--optimize", "0", "--output-type", "pdf",
		"--pages", "1-"+strconv.Itoa(ocrPages), "--sidecar", beside, "-", "-")
	if err != nil && !errors.Is(err, errTooMuch) {
		return "", err
	}
	b, err := os.ReadFile(beside)
	return string(b), err
}

// destroy overwrites a file before it is removed.
func destroy(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = io.CopyN(f, zeros{}, info.Size())
	}
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(path))
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
