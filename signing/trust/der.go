package trust

import (
	"crypto/x509"
	stdasn1 "encoding/asn1"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// explicit is a constructed context tag.
func explicit(n uint8) asn1.Tag { return asn1.Tag(n).Constructed().ContextSpecific() }

// readTime reads a Time: UTCTime or GeneralizedTime.
func readTime(s *cryptobyte.String, t *time.Time) bool {
	if s.PeekASN1Tag(asn1.UTCTime) {
		return s.ReadASN1UTCTime(t)
	}
	return s.ReadASN1GeneralizedTime(t)
}

// readExtensions calls each with the extensions in the content of Extensions,
// until it returns false.
func readExtensions(seq cryptobyte.String, each func(oid string, critical bool, value cryptobyte.String) bool) bool {
	for !seq.Empty() {
		var ext, value cryptobyte.String
		var oid stdasn1.ObjectIdentifier
		critical := false
		if !seq.ReadASN1(&ext, asn1.SEQUENCE) || !ext.ReadASN1ObjectIdentifier(&oid) {
			return false
		}
		if ext.PeekASN1Tag(asn1.BOOLEAN) && !ext.ReadASN1Boolean(&critical) {
			return false
		}
		if !ext.ReadASN1(&value, asn1.OCTET_STRING) || !ext.Empty() || !each(oid.String(), critical, value) {
			return false
		}
	}
	return true
}

// serialBytes is the content of the INTEGER that is the serial number.
func serialBytes(c *x509.Certificate) []byte {
	var b cryptobyte.Builder
	b.AddASN1BigInt(c.SerialNumber)
	der, err := b.Bytes()
	if err != nil {
		return nil
	}
	s := cryptobyte.String(der)
	var content cryptobyte.String
	s.ReadASN1(&content, asn1.INTEGER)
	return content
}

// keyBits is the subjectPublicKey without tag, length and unused bits.
func keyBits(c *x509.Certificate) []byte {
	s := cryptobyte.String(c.RawSubjectPublicKeyInfo)
	var seq, alg cryptobyte.String
	var bits stdasn1.BitString
	if !s.ReadASN1(&seq, asn1.SEQUENCE) || !seq.ReadASN1(&alg, asn1.SEQUENCE) || !seq.ReadASN1BitString(&bits) {
		return nil
	}
	return bits.RightAlign()
}
