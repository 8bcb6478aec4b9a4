package app

import (
	"slices"
	"strings"
)

// CopyForm is the form of a certified copy (NĐ 30/2020, Điều 25), by the
// abbreviations of Phụ lục III.
type CopyForm string

// The forms of copies.
const (
	CopyCertified CopyForm = "SY"  // sao y: of the whole, from an original
	CopyOfCopy    CopyForm = "SL"  // sao lục: of the whole, from a certified copy
	CopyExtract   CopyForm = "TrS" // trích sao: of some of its pages
)

// CertifiedCopy (bản sao) is a copy of the document that its office has sealed
// with its key: it counts as much as the document itself (NĐ 30/2020, Điều 26).
// Its key is that of its first File, which has role FileCopy.
type CertifiedCopy struct {
	Form     CopyForm `cbor:"1,keyasint"`
	By       ID       `cbor:"2,keyasint"`
	At       Time     `cbor:"3,keyasint"`
	Organ    string   `cbor:"4,keyasint"`           // the office, as its stamp names it
	Year     int      `cbor:"5,keyasint,omitempty"` // of the number
	Number   uint32   `cbor:"6,keyasint,omitempty"` // 0 while the server has not given it
	Notation string   `cbor:"7,keyasint"`           // "SY-UBND"
	Source   Hash     `cbor:"8,keyasint"`           // content of the main file that was copied
	Pages    string   `cbor:"9,keyasint,omitempty"` // of an extract: "1-2, 5"
	Text     string   `cbor:"10,keyasint,omitempty"`
	// File is the version that the seal is in, time-stamp and all.
	File    CommandID `cbor:"11,keyasint"`
	Claim   Claim     `cbor:"12,keyasint"`
	Verdict Verdict   `cbor:"13,keyasint,omitzero"` // of the seal; zero until the server has judged it
}

// Code is number and notation as printed, "01/SY-UBND"; without a number empty.
func (c CertifiedCopy) Code() string {
	if c.Number == 0 {
		return ""
	}
	return NumberText(c.Number) + "/" + c.Notation
}

// Base is the version that the copy's seal was put into: of a copy of the whole
// it is the document's; an extract is a file of its own and has none.
func (c CertifiedCopy) Base(doc *Document) (FileVersion, bool) {
	if c.Form == CopyExtract {
		return FileVersion{}, false
	}
	for _, f := range doc.Files {
		if f.Role == FileMain && f.Content.SHA256 == c.Source {
			return f.Content, true
		}
	}
	return FileVersion{}, false
}

// CopyBook is under what the numbers of an office's copies are counted: one series
// a year for all forms (NĐ 30/2020, Phụ lục I). It is no book that anybody keeps
// or lends, and only the server counts.
func CopyBook(office ID) ID { return DeriveID("copybook", string(office)) }

func init() { define("document.copy.1", KindDocument, makeCopy) }

// makeCopy enters a copy that văn thư has sealed with the agency's device, as
// seal does (Điều 32).
func makeCopy(x *Exec, a *MakeCopy) error {
	doc, err := x.openForAgencyKey(a.Revision, a.Content)
	if err != nil {
		return err
	}
	if err := copyable(doc); err != nil {
		return err
	}
	if a.Claim.Key == KeyRemote {
		return Refuse(Invalid, "seal.remote")
	}
	if err := checkCopy(doc, a); err != nil {
		return err
	}
	office := x.Dir.Unit(doc.Unit)
	main, _ := doc.MainFile()
	file := a.File
	file.Name, file.Media, file.Role, file.Source = copyName(a.Form, doc.Files[main].Name), mediaPDF, FileCopy, 0
	if err := x.putFiles(doc, []NewFile{file}); err != nil {
		return err
	}
	c := CertifiedCopy{
		Form: a.Form, By: x.Actor.Person, At: x.Now, Organ: office.NameOn(x.today()), Notation: string(a.Form) + "-" + office.Notation,
		Source: a.Content, Pages: a.Pages, Text: a.Text, File: x.Cmd.ID, Claim: a.Claim,
	}
	if err := x.numberCopy(doc, &c); err != nil {
		return err
	}
	if doc.CertifiedCopies == nil {
		doc.CertifiedCopies = map[CommandID]CertifiedCopy{}
	}
	doc.CertifiedCopies[x.Cmd.ID] = c
	x.step(doc, "", note{text: c.Code()})
	return x.put(doc)
}

