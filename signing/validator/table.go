package validator

import (
	"khonggiay/signing"
)

// A Code names what was found.
type Code string

// A Finding is one thing that was found about a file or a signature. Data are
// its particulars; Text is English, for a log or a command line.
type Finding struct {
	Code Code           `json:"code"`
	Data map[string]any `json:"data,omitempty"`
	Text string         `json:"text"`

	indication signing.Indication
	sub        signing.SubIndication
}

// Findings about files.
const (
	Unsigned        Code = "unsigned"
	UsageRights     Code = "usage_rights"
	Malformed       Code = "malformed"
	Encrypted       Code = "encrypted"
	Unreadable      Code = "unreadable"
	Interrupted     Code = "interrupted"
	Exceeds         Code = "limit"
	Internal        Code = "internal"
	FormBroken      Code = "form_broken"
	DuplicateFields Code = "duplicate_field_names"
	TooMany         Code = "too_many"
	StrayTrace      Code = "stray_trace"
	BytesAfterEOF   Code = "bytes_after_eof"
	SloppyFile      Code = "sloppy_file"
	HiddenBytes     Code = "hidden_bytes"
	BrokenObject    Code = "broken_object"
	BrokenUpdate    Code = "broken_update"
)

// Findings about the place of a signature.
const (
	NotADictionary Code = "signature_not_a_dictionary"
	Unreached      Code = "signature_unreached"
	SharedValue    Code = "signature_shared"
	OddDictionary  Code = "signature_dictionary_odd"
	RangeMissing   Code = "byte_range_missing"
	RangeMalformed Code = "byte_range_malformed"
	RangeGap       Code = "byte_range_gap"
	RangeEnd       Code = "byte_range_end"
	RangeOverlap   Code = "byte_range_overlap"
	OutsideRev     Code = "signature_outside_revision"
	ContentsEmpty  Code = "contents_empty"
	ContentsForm   Code = "contents_malformed"
	ContentsJunk   Code = "contents_junk"
	SubFilterOdd   Code = "sub_filter_unknown"
	NotPAdES       Code = "not_pades"
)

// Findings about the cryptography.
const (
	CMSMalformed       Code = "cms_malformed"
	CMSOdd             Code = "cms_odd"
	CMSNote            Code = "cms_note"
	CryptoWrong        Code = "crypto"
	NoSigningCert      Code = "no_signing_certificate_attribute"
	NoSignedAttributes Code = "no_signed_attributes"
	ValueAsWritten     Code = "value_over_unsorted_attributes"
	Weak               Code = "weak"
	ChainFailed        Code = "certificate"
	ChainWarning       Code = "certificate_warning"
	TimestampWrong     Code = "timestamp_invalid"
	TimestampUnsure    Code = "timestamp_untrusted"
	TimestampOrder     Code = "timestamp_order"
)

// Findings about what came after.
const (
	ChangedAfter  Code = "changed_after_signing"
	CompareFailed Code = "comparison_failed"
	SloppyUpdate  Code = "sloppy_update"
	PermissionOdd Code = "permission_malformed"
	PermsDiffer   Code = "certification_unlisted"
	UnvouchedArt  Code = "unvouched_appearance"
)

// A meaning is what a finding does to the answer, and its words.
type meaning struct {
	indication signing.Indication
	sub        signing.SubIndication
	text       string
}

func fails(text string) meaning { return meaning{signing.TotalFailed, signing.FormatFailure, text} }

func note(text string) meaning { return meaning{signing.TotalPassed, "", text} }

func unclear(sub signing.SubIndication, text string) meaning {
	return meaning{signing.Indeterminate, sub, text}
}

