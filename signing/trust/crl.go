package trust

import (
	"bytes"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// A crl is a certificate revocation list whose entries stay bytes: a large
// list is searched in place, and one with negative serial numbers too.
type crl struct {
	raw          []byte
	seal         sealed
	issuer       []byte
	this, next   time.Time
	entries      cryptobyte.String
	odd          string // why it cannot be used for anybody
	onlyUsers    bool
	onlyCAs      bool
	points       []string // addresses of its distribution point, if it names one
	hasPoint     bool
	expiredSince time.Time // entries stay after expiry for certificates that expired since then
}

// Problems of evidence; the screen has a sentence for each.
const (
	ProblemUnreadable  = "unreadable"
	ProblemDelta       = "delta"           // a delta CRL
	ProblemIndirect    = "indirect"        // entries of other issuers
	ProblemPartial     = "partial_reasons" // only some reasons
	ProblemExtension   = "extension"       // an unknown critical extension
	ProblemOther       = "other_issuer"    // about other certificates
	ProblemScope       = "scope"           // about another part of the issuer's certificates
	ProblemSignature   = "signature"
	ProblemAlgorithm   = "algorithm"
	ProblemFuture      = "future"
	ProblemAfterExpiry = "after_expiry" // made when the expired certificate need not be listed
	ProblemNotListed   = "not_listed"   // the responder does not know the certificate
	ProblemResponder   = "responder"    // signed by somebody who may not
	ProblemFetch       = "fetch"        // could not be had
	ProblemLimits      = "limits"       // more pieces than are looked at
)

var errRemoved = errors.New("trust: removeFromCRL in a full CRL")

// maxEvidence bounds one CRL or OCSP response.
const maxEvidence = 64 << 20

func parseCRL(der []byte) (*crl, error) {
	if len(der) > maxEvidence {
		return nil, errMalformed
	}
	c := &crl{raw: der}
	input := cryptobyte.String(der)
	var outer cryptobyte.String
	if !input.ReadASN1(&outer, asn1.SEQUENCE) || !input.Empty() {
		return nil, errMalformed
	}
	var rest cryptobyte.String
	var err error
	if c.seal, rest, err = readSealed(outer); err != nil {
		return nil, err
	}
	if !rest.Empty() || !c.readList(c.seal.tbs, outer) {
		return nil, errMalformed
	}
	return c, nil
}

// readList reads TBSCertList; outer gives the outer algorithm, which must be the same.
func (c *crl) readList(tbs, outer cryptobyte.String) bool {
	var list, alg, outerAlg, issuer cryptobyte.String
	version := 0
	if !outer.SkipASN1(asn1.SEQUENCE) || !outer.ReadASN1(&outerAlg, asn1.SEQUENCE) || !tbs.ReadASN1(&list, asn1.SEQUENCE) {
		return false
	}
	if list.PeekASN1Tag(asn1.INTEGER) && (!list.ReadASN1Integer(&version) || version != 1) {
		return false
	}
	if !list.ReadASN1(&alg, asn1.SEQUENCE) || !bytes.Equal(alg, outerAlg) || !list.ReadASN1Element(&issuer, asn1.SEQUENCE) || !readTime(&list, &c.this) {
		return false
	}
	c.issuer = issuer
	if (list.PeekASN1Tag(asn1.UTCTime) || list.PeekASN1Tag(asn1.GeneralizedTime)) && !readTime(&list, &c.next) {
		return false
	}
	if !list.ReadOptionalASN1(&c.entries, nil, asn1.SEQUENCE) {
		return false
	}
	var exts, seq cryptobyte.String
	var there bool
	if !list.ReadOptionalASN1(&exts, &there, explicit(0)) || !list.Empty() {
		return false
	}
	return !there || exts.ReadASN1(&seq, asn1.SEQUENCE) && exts.Empty() && readExtensions(seq, c.readExtension)
}

func (c *crl) readExtension(oid string, critical bool, value cryptobyte.String) bool {
	switch oid {
	case "2.5.29.27":
		c.odd = ProblemDelta
	case "2.5.29.28":
		return c.readPoint(value)
	case "2.5.29.60": // expiredCertsOnCRL
		return readTime(&value, &c.expiredSince)
	case "2.5.29.20", "2.5.29.35":
	default:
		if critical {
			c.odd = ProblemExtension
		}
	}
	return true
}

// readPoint reads IssuingDistributionPoint (RFC 5280, 5.2.5).
func (c *crl) readPoint(value cryptobyte.String) bool {
	var seq, point cryptobyte.String
	if !value.ReadASN1(&seq, asn1.SEQUENCE) || !seq.ReadOptionalASN1(&point, &c.hasPoint, explicit(0)) {
		return false
	}
	if c.hasPoint && !c.readPointName(point) {
		return false
	}
	var flags [6]bool // by context tag; a BIT STRING of reasons counts as set
	for tag := uint8(1); tag <= 5; tag++ {
		var b cryptobyte.String
		var there bool
		if !seq.ReadOptionalASN1(&b, &there, asn1.Tag(tag).ContextSpecific()) {
			return false
		}
		flags[tag] = there && (tag == 3 || len(b) == 1 && b[0] != 0)
	}
	c.onlyUsers, c.onlyCAs = flags[1], flags[2]
	switch {
	case flags[4]:
		c.odd = ProblemIndirect
	case flags[3]:
		c.odd = ProblemPartial
	case flags[5]: // attribute certificates
		c.odd = ProblemScope
	}
	return seq.Empty()
}

// readPointName keeps the addresses; a name relative to the issuer has none and fits nothing.
func (c *crl) readPointName(point cryptobyte.String) bool {
	var full cryptobyte.String
	var there bool
	if !point.ReadOptionalASN1(&full, &there, explicit(0)) {
		return false
	}
	for !full.Empty() {
		name, ok := readGeneralName(&full)
		if !ok {
			return false
		}
		if name.form == formURI {
			c.points = append(c.points, string(name.value))
		}
	}
	return true
}

// An entry is what a CRL says about one certificate.
type entry struct {
	since    time.Time
	invalid  time.Time // invalidityDate: when the key is thought to have been lost
	reason   int
	strange  bool // a critical extension that nobody here knows
	indirect bool // about another issuer's certificate
}

// find looks through the whole list, so that a damaged one is never believed.
func (c *crl) find(cert *x509.Certificate) (e entry, found bool, err error) {
	want := serialBytes(cert)
	for list := c.entries; !list.Empty(); {
		var item, serial cryptobyte.String
		if !list.ReadASN1(&item, asn1.SEQUENCE) || !item.ReadASN1(&serial, asn1.INTEGER) {
			return e, false, errMalformed
		}
		if found || !bytes.Equal(serial, want) {
			continue
		}
		if e, err = readEntry(item); err != nil {
			return e, false, err
		}
		found = true
	}
	return e, found, nil
}

func readEntry(item cryptobyte.String) (e entry, err error) {
	var seq cryptobyte.String
	var there bool
	if !readTime(&item, &e.since) || !item.ReadOptionalASN1(&seq, &there, asn1.SEQUENCE) || !item.Empty() {
		return e, errMalformed
	}
	ok := readExtensions(seq, func(oid string, critical bool, value cryptobyte.String) bool {
		switch oid {
		case "2.5.29.21":
			return value.ReadASN1Enum(&e.reason)
		case "2.5.29.24":
			return value.ReadASN1GeneralizedTime(&e.invalid)
		case "2.5.29.29":
			e.indirect = true
		default:
			e.strange = e.strange || critical
		}
		return true
	})
	switch {
	case !ok:
		return e, errMalformed
	case e.reason == reasonRemove:
		return e, errRemoved
	}
	return e, nil
}

// about says why the list is not about the certificate; "" if it is.
func (c *crl) about(cert *x509.Certificate) string {
	switch {
	case nameKey(c.issuer) != nameKey(cert.RawIssuer):
		return ProblemOther
	case c.odd != "":
		return c.odd
	case c.onlyUsers && cert.IsCA, c.onlyCAs && !cert.IsCA:
		return ProblemScope
	case c.hasPoint && !slices.ContainsFunc(c.points, func(p string) bool { return slices.Contains(cert.CRLDistributionPoints, p) }):
		return ProblemScope
	}
	return ""
}
