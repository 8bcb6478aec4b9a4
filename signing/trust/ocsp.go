package trust

import (
	"bytes"
	"crypto/x509"
	stdasn1 "encoding/asn1"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// maxResponderCerts bounds the certificates that a response brings along.
const maxResponderCerts = 16

// An ocspResponse is a BasicOCSPResponse (RFC 6960, 4.2.1).
type ocspResponse struct {
	raw      []byte
	seal     sealed
	produced time.Time
	singles  []single
	certs    []*x509.Certificate
	strange  bool // a critical extension that nobody here knows
}

// A single answer about one certificate.
type single struct {
	hash              string // OID
	nameHash, keyHash []byte
	serial            []byte
	status            uint8 // the choice: 0 good, 1 revoked, 2 unknown
	since, this, next time.Time
	reason            int
	cutoff            time.Time // archive cutoff
	strange           bool
}

// parseOCSP reads an OCSPResponse, or the BasicOCSPResponse that CAdES
// revocation values hold.
func parseOCSP(der []byte) (*ocspResponse, error) {
	input := cryptobyte.String(der)
	var outer cryptobyte.String
	if len(der) > maxEvidence || !input.ReadASN1(&outer, asn1.SEQUENCE) || !input.Empty() {
		return nil, errMalformed
	}
	r := &ocspResponse{raw: der}
	if outer.PeekASN1Tag(asn1.ENUM) {
		basic, ok := unwrapOCSP(outer)
		if !ok {
			return nil, errMalformed
		}
		outer = basic
	}
	var rest cryptobyte.String
	var err error
	if r.seal, rest, err = readSealed(outer); err != nil {
		return nil, err
	}
	if !r.readData(r.seal.tbs) || !r.readCerts(rest) {
		return nil, errMalformed
	}
	return r, nil
}

// unwrapOCSP returns the content of the BasicOCSPResponse in a successful response.
func unwrapOCSP(outer cryptobyte.String) (basic cryptobyte.String, ok bool) {
	status := -1
	var wrapped, seq, octets cryptobyte.String
	var oid stdasn1.ObjectIdentifier
	ok = outer.ReadASN1Enum(&status) && status == 0 && outer.ReadASN1(&wrapped, explicit(0)) && outer.Empty() &&
		wrapped.ReadASN1(&seq, asn1.SEQUENCE) && seq.ReadASN1ObjectIdentifier(&oid) &&
		oid.String() == "1.3.6.1.5.5.7.48.1.1" && seq.ReadASN1(&octets, asn1.OCTET_STRING) &&
		octets.ReadASN1(&basic, asn1.SEQUENCE) && octets.Empty()
	return basic, ok
}

func (r *ocspResponse) readData(tbs cryptobyte.String) bool {
	var data, version, responder, list, exts, seq cryptobyte.String
	var there bool
	var tag asn1.Tag
	if !tbs.ReadASN1(&data, asn1.SEQUENCE) || !data.ReadOptionalASN1(&version, nil, explicit(0)) ||
		!data.ReadAnyASN1(&responder, &tag) || !data.ReadASN1GeneralizedTime(&r.produced) ||
		!data.ReadASN1(&list, asn1.SEQUENCE) || !data.ReadOptionalASN1(&exts, &there, explicit(1)) || !data.Empty() {
		return false
	}
	if there && !(exts.ReadASN1(&seq, asn1.SEQUENCE) && readExtensions(seq, func(_ string, critical bool, _ cryptobyte.String) bool {
		r.strange = r.strange || critical
		return true
	})) {
		return false
	}
	for !list.Empty() {
		var item cryptobyte.String
		if !list.ReadASN1(&item, asn1.SEQUENCE) {
			return false
		}
		s, ok := readSingle(item)
		if !ok {
			return false
		}
		r.singles = append(r.singles, s)
	}
	return true
}

func (r *ocspResponse) readCerts(rest cryptobyte.String) bool {
	var wrapped, seq cryptobyte.String
	var there bool
	if !rest.ReadOptionalASN1(&wrapped, &there, explicit(0)) || !rest.Empty() {
		return false
	}
	if !there {
		return true
	}
	if !wrapped.ReadASN1(&seq, asn1.SEQUENCE) {
		return false
	}
	for !seq.Empty() && len(r.certs) < maxResponderCerts {
		var der cryptobyte.String
		if !seq.ReadASN1Element(&der, asn1.SEQUENCE) {
			return false
		}
		if c, err := ParseCertificate(der); err == nil { // a strange one signs nothing
			r.certs = append(r.certs, c)
		}
	}
	return true
}

func readSingle(item cryptobyte.String) (s single, ok bool) {
	var id, alg, name, key, serial, status, next, exts, seq cryptobyte.String
	var oid stdasn1.ObjectIdentifier
	var tag asn1.Tag
	var hasNext, hasExts bool
	if !item.ReadASN1(&id, asn1.SEQUENCE) || !id.ReadASN1(&alg, asn1.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&oid) ||
		!id.ReadASN1(&name, asn1.OCTET_STRING) || !id.ReadASN1(&key, asn1.OCTET_STRING) || !id.ReadASN1(&serial, asn1.INTEGER) {
		return s, false
	}
	s.hash, s.nameHash, s.keyHash, s.serial = oid.String(), name, key, serial
	if !item.ReadAnyASN1(&status, &tag) || !s.readStatus(status, tag) || !item.ReadASN1GeneralizedTime(&s.this) ||
		!item.ReadOptionalASN1(&next, &hasNext, explicit(0)) || !item.ReadOptionalASN1(&exts, &hasExts, explicit(1)) || !item.Empty() {
		return s, false
	}
	if hasNext && !next.ReadASN1GeneralizedTime(&s.next) {
		return s, false
	}
	return s, !hasExts || exts.ReadASN1(&seq, asn1.SEQUENCE) && readExtensions(seq, s.readExtension)
}

func (s *single) readStatus(content cryptobyte.String, tag asn1.Tag) bool {
	switch tag {
	case asn1.Tag(0).ContextSpecific(), asn1.Tag(2).ContextSpecific():
		s.status = uint8(tag) & 0x1f
		return content.Empty()
	case explicit(1):
		s.status = 1
		var reason cryptobyte.String
		var there bool
		return content.ReadASN1GeneralizedTime(&s.since) && content.ReadOptionalASN1(&reason, &there, explicit(0)) &&
			content.Empty() && (!there || reason.ReadASN1Enum(&s.reason))
	}
	return false
}

func (s *single) readExtension(oid string, critical bool, value cryptobyte.String) bool {
	switch {
	case oid == "1.3.6.1.5.5.7.48.1.6":
		return value.ReadASN1GeneralizedTime(&s.cutoff)
	case critical:
		s.strange = true
	}
	return true
}

// about returns the answer about the certificate of that issuer.
func (r *ocspResponse) about(cert, issuer *x509.Certificate) (single, bool) {
	serial := serialBytes(cert)
	i := slices.IndexFunc(r.singles, func(s single) bool {
		h, ok := hashes[s.hash]
		if !ok || !bytes.Equal(s.serial, serial) {
			return false
		}
		sum := func(b []byte) []byte {
			d := h.New()
			d.Write(b)
			return d.Sum(nil)
		}
		// The name may be encoded otherwise in the two certificates.
		named := bytes.Equal(s.nameHash, sum(cert.RawIssuer)) || bytes.Equal(s.nameHash, sum(issuer.RawSubject))
		return named && bytes.Equal(s.keyHash, sum(keyBits(issuer)))
	})
	if i < 0 {
		return single{}, false
	}
	return r.singles[i], true
}