// meanings is the policy of this package in one place. A code that is not here
// fails: TestTable.
var meanings = map[Code]meaning{
	Unsigned:        unclear(signing.SignedDataNotFound, "the file carries no signature"),
	UsageRights:     note("a usage-rights signature of a reader's maker; it says nothing about the document"),
	Malformed:       fails("the file is not a PDF that can be read in one way only"),
	Encrypted:       unclear(signing.SignedDataNotFound, "the file is encrypted; nothing in it was judged"),
	Unreadable:      unclear(signing.SignedDataNotFound, "the file cannot be read from its medium"),
	Interrupted:     unclear(signing.SignedDataNotFound, "the check was interrupted"),
	Exceeds:         unclear(signing.SignedDataNotFound, "the file demands more than may be spent on it"),
	Internal:        fails("the check broke off; this is a fault of the program, and the file is not accepted"),
	FormBroken:      fails("the form or the pages of the document contradict themselves"),
	DuplicateFields: fails("a field was added that has the name of another"),
	TooMany:         fails("more signatures or revisions than any document has"),
	StrayTrace:      fails("there are remains of a signature that belongs to nothing"),
	BytesAfterEOF:   fails("bytes stand behind the end of the file that belong to nothing"),
	SloppyFile:      note("the file breaks the standard, in a way that leaves one meaning"),
	HiddenBytes:     note("the file has bytes that belong to nothing"),

	BrokenObject: note("an object that was there when the file was signed cannot be read"),
	BrokenUpdate: fails("an object cannot be read, and what it would show or hide is unknown"),

	NotADictionary: fails("the value of a signature field is not a signature"),
	Unreached:      fails("a signature is in the file, but no field of the document leads to it"),
	SharedValue:    fails("several fields show one signature"),
	OddDictionary:  fails("the signature dictionary can be read in two ways"),
	RangeMissing:   fails("the signature does not say what it covers"),
	RangeMalformed: fails("what the signature covers is not given as four numbers from the beginning of the file on"),
	RangeGap:       fails("the bytes left out by the signature are not exactly its own value"),
	RangeEnd:       fails("the signature does not cover a revision up to its end"),
	RangeOverlap:   fails("two signatures cover the same revision"),
	OutsideRev:     fails("the signature does not stand in the revision that it covers"),
	ContentsEmpty:  fails("the signature has no value"),
	ContentsForm:   fails("the value of the signature is not a hexadecimal string in its place"),
	ContentsJunk:   unclear(signing.SigConstraintsFailure, "something other than zeros fills the room behind the value of the signature"),
	SubFilterOdd:   unclear(signing.SigConstraintsFailure, "a form of signature that is not judged here"),
	NotPAdES:       note("a signature in the older form of ISO 32000-1, not PAdES"),

	CMSMalformed:       fails("the value of the signature cannot be read"),
	CMSOdd:             fails("the value of the signature is not what the standard allows"),
	CMSNote:            note("the value of the signature is sloppy"),
	CryptoWrong:        {signing.TotalFailed, signing.SigCryptoFailure, "the signature does not fit the document"},
	NoSigningCert:      unclear(signing.SigConstraintsFailure, "no signed attribute names the signer's certificate, as PAdES demands"),
	NoSignedAttributes: unclear(signing.SigConstraintsFailure, "nothing is signed with the document that names the certificate or the form of the content"),
	ValueAsWritten:     unclear(signing.SigConstraintsFailure, "the value was made over the signed attributes in an order that the standard does not know"),
	Weak:               note("a weak hash or key"),
	ChainFailed:        unclear(signing.NoCertificateChainFound, "the signer's certificate is not believed"),
	ChainWarning:       note("something about the certificate could not be checked"),
	TimestampWrong:     unclear(signing.SigConstraintsFailure, "a time-stamp of the signature is wrong"),
	TimestampUnsure:    note("a time-stamp is not believed, so it proves no time"),
	TimestampOrder:     unclear(signing.TimestampOrderFailure, "time-stamps contradict each other"),

	ChangedAfter:  fails("after signing, something was changed that may not be"),
	CompareFailed: fails("what was changed after signing cannot be told"),
	SloppyUpdate:  fails("what follows the signature is not a proper revision"),
	PermissionOdd: unclear(signing.SigConstraintsFailure, "what the signature allows cannot be read"),
	UnvouchedArt:  note("what a signature shows that is not valid or not believed lies on pages that others have signed"),
	PermsDiffer:   note("the document's catalog does not point to its certification"),
}

// found makes a finding; the data are names and values in turn.
func found(code Code, data ...any) Finding {
	m, ok := meanings[code]
	if !ok {
		m = fails("")
	}
	f := Finding{Code: code, Text: m.text, indication: m.indication, sub: m.sub}
	if len(data) > 0 {
		f.Data = map[string]any{}
	}
	for i := 0; i+1 < len(data); i += 2 {
		f.Data[data[i].(string)] = data[i+1]
	}
	return f
}

// as gives a finding the answer that another package has come to.
func (f Finding) as(indication signing.Indication, sub signing.SubIndication) Finding {
	f.indication, f.sub = indication, sub
	return f
}
