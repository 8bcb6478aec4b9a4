package dossier

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"khonggiay/app"
	"khonggiay/app/minutesdoc"
)

// Names of what stands in front.
const (
	IndexName = "0 Mục lục hồ sơ.pdf"
	SumsName  = "0 SHA256SUMS.txt"
)

// ErrAltered is that a paper is not what its record says.
var ErrAltered = errors.New("dossier: content is not what its record says")

// paper is an entry as it was written, or not.
type paper struct {
	Entry
	number string // "3.02"
	place  string
	sum    app.Hash
}

// Write writes the file as it reads, by kinds and then in the order given: what
// it holds in memory is the index. After an error what was written is no ZIP file,
// and must not pass as one.
func Write(to io.Writer, d Dossier) error {
	z := zip.NewWriter(to)
	counts := map[Kind]int{}
	papers := make([]paper, 0, len(d.Entries))
	for _, e := range slices.SortedStableFunc(slices.Values(d.Entries), func(x, y Entry) int { return cmp.Compare(x.Kind, y.Kind) }) {
		counts[e.Kind]++
		number := fmt.Sprintf("%d.%02d", int(e.Kind)+1, counts[e.Kind])
		p := paper{Entry: e, number: number, place: e.Kind.numbered() + "/" + number + " " + safe(e.Name)}
		if err := p.write(z); err != nil {
			return err
		}
		papers = append(papers, p)
	}
	var index bytes.Buffer
	if err := minutesdoc.WriteIndex(&index, d.index(papers)); err != nil {
		return err
	}
	var sums strings.Builder
	for _, p := range papers {
		if p.written() {
			fmt.Fprintf(&sums, "%s  %s\n", p.sum, p.place)
		}
	}
	fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(index.Bytes()), IndexName)
	if _, err := add(z, IndexName, d.Made, bytes.NewReader(index.Bytes())); err != nil {
		return err
	}
	if _, err := add(z, SumsName, d.Made, strings.NewReader(sums.String())); err != nil {
		return err
	}
	return z.Close()
}

// write puts a paper into the file. One whose content is not here stays out, and
// says so.
func (p *paper) write(z *zip.Writer) error {
	if p.Open == nil {
		return nil
	}
	src, err := p.Open()
	if e := app.AsError(err); e != nil {
		switch {
		case e.Code == app.NotFound:
			p.Absent = NotHere
		case e.Code == app.Invalid:
			p.Absent = Damaged
		case e.Code == app.Offline:
			p.Absent = NoLine
		default:
			return fmt.Errorf("dossier: opening %q: %w", p.Name, err)
		}
		return nil
	}
	defer func() { _ = src.Close() }()
	if p.sum, err = add(z, p.place, p.At, src); err != nil {
		return fmt.Errorf("dossier: writing %q: %w", p.Name, err)
	}
	if !p.SHA256.IsZero() && p.SHA256 != p.sum {
		return fmt.Errorf("%w: %q", ErrAltered, p.Name)
	}
	return nil
}

// packed are the extensions of what is compressed already.
const packed = ".pdf.docx.xlsx.pptx.odt.ods.odp.zip.rar.7z.jpg.jpeg.png.mp4."

func add(z *zip.Writer, name string, at app.Time, src io.Reader) (sum app.Hash, err error) {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	if strings.Contains(packed, extension(name)+".") && extension(name) != "" {
		h.Method = zip.Store
	}
	if at != 0 {
		h.Modified = at.Std()
	}
	w, err := z.CreateHeader(h)
	if err != nil {
		return sum, err
	}
	digest := sha256.New()
	if _, err = io.Copy(io.MultiWriter(w, digest), src); err != nil {
		return sum, err
	}
	digest.Sum(sum[:0])
	return sum, nil
}

func (p *paper) written() bool { return p.Open != nil && p.Absent == "" }

// index is what the PDF in front says of each paper.
func (d *Dossier) index(papers []paper) minutesdoc.Index {
	out := minutesdoc.Index{Title: d.Title, Organ: d.Organ, Held: d.Held, Made: d.Made, For: d.For}
	last := Kind(-1)
	for _, p := range papers {
		if p.Kind != last {
			last = p.Kind
			out.Parts = append(out.Parts, minutesdoc.IndexPart{Title: p.Kind.numbered()})
		}
		line := minutesdoc.IndexLine{Number: p.number, Title: p.Title, Note: p.Note}
		if p.written() {
			line.File, line.SHA256 = p.place, p.sum.String()
		} else {
			line.Absent = string(p.Absent)
		}
		part := &out.Parts[len(out.Parts)-1]
		part.Lines = append(part.Lines, line)
	}
	return out
}
