// Package office reads what kind of text document a file is, from its bytes
// alone: Office Open XML (ECMA-376, .docx) and OpenDocument (ISO/IEC 26300,
// .odt), both of them ZIP packages. A draft is opened on a laptop, converted by
// LibreOffice and kept by the province, so before each of these it is asked
// here: is it whole, is it what its name says, does it carry macros, a password
// or a bomb.
//
// Nothing is executed and nothing is unpacked but two small parts. The package
// is pure: bytes in, a verdict out. TestInspect tries each verdict, FuzzInspect
// that no bytes bring it down.
package office

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"

	"khonggiay/app"
)

// Kind of a text document.
type Kind string

// Kinds, by the ending of their names.
const (
	Docx Kind = ".docx"
	Odt  Kind = ".odt"
)

// Media is the MIME type of the kind.
func (k Kind) Media() string {
	switch k {
	case Docx:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case Odt:
		return "application/vnd.oasis.opendocument.text"
	}
	return ""
}

// KindOf tells the kind that a file's name promises; false for other names.
func KindOf(name string) (Kind, bool) {
	switch k := Kind(strings.ToLower(path.Ext(name))); k {
	case Docx, Odt:
		return k, true
	}
	return "", false
}

// The refusals of Inspect.
var (
	errEmpty     = app.Refuse(app.Invalid, "upload.empty")
	errDamaged   = app.Refuse(app.Invalid, "office.damaged")
	errOther     = app.Refuse(app.Invalid, "office.other_kind")
	errProtected = app.Refuse(app.Invalid, "office.protected")
	errMacros    = app.Refuse(app.Invalid, "office.macros")
	errBomb      = app.Refuse(app.Invalid, "office.bomb")
)

const (
	maxParts = 10_000
	maxPart  = 4 << 20 // of the parts that are read here, unpacked bytes
	// maxUnpacked bounds what a package may unpack to: its text may shrink a
	// hundredfold, and small files may do as they like.
	maxUnpacked = 1 << 30
	alwaysFine  = 64 << 20
	shrinks     = 100
)

// compound begins the files of old office programs, and of new ones behind a
// password ([MS-CFB], [MS-OFFCRYPTO]).
var compound = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}

// Inspect says whether the size bytes of r are a document of the kind that may
// be kept, opened and converted. A refusal is an *app.Error of code Invalid:
// upload.empty, office.damaged, office.other_kind, office.protected,
// office.macros or office.bomb. Another error comes from r.
func Inspect(r io.ReaderAt, size int64, want Kind) error {
	if size == 0 {
		return errEmpty
	}
	head := make([]byte, min(size, int64(len(compound))))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return err
	}
	if err := Protected(head); err != nil {
		return err
	}
	p, err := unpack(r, size)
	if err != nil {
		return err
	}
	if p.macros() {
		return errMacros
	}
	if want == Odt {
		return p.openDocument()
	}
	return p.openXML()
}

// Protected refuses a file that begins as one behind a password does.
func Protected(head []byte) error {
	if bytes.HasPrefix(head, compound) {
		return errProtected
	}
	return nil
}

// parts is a package by the names of its parts.
type parts map[string]*zip.File

func unpack(r io.ReaderAt, size int64) (parts, error) {
	z, err := zip.NewReader(r, size)
	if err != nil || len(z.File) == 0 {
		return nil, errDamaged
	}
	if len(z.File) > maxParts {
		return nil, errBomb
	}
	most := uint64(min(maxUnpacked, alwaysFine+shrinks*size))
	var total uint64
	p := parts{}
	for _, f := range z.File {
		if total += f.UncompressedSize64; f.UncompressedSize64 > most || total > most {
			return nil, errBomb
		}
		if _, twice := p[f.Name]; twice { // readers would not agree on which one counts
			return nil, errDamaged
		}
		p[f.Name] = f
	}
	return p, nil
}

// macros looks for what runs when the document is opened: VBA in the one
// format, Basic and scripts in the other.
func (p parts) macros() bool {
	for name := range p {
		low := strings.ToLower(name)
		if path.Base(low) == "vbaproject.bin" || strings.HasPrefix(low, "basic/") || strings.HasPrefix(low, "scripts/") {
			return true
		}
	}
	return false
}

const (
	contentTypes = "[Content_Types].xml"
	mainPart     = "word/document.xml"
)

func (p parts) openXML() error {
	types, err := p.read(contentTypes)
	if err != nil {
		return p.otherwise(err)
	}
	if p[mainPart] == nil {
		return p.otherwise(errOther)
	}
	switch low := bytes.ToLower(types); {
	case bytes.Contains(low, []byte("macroenabled")), bytes.Contains(low, []byte("vbaproject")):
		return errMacros
	case !bytes.Contains(low, []byte("wordprocessingml")):
		return errOther
	}
	return p.whole(mainPart)
}

func (p parts) openDocument() error {
	media, err := p.read("mimetype")
	if err != nil {
		return p.otherwise(err)
	}
	if string(bytes.TrimSpace(media)) != Odt.Media() {
		return errOther
	}
	manifest, err := p.read("META-INF/manifest.xml")
	if err != nil {
		return errDamaged
	}
	if bytes.Contains(manifest, []byte("encryption-data")) {
		return errProtected
	}
	return p.whole("content.xml")
}

// otherwise keeps apart a package that lacks a part because it is another
// format's.
func (p parts) otherwise(err error) error {
	for _, other := range []string{"mimetype", contentTypes, "xl/workbook.xml", "ppt/presentation.xml"} {
		if p[other] != nil {
			return errOther
		}
	}
	return err
}

// read unpacks a small part.
func (p parts) read(name string) ([]byte, error) {
	f := p[name]
	if f == nil {
		return nil, errDamaged
	}
	r, err := f.Open()
	if err != nil {
		return nil, errDamaged
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(io.LimitReader(r, maxPart+1))
	if err != nil || len(b) > maxPart {
		return nil, errDamaged
	}
	return b, nil
}

// whole unpacks the text to its end, which its checksum proves: half a file
// that was saved in the middle of a crash is no version.
func (p parts) whole(name string) error {
	f := p[name]
	if f == nil {
		return errDamaged
	}
	r, err := f.Open()
	if err != nil {
		return errDamaged
	}
	defer func() { _ = r.Close() }()
	n, err := io.Copy(io.Discard, io.LimitReader(r, maxUnpacked))
	if err != nil || n == 0 {
		return errDamaged
	}
	return nil
}
