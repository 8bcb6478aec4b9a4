package pades

import (
	"fmt"
	"io"

	"khonggiay/signing/pdf"
)

// A TextField is an empty field for a value that comes after the first signature.
type TextField struct {
	Name string
	Place
	Size float64 // of the letters, in points, for those who edit it in a reader; 0: 13
}

// A SignatureField is an empty field for a signature.
type SignatureField struct {
	Name string
	Place
	Lock *Lock // what a signature in this field locks; nil: nothing
}

// Fields are what Prepare adds.
type Fields struct {
	Texts      []TextField
	Signatures []SignatureField
}

const (
	timesName   = "KGTimes" // unlikely to be taken in a file that has fields
	defaultSize = 13        // NĐ 30/2020, appendix I: 13 to 14 for number and date
)

// Prepare adds empty fields to a file that nobody has signed, in one revision, and
// writes the file with it. It returns a *RefusedError for a file that is signed
// or unsound, or has a field of the name, and what pdf.Open returns.
func Prepare(file io.ReaderAt, size int64, out io.Writer, fields Fields) error {
	e, err := openEditor(file, size)
	if err != nil {
		return err
	}
	if e.earlier.signed {
		return refuse(AlreadySigned, "")
	}
	for _, t := range fields.Texts {
		if err := e.addText(t); err != nil {
			return err
		}
	}
	for _, s := range fields.Signatures {
		if err := e.addSignature(s); err != nil {
			return err
		}
	}
	if err := e.modern(); err != nil {
		return err
	}
	return e.write(file, size, out)
}

// write writes the whole file with the changes.
func (e *editor) write(file io.ReaderAt, size int64, out io.Writer) error {
	if err := e.flush(); err != nil {
		return err
	}
	if err := copyAll(out, file, size); err != nil {
		return err
	}
	_, err := e.update.Append(out)
	return err
}

// copyAll copies the file and makes sure that it has the size.
func copyAll(to io.Writer, file io.ReaderAt, size int64) error {
	_, err := io.CopyN(to, io.NewSectionReader(file, 0, size), size)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

func (e *editor) addText(t TextField) error {
	if t.invisible() {
		return errPlace
	}
	ref, d, err := e.newField(t.Name, "Tx", t.Place)
	if err != nil {
		return err
	}
	if t.Size == 0 {
		t.Size = defaultSize
	}
	if err := e.addTimes(); err != nil {
		return err
	}
	d.Set("DA", pdf.String{Value: fmt.Sprintf("/%s %.1f Tf 0 g", timesName, t.Size)})
	return e.blank(ref, "/Tx BMC\nEMC\n")
}

func (e *editor) addSignature(s SignatureField) error {
	ref, d, err := e.newField(s.Name, "Sig", s.Place)
	if err != nil {
		return err
	}
	if err := s.Lock.check(); err != nil {
		return err
	}
	if s.Lock != nil {
		d.Set("Lock", e.update.Add(s.Lock.dict("SigFieldLock")))
	}
	if s.invisible() {
		return nil
	}
	return e.blank(ref, "")
}

// blank gives a new widget an appearance that shows nothing: PDF 2.0 and PDF/A
// want one for all that has an area.
func (e *editor) blank(ref pdf.Ref, content string) error {
	d, err := e.edit(ref)
	if err != nil {
		return err
	}
	rect, err := e.rect(d)
	if err != nil {
		return err
	}
	s := pdf.NewStream(pdf.NewDict(pdf.Name("Resources"), pdf.NewDict()), []byte(content))
	d.Set("AP", pdf.NewDict(pdf.Name("N"), e.update.Add(formXObject(s, rect))))
	return nil
}

// addTimes adds the font of the default appearance to the form's resources.
func (e *editor) addTimes() error {
	form, err := e.form()
	if err != nil {
		return err
	}
	resources, err := e.sub(form, "DR", false)
	if err != nil {
		return err
	}
	fonts, err := e.sub(resources, "Font", false)
	if err != nil || !isNull(fonts.Get(timesName)) {
		return err
	}
	fonts.Set(timesName, e.update.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Font"), pdf.Name("Subtype"), pdf.Name("Type1"),
		pdf.Name("BaseFont"), pdf.Name("Times-Roman"), pdf.Name("Encoding"), pdf.Name("WinAnsiEncoding"))))
	return nil
}

// dict is the lock as /Lock of a field or as parameters of a FieldMDP transform.
func (l *Lock) dict(kind pdf.Name) *pdf.Dict {
	d := pdf.NewDict(pdf.Name("Type"), kind, pdf.Name("Action"), pdf.Name(l.Action))
	if l.Action != LockAll {
		names := pdf.Array{}
		for _, f := range l.Fields {
			names = append(names, pdf.TextString(f))
		}
		d.Set("Fields", names)
	}
	return d
}
