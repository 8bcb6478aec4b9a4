package app

import "slices"

// SignatureKind tells the two signatures that make an electronic original
// (NĐ 30/2020, Điều 5).
type SignatureKind uint8

// Signature kinds.
const (
	SignaturePerson SignatureKind = 1 // the authorised person
	SignatureOrgan  SignatureKind = 2 // the agency
	// SignatureAttachment is the agency's on an attachment in a file of its own:
	// besides the two, and never in their stead.
	SignatureAttachment SignatureKind = 3
)

// Signature records that a document was signed. Digital is false for a
// signature on the paper original: such a document has no electronic original.
type Signature struct {
	Kind    SignatureKind `cbor:"1,keyasint"`
	By      ID            `cbor:"2,keyasint"`
	At      Time          `cbor:"3,keyasint"`
	Form    AuthorityForm `cbor:"4,keyasint,omitempty"`
	Digital bool          `cbor:"5,keyasint,omitempty"`
	Content Hash          `cbor:"6,keyasint,omitzero"` // SHA-256 of the file signed; of a digital one, with the signature in it
	// Of a digital one:
	File    CommandID `cbor:"7,keyasint,omitempty"` // the version that it is in, time-stamp and all
	Claim   Claim     `cbor:"8,keyasint,omitzero"`
	Verdict Verdict   `cbor:"9,keyasint,omitzero"` // zero until the server has judged it
}

// KeyKind tells where the key of a signature lies.
type KeyKind string

// Key kinds.
const (
	KeyToken  KeyKind = "token"  // a device that does not give it away
	KeyFile   KeyKind = "file"   // PKCS #12, for trials
	KeyRemote KeyKind = "remote" // at a provider
)

// Claim is what the signer's machine says of a digital signature. It is what
// screens show until the server has judged it.
type Claim struct {
	Field       string  `cbor:"1,keyasint,omitempty" json:"field" maxLength:"100"` // full name in the PDF
	Certificate Hash    `cbor:"2,keyasint,omitzero" json:"certificate"`            // SHA-256 of its DER
	Subject     string  `cbor:"3,keyasint,omitempty" json:"subject" maxLength:"200"`
	Issuer      string  `cbor:"4,keyasint,omitempty" json:"issuer" maxLength:"200"`
	Key         KeyKind `cbor:"5,keyasint,omitempty" json:"key" enum:"token,file,remote"`
}

// incomplete reports a claim that does not say what a signature in a file needs.
func (c Claim) incomplete() bool {
	return c.Field == "" || c.Certificate.IsZero() || !slices.Contains([]KeyKind{KeyToken, KeyFile, KeyRemote}, c.Key)
}

// Verdict is what the server's validator said, in the words of ETSI EN 319
// 102-1: of one signature, or of a file with all that are in it.
type Verdict struct {
	Indication string `cbor:"1,keyasint,omitempty" json:"indication"` // "TOTAL-PASSED", "INDETERMINATE", "TOTAL-FAILED"
	Sub        string `cbor:"2,keyasint,omitempty" json:"sub,omitempty"`
	At         Time   `cbor:"3,keyasint,omitempty" json:"at"`
	Stamped    Time   `cbor:"4,keyasint,omitempty" json:"stamped,omitempty"`    // the time-stamp's time; 0: none yet
	Level      string `cbor:"5,keyasint,omitempty" json:"level,omitempty"`      // "B-B", "B-T", "B-LT", "B-LTA"
	Signatures int    `cbor:"6,keyasint,omitempty" json:"signatures,omitempty"` // in a file
}

// Levels of ETSI EN 319 142-1 that the work on a document goes by.
const (
	LevelT   = "B-T"
	LevelLT  = "B-LT"  // what the signature rests on is in the file
	LevelLTA = "B-LTA" // and a time-stamp over that
)

// Passed reports a signature that the server has found good.
func (v Verdict) Passed() bool { return v.Indication == "TOTAL-PASSED" }

// Failed reports a signature that is known to be bad.
func (v Verdict) Failed() bool { return v.Indication == "TOTAL-FAILED" }

// Initial (ký nháy) is what somebody who checked a draft signs it with, beside the
// file, so that the leader's signature is the first in it: a detached CAdES
// signature over InitialText.
type Initial struct {
	By       ID      `cbor:"1,keyasint"`
	At       Time    `cbor:"2,keyasint"`
	Revision uint32  `cbor:"3,keyasint"`
	Content  Hash    `cbor:"4,keyasint"`
	Given    Time    `cbor:"5,keyasint"` // the signer's clock, as the text has it
	CMS      []byte  `cbor:"6,keyasint"` // DER
	Claim    Claim   `cbor:"7,keyasint"`
	Verdict  Verdict `cbor:"8,keyasint,omitzero"`
}

// Signed reports which of the two signatures are there, and whether both are
// digital, as an electronic original needs (NĐ 30/2020, Điều 5).
func (d *Document) Signed() (person, organ, electronic bool) {
	electronic = true
	for _, s := range d.Signatures {
		switch s.Kind {
		case SignaturePerson:
			person = true
		case SignatureOrgan:
			organ = true
		}
		electronic = electronic && s.Digital
	}
	return person, organ, person && organ && electronic
}

// signature is the last one of a kind.
func (d *Document) signature(kind SignatureKind) (last Signature, ok bool) {
	for _, id := range sortedKeys(d.Signatures) {
		if s := d.Signatures[id]; s.Kind == kind && (!ok || s.At >= last.At) {
			last, ok = s, true
		}
	}
	return last, ok
}
