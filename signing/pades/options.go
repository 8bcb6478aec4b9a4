package pades

import (
	"time"

	"khonggiay/signing"
	"khonggiay/signing/pdf"
)

// A Permission is what a certification permits after it (ISO 32000-2, table 257).
type Permission int

const (
	NoChanges Permission = 1 // nothing but evidence and time-stamps
	FillForms Permission = 2 // filling fields and signing
	Annotate  Permission = 3 // also annotations
)

// A LockAction says which fields a lock means (ISO 32000-2, table 236).
type LockAction string

const (
	LockAll     LockAction = "All"
	LockInclude LockAction = "Include"
	LockExclude LockAction = "Exclude"
)

// A Lock forbids to change fields after a signature.
type Lock struct {
	Action LockAction
	Fields []string // full names; none with LockAll
}

// check accepts no lock as well.
func (l *Lock) check() error {
	if l == nil {
		return nil
	}
	if !storable(l.Fields...) {
		return errText
	}
	switch l.Action {
	case LockAll:
		if len(l.Fields) == 0 {
			return nil
		}
	case LockInclude, LockExclude:
		if len(l.Fields) > 0 {
			return nil
		}
	}
	return errLock
}

// A Place is where a field is shown. The zero Place is a field that nobody sees,
// on the first page.
type Place struct {
	Page int        // counted from 0
	Rect [4]float64 // left, bottom, right, top, in points of the page
}

func (p Place) invisible() bool { return p.Rect == [4]float64{} }

// An Appearance draws what is seen of a field.
type Appearance interface {
	// Form returns the content of a form XObject for a box with its lower left
	// corner at 0, 0: a stream made by pdf.NewStream or pdf.NewFlateStream, whose
	// dictionary has /Resources. Fonts and pictures become objects of the file by
	// add. It fails if it cannot draw, such as for a character that its font lacks.
	Form(width, height float64, add func(pdf.Object) pdf.Ref) (*pdf.Stream, error)
}

// A Fill is the value of a text field.
type Fill struct {
	Field      string // full name
	Value      string
	Appearance Appearance
}

// Options describe a signature.
type Options struct {
	// Field is the full name of the signature field. One that is not there is made
	// at Place, unless an earlier signature certifies the file.
	Field      string
	Place      Place
	Appearance Appearance // nil: nothing is drawn
	// Beside makes the field also in a file that is certified for filling in, or
	// whose fields are locked: it is none of those, and is seen beside what was
	// signed, such as the stamp of a copy. Whoever asks for it answers for the place.
	Beside bool

	Time        time.Time // as the signer's clock and zone have it
	Name        string    // these four may be empty
	Reason      string
	Location    string
	ContactInfo string

	Fills []Fill // values that are written in the same revision

	Certify Permission // 0: an approval; otherwise it must be the first signature
	Lock    *Lock      // nil: what the field's /Lock says, if it has one

	Scheme    signing.Scheme // zero: what signing.SchemeOf picks
	StampRoom int            // bytes kept for a time-stamp; 0: 16 KiB
}

func (o *Options) check() error {
	switch {
	case o.Time.IsZero():
		return errNoTime
	case o.Certify < 0 || o.Certify > Annotate:
		return errCertify
	case o.Scheme != (signing.Scheme{}) && !o.Scheme.Hash.Available():
		return errHash
	}
	texts := []string{o.Name, o.Reason, o.Location, o.ContactInfo}
	for _, f := range o.Fills {
		texts = append(texts, f.Value)
	}
	if !storable(texts...) {
		return errText
	}
	return o.Lock.check()
}

// storable reports whether a text string of PDF can hold the texts: other readers
// must find what was given, and no field may take the name of another.
func storable(texts ...string) bool {
	for _, s := range texts {
		if pdf.TextString(s).Text() != s {
			return false
		}
	}
	return true
}
