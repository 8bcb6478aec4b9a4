package cms

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Limits bound what Parse takes on. A zero field has its default.
type Limits struct {
	Size     int // bytes; default 64 MiB, as much as the largest CRL that is read
	Elements int // steps; default 200,000
	Depth    int // levels; default 32
}

func (l Limits) orDefault() Limits {
	or := func(n, otherwise int) int {
		if n > 0 {
			return n
		}
		return otherwise
	}
	return Limits{Size: or(l.Size, 64<<20), Elements: or(l.Elements, 200_000), Depth: or(l.Depth, 32)}
}

// Oddity is something that a signature should not have. Parse reports it and
// goes on; whether it is forgiven is for the caller's policy.
type Oddity string

const (
	NotDER            Oddity = "not-der"             // BER that DER would write otherwise
	UnknownVersion    Oddity = "unknown-version"     // of SignedData or SignerInfo
	SeveralSigners    Oddity = "several-signers"     // more than one SignerInfo
	NoSigners         Oddity = "no-signers"          // certificates only
	Encapsulated      Oddity = "encapsulated"        // data inside, where a detached signature has none
	OtherCertificates Oddity = "other-certificates"  // attribute certificates and the like
	OtherRevocation   Oddity = "other-revocation"    // revocation information that is no CRL
	RefusedCert       Oddity = "refused-certificate" // a certificate that cannot be read
	DuplicateCert     Oddity = "duplicate-certificate"
	UnlistedDigest    Oddity = "unlisted-digest"     // the signer's digest is not among digestAlgorithms
	DigestMismatch    Oddity = "digest-mismatch"     // digest and signature algorithm name different hashes
	DuplicateAttr     Oddity = "duplicate-attribute" // a signed attribute twice
	SeveralValues     Oddity = "several-values"      // an attribute that has one value has more
	UnsortedAttrs     Oddity = "unsorted-attributes" // signed attributes not as DER orders them
	NoSignedAttrs     Oddity = "no-signed-attributes"
	NoContentType     Oddity = "no-content-type"
	OtherContentType  Oddity = "other-content-type" // the attribute differs from the content's type
	OtherAlgorithms   Oddity = "other-algorithms"   // the attribute of RFC 6211 differs from what was used
	NoMessageDigest   Oddity = "no-message-digest"
	NoESSCert         Oddity = "no-signing-certificate" // neither signing-certificate nor -v2
	UnreadableAttr    Oddity = "unreadable-attribute"   // an attribute known here has a form that is not
)

// Certificate is a certificate as it stands in the message.
type Certificate struct {
	Raw  []byte
	Cert *x509.Certificate // nil if it cannot be read
	Err  error             // why it cannot
}

// Attribute is a signed or unsigned attribute. Values are as they stand in the
// message, each with its own header.
type Attribute struct {
	OID    asn1.ObjectIdentifier
	Values [][]byte
}

// SignedData is a parsed message. Slices are parts of the bytes that were given
// to Parse wherever possible: do not change those.
type SignedData struct {
	Version           int
	DigestAlgorithms  []Algorithm
	ContentType       asn1.ObjectIdentifier
	Content           []byte // nil if detached
	Certificates      []Certificate
	OtherCertificates [][]byte
	CRLs              [][]byte
	OtherRevocation   [][]byte
	Signers           []*SignerInfo
	Oddities          []Oddity

	Length       int  // of the message itself
	Trailing     int  // bytes after it
	TrailingZero bool // they are all zero: the padding of a PDF's Contents
}

// Detached reports that the content is not in the message.
func (d *SignedData) Detached() bool { return d.Content == nil }

func (d *SignedData) odd(o Oddity) { d.Oddities = addOddity(d.Oddities, o) }

func addOddity(to []Oddity, o Oddity) []Oddity {
	if slices.Contains(to, o) {
		return to
	}
	return append(to, o)
}

// SignerInfo is one signer's part. Either Issuer and Serial or SubjectKeyID name
// the certificate.
type SignerInfo struct {
	Version            int
	Issuer             []byte // DER of the Name
	Serial             *big.Int
	SubjectKeyID       []byte
	DigestAlgorithm    Algorithm
	SignatureAlgorithm Algorithm
	SignedAttributes   []Attribute
	UnsignedAttributes []Attribute
	Signature          []byte
	Oddities           []Oddity

	contentType oid // of the message
	certs       []Certificate
	signed      [][]byte // what may have been hashed: DER first, then as it stands
	attrs       attributes
}

