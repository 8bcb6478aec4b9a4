package validator

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"time"

	"khonggiay/signing"
)

// A Report is what is known about a file. Its JSON is stable: fields are added,
// not changed. There are no words for people in it but Finding.Text.
type Report struct {
	File          string                `json:"file,omitempty"`
	Indication    signing.Indication    `json:"indication"`
	SubIndication signing.SubIndication `json:"sub_indication,omitempty"`
	Revisions     int                   `json:"revisions"`
	Signatures    []*Signature          `json:"signatures"`
	Findings      []Finding             `json:"findings,omitempty"`
}

// A Kind is what a signature is for.
type Kind string

// Kinds. A signature that cannot be read is an approval.
const (
	Approval      Kind = "approval"
	Certification Kind = "certification" // with DocMDP, of the document's author
	DocTimestamp  Kind = "timestamp"
	Detached      Kind = "detached" // beside a machine record: there is no PDF
)

// A Level is that of EN 319 142-1 which the signature has reached.
type Level string

// Levels.
const (
	BB   Level = "B-B"
	BT   Level = "B-T"
	BLT  Level = "B-LT"
	BLTA Level = "B-LTA"
)

// A Signature is one signature or document time-stamp, in the order of revisions.
type Signature struct {
	Field         string                `json:"field"`
	Object        string                `json:"object,omitempty"`
	Kind          Kind                  `json:"kind"`
	SubFilter     string                `json:"sub_filter,omitempty"`
	Indication    signing.Indication    `json:"indication"`
	SubIndication signing.SubIndication `json:"sub_indication,omitempty"`
	Signer        *Person               `json:"signer,omitempty"`
	Issuer        *Person               `json:"issuer,omitempty"`
	Certificate   *Certificate          `json:"certificate,omitempty"`
	ClaimedTime   *time.Time            `json:"claimed_time,omitempty"`
	Timestamp     *Timestamp            `json:"timestamp,omitempty"`
	// ProvenTime is the earliest proof that the signature existed.
	ProvenTime *time.Time  `json:"proven_time,omitempty"`
	Level      Level       `json:"level,omitempty"`
	Algorithms *Algorithms `json:"algorithms,omitempty"`
	Covers     Coverage    `json:"covers"`
	Revocation *Revocation `json:"revocation,omitempty"`
	Changes    []Change    `json:"changes,omitempty"`
	Findings   []Finding   `json:"findings,omitempty"`
}

// NewDetached is what is told of a signature beside a record; c may be nil.
func NewDetached(indication signing.Indication, sub signing.SubIndication, c *x509.Certificate) *Signature {
	s := &Signature{Kind: Detached, Indication: indication, SubIndication: sub}
	if c != nil {
		s.describe(c)
	}
	return s
}

// describe says who has signed.
func (s *Signature) describe(c *x509.Certificate) {
	signer, issuer := person(c.Subject), person(c.Issuer)
	s.Signer, s.Issuer = &signer, &issuer
	s.Certificate = &Certificate{Serial: fmt.Sprintf("%x", c.SerialNumber), NotBefore: c.NotBefore.UTC(),
		NotAfter: c.NotAfter.UTC(), SHA256: fmt.Sprintf("%x", hashed(crypto.SHA256, c.Raw))}
}

// A Person is a name in a certificate.
type Person struct {
	Name         string `json:"name"`
	Organisation string `json:"organisation,omitempty"`
	Unit         string `json:"unit,omitempty"`
	Subject      string `json:"subject"` // the whole name, RFC 2253
}

// A Certificate is the signer's.
type Certificate struct {
	Serial    string    `json:"serial"` // hexadecimal
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	SHA256    string    `json:"sha256"`
}

// A Timestamp is the proof of time inside the signature.
type Timestamp struct {
	Time    time.Time `json:"time"`
	By      string    `json:"by"`
	Trusted bool      `json:"trusted"`
}

// Algorithms are those of the signature value.
type Algorithms struct {
	Hash string `json:"hash"`
	Key  string `json:"key"` // such as "RSA 3072"
}

// Coverage is what the signature covers: everything up to the end of a revision.
type Coverage struct {
	WholeFile bool `json:"whole_file"`
	Revision  int  `json:"revision"` // from 1; 0 when it covers none
	Of        int  `json:"of"`
}

// A Revocation is what is known about the signer's certificate.
type Revocation struct {
	State      string     `json:"state"`
	Source     string     `json:"source,omitempty"` // "crl" or "ocsp"
	Origin     string     `json:"origin,omitempty"` // "document", "cache" or "network"
	ThisUpdate *time.Time `json:"this_update,omitempty"`
	AgeSeconds int64      `json:"age_seconds,omitempty"` // at the moment asked about
	Since      *time.Time `json:"since,omitempty"`       // of the revocation
}

// worse tells whether a is a worse answer than b.
func worse(a, b signing.Indication) bool { return rank(a) > rank(b) }

func rank(i signing.Indication) int {
	switch i {
	case signing.TotalPassed:
		return 0
	case signing.Indeterminate:
		return 1
	}
	return 2
}

// verdict is the worst of the findings, the first of equals.
func verdict(findings []Finding) (signing.Indication, signing.SubIndication) {
	indication, sub := signing.TotalPassed, signing.SubIndication("")
	for _, f := range findings {
		if worse(f.indication, indication) {
			indication, sub = f.indication, f.sub
		}
	}
	return indication, sub
}

// conclude gives each signature and then the file its answer.
func (r *Report) conclude() {
	r.Indication, r.SubIndication = verdict(r.Findings)
	for _, s := range r.Signatures {
		s.Indication, s.SubIndication = verdict(s.Findings)
		if worse(s.Indication, r.Indication) {
			r.Indication, r.SubIndication = s.Indication, s.SubIndication
		}
	}
}
