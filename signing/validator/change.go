package validator

import "khonggiay/signing/pdf"

// A Change is one thing that a revision changed after a signature.
type Change struct {
	Revision int        `json:"revision"` // from 1
	Kind     ChangeKind `json:"kind"`
	Object   string     `json:"object,omitempty"`
	Key      string     `json:"key,omitempty"`  // of the dictionary where the difference begins
	Page     int        `json:"page,omitempty"` // from 1
	Field    string     `json:"field,omitempty"`
	Allowed  bool       `json:"allowed"`

	level level
	locks bool // whether a locked field must not change so
}

// A ChangeKind says what was changed.
type ChangeKind string

// Kinds of changes. DESIGN.md says which are allowed when.
const (
	ChangeEvidence    ChangeKind = "evidence"             // the document security store
	ChangeInfo        ChangeKind = "info"                 // title, dates and the like
	ChangeMetadata    ChangeKind = "metadata"             // XMP
	ChangeVersion     ChangeKind = "version"              // of PDF, or extensions of it
	ChangeTimestamped ChangeKind = "timestamp_added"      // a document time-stamp
	ChangeSigned      ChangeKind = "signature_added"      // in a field that was there, or a new one
	ChangeCertified   ChangeKind = "certification_listed" // the catalog points to it
	ChangeFieldAdded  ChangeKind = "signature_field_added"
	ChangeForm        ChangeKind = "form_settings"
	ChangeValue       ChangeKind = "field_value"
	ChangeAppearance  ChangeKind = "field_appearance"
	ChangeStructure   ChangeKind = "structure_added" // tags of the new widgets
	ChangeTabs        ChangeKind = "tab_order"
	ChangeAnnotation  ChangeKind = "annotation" // added, changed or removed

	ChangeContent     ChangeKind = "page_content" // anything that a page shows
	ChangePages       ChangeKind = "pages"        // added, removed, moved
	ChangeCatalog     ChangeKind = "catalog"
	ChangeTags        ChangeKind = "structure"
	ChangeField       ChangeKind = "field" // something else than its value
	ChangeRemoved     ChangeKind = "field_removed"
	ChangeOtherField  ChangeKind = "field_added" // not for a signature
	ChangeSignedField ChangeKind = "signed_field"
	ChangeReused      ChangeKind = "signature_reused"               // a field shows one that was there before, in no field
	ChangeUnsignedArt ChangeKind = "unsigned_field_with_appearance" // nobody vouches for what it shows
	ChangeBareArt     ChangeKind = "appearance_without_value"
	ChangeAction      ChangeKind = "action_added"
	ChangeWidgets     ChangeKind = "widget" // moved to another page, or of no field
)

// A place is where the comparison is, and what a difference there takes.
type place struct {
	kind  ChangeKind
	level level
	ref   pdf.Ref
	key   string
	page  int
	field string
	locks bool
}

func (p place) at(key pdf.Name) place {
	if p.key == "" {
		p.key = string(key)
	}
	return p
}