func (s *SignerInfo) odd(o Oddity) { s.Oddities = addOddity(s.Oddities, o) }

// Hash is the hash that the content must be digested with, or *UnsupportedError.
func (s *SignerInfo) Hash() (crypto.Hash, error) { return s.DigestAlgorithm.hash() }

// SigningTime is what the signer claims in a signed attribute; false if nothing.
func (s *SignerInfo) SigningTime() (time.Time, bool) {
	return s.attrs.time, !s.attrs.time.IsZero()
}

// Timestamps are the RFC 3161 tokens over the signature value, not verified.
func (s *SignerInfo) Timestamps() [][]byte { return valuesOf(s.UnsignedAttributes, OIDTimestamp) }

// RevocationInfo is adbe-revocationInfoArchival among the signed attributes,
// nil if there is none.
func (s *SignerInfo) RevocationInfo() [][]byte {
	return valuesOf(s.SignedAttributes, OIDRevocationInfo)
}

func valuesOf(attrs []Attribute, id asn1.ObjectIdentifier) (values [][]byte) {
	for _, a := range attrs {
		if a.OID.Equal(id) {
			values = append(values, a.Values...)
		}
	}
	return values
}

// attributes are the signed attributes that this package understands.
type attributes struct {
	contentType oid
	digest      []byte
	time        time.Time
	ess         []essCert   // the first certificate that each version of the attribute names
	algorithms  []Algorithm // of digest and signature as RFC 6211 protects them; nil if absent
	unclear     bool        // one of the above twice, with several values, or unreadable
}

// readAttributes takes the known attributes out of DER values by OID. Of one that
// stands twice the first is read, which bounds what Verify has to hash; Verify
// refuses it anyway.
func (s *SignerInfo) readAttributes(der []Attribute) {
	seen := map[string]bool{}
	for _, a := range der {
		id := a.OID.String()
		read, known := attributeReaders[id]
		if known && (seen[id] || len(a.Values) != 1) {
			s.attrs.unclear = true
		}
		if seen[id] {
			s.odd(DuplicateAttr)
			continue
		}
		seen[id] = true
		if !known {
			continue
		}
		if len(a.Values) > 1 {
			s.odd(SeveralValues)
		}
		if len(a.Values) > 0 && !read(cryptobyte.String(a.Values[0]), &s.attrs) {
			s.odd(UnreadableAttr)
			s.attrs.unclear = true
		}
	}
}

var attributeReaders = map[string]func(cryptobyte.String, *attributes) bool{
	oidContentType.String(): func(v cryptobyte.String, a *attributes) bool {
		return v.ReadASN1ObjectIdentifier((*asn1.ObjectIdentifier)(&a.contentType)) && v.Empty()
	},
	oidDigest.String(): func(v cryptobyte.String, a *attributes) bool {
		return v.ReadASN1Bytes(&a.digest, cbasn1.OCTET_STRING) && v.Empty()
	},
	oidSigningTime.String(): func(v cryptobyte.String, a *attributes) bool {
		if v.PeekASN1Tag(cbasn1.UTCTime) {
			return v.ReadASN1UTCTime(&a.time) && v.Empty()
		}
		return v.ReadASN1GeneralizedTime(&a.time) && v.Empty()
	},
	oidAlgorithms.String(): readAlgorithms,
	oidESSCert.String():    readESSCert,
	oidESSCertV2.String():  readESSCertV2,
}

// readAlgorithms reads CMSAlgorithmProtection as a signature has it: without a
// MAC algorithm.
func readAlgorithms(v cryptobyte.String, a *attributes) bool {
	var seq cryptobyte.String
	if !v.ReadASN1(&seq, cbasn1.SEQUENCE) || !v.Empty() {
		return false
	}
	digest, ok1 := readAlgorithm(&seq)
	sig, ok2 := readAlgorithmAs(&seq, cbasn1.Tag(1).ContextSpecific().Constructed())
	a.algorithms = []Algorithm{digest, sig}
	return ok1 && ok2 && seq.Empty()
}
