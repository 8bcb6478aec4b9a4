package pades

import (
	"errors"
	"fmt"

	"khonggiay/signing/pdf"
)

// Reason says why a file is not signed; the screen has a sentence for each.
type Reason string

const (
	Certified       Reason = "certified"        // an earlier signature permits no such change (DocMDP)
	Locked          Reason = "locked"           // an earlier signature has locked the field (FieldMDP)
	AlreadySigned   Reason = "already_signed"   // it can be done before the first signature only
	FieldMissing    Reason = "field_missing"    // no field of the name
	FieldExists     Reason = "field_exists"     // a field of the name is there already
	FieldSigned     Reason = "field_signed"     // the signature field holds a signature
	FieldKind       Reason = "field_kind"       // the field is of another type
	FieldUnseen     Reason = "field_unseen"     // there is an appearance, but no place to show it
	DuplicateFields Reason = "duplicate_fields" // fields share a full name
	XFA             Reason = "xfa"              // the form shows what the pages do not hold
	Unsound         Reason = "unsound"          // the file breaks the standard, or hides something
	LaterRevision   Reason = "later_revision"   // something was appended after the signature
	NoSignature     Reason = "no_signature"     // nobody has signed
	Stamped         Reason = "stamped"          // the signature has its time-stamp
	Malformed       Reason = "malformed"        // the last signature is not one that can be completed
	Changed         Reason = "changed"          // it is not the file that the signature was begun for
)

// A RefusedError says why a file is not signed. The file itself may be sound.
type RefusedError struct {
	Reason Reason
	Field  string // full name, "" when it is not about one
	// Of Unsound, the first of each: what the file should not have, bytes that belong
	// to nothing in it, and references that the next objects appended would answer.
	Oddities []pdf.Oddity
	Gaps     []pdf.Span
	Dangling []pdf.Ref
}

func (e *RefusedError) Error() string {
	text := "pades: " + string(e.Reason)
	if e.Field != "" {
		text += fmt.Sprintf(": field %q", e.Field)
	}
	if len(e.Oddities) > 0 {
		text += fmt.Sprintf(": %v", e.Oddities)
	}
	if len(e.Gaps) > 0 {
		text += fmt.Sprintf(": unused bytes %v", e.Gaps)
	}
	if len(e.Dangling) > 0 {
		text += fmt.Sprintf(": references beyond the last object %v", e.Dangling)
	}
	return text
}

func refuse(r Reason, field string) error { return &RefusedError{Reason: r, Field: field} }

// Mistakes of the calling program, not of a person or a file.
var (
	errNoTime     = errors.New("pades: a signature needs its time (EN 319 142-1, entry M)")
	errCertify    = errors.New("pades: the permission of a certification is 1, 2 or 3")
	errLock       = errors.New("pades: a lock is All, Include or Exclude; the latter two name fields")
	errOtherLock  = errors.New("pades: the field's own lock is another one")
	errName       = errors.New("pades: the name of a new field is empty, or has a dot or a character that cannot be stored")
	errText       = errors.New("pades: a text with a character that cannot be stored")
	errPlace      = errors.New("pades: a place on a page that is not there, or that has no area")
	errAppearance = errors.New("pades: a value needs an appearance")
	errHash       = errors.New("pades: a hash that is not known")
	errState      = errors.New("pades: not the state of a signature that was begun")
)