// copyable says why no copy of the document may be certified: one of a forged
// document would give it a seal.
func copyable(doc *Document) error {
	key, ok := doc.MainFile()
	switch v := doc.Files[key].Verdict; {
	case !ok || !doc.mainPDF():
		return Refuse(Invalid, "sign.not_pdf")
	case v.Failed():
		return Refuse(Conflict, "copy.source_not_good").With("indication", v.Indication).With("sub", v.Sub)
	case v.Indication == "" && doc.Direction == Incoming:
		return Refuse(Conflict, "copy.source_not_judged")
	}
	return nil
}

// checkCopy looks at what the laptop has made: a copy of the whole only adds to
// the document, an extract has none of its bytes.
func checkCopy(doc *Document, a *MakeCopy) error {
	key, _ := doc.MainFile()
	whole := a.Form != CopyExtract
	switch {
	case a.Claim.incomplete():
		return Refuse(Invalid, "sign.no_claim")
	case a.File.Replaces != 0 || whole != a.File.Content.extends(doc.Files[key].Content):
		return Refuse(Invalid, "sign.not_added")
	case whole != (a.Pages == ""):
		return Refuse(Invalid, "copy.bad_pages")
	case !whole:
		if _, err := CopyPages(a.Pages, maxCopyPages); err != nil {
			return err
		}
	}
	return nil
}

// numberCopy gives the copy its number, at the server: others do not know how
// far the count has gone.
func (x *Exec) numberCopy(doc *Document, c *CertifiedCopy) error {
	if !x.Final {
		return nil
	}
	book, year := CopyBook(doc.Unit), x.Now.Year()
	last, err := x.Tx.LastNumber(book, year)
	if err != nil {
		return err
	}
	c.Year, c.Number = year, last+1
	return x.Tx.SetLastNumber(book, year, c.Number)
}

var copyNames = map[CopyForm]string{CopyCertified: "Sao y", CopyOfCopy: "Sao lục", CopyExtract: "Trích sao"}

// copyName is the name of the copy's file, within what a file's name may have.
func copyName(form CopyForm, main string) string {
	const most = 255
	name := copyNames[form] + " - " + main
	for len(name) > most {
		stem, ext, _ := cutExt(name)
		runes := []rune(stem)
		name = string(runes[:len(runes)-1]) + ext
	}
	return name
}

// cutExt cuts a short extension off.
func cutExt(name string) (stem, ext string, ok bool) {
	at := strings.LastIndexByte(name, '.')
	if at <= 0 || len(name)-at > 8 {
		return name, "", false
	}
	return name[:at], name[at:], true
}

// maxCopyPages is far beyond what anybody prints.
const maxCopyPages = 100_000

// CopyPages reads the pages of an extract, "1-2, 5": counted from 1, growing, each
// once, up to last.
func CopyPages(text string, last int) (pages []int, err error) {
	for part := range strings.SplitSeq(text, ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(part), "-")
		a, b := pageNumber(from), pageNumber(from)
		if isRange {
			b = pageNumber(to)
		}
		if a < 1 || b < a || b > last || len(pages) > 0 && a <= pages[len(pages)-1] {
			return nil, Refuse(Invalid, "copy.bad_pages").With("last", last)
		}
		for n := a; n <= b; n++ {
			pages = append(pages, n)
		}
	}
	return pages, nil
}

// pageNumber reads a number of up to six digits; 0 when it is none.
func pageNumber(s string) (n int) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 6 {
		return 0
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// CopyIn is the copy whose seal is in the file.
func (d *Document) CopyIn(file CommandID) (id CommandID, c CertifiedCopy, ok bool) {
	for _, id := range sortedKeys(d.CertifiedCopies) {
		if c := d.CertifiedCopies[id]; c.File == file {
			return id, c, true
		}
	}
	return 0, c, false
}

// isCopy reports whether a file is that of a certified copy, which is as it was
// sealed.
func (d *Document) isCopy(file CommandID) bool { return d.Files[file].Role == FileCopy }

// copyStates are those of a document that is in the register: văn bản đến with its
// number or waiting for it, văn bản đi that was issued.
var copyStates = slices.Concat([]State{InRegistered, InSubmitted, InDistributed, InHandling, InDone}, outSent)
