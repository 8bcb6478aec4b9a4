package cms

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"khonggiay/signing"
)

// essCert is ESSCertID of RFC 2634 or ESSCertIDv2 of RFC 5035.
type essCert struct {
	hash   crypto.Hash // 0 if it is not known here
	sum    []byte
	issuer []byte   // DER of the Name; nil if issuerSerial is absent
	serial *big.Int // nil if issuerSerial is absent
}

// names reports whether the certificate is the one meant.
func (e essCert) names(c *x509.Certificate) bool {
	if e.hash == 0 || !bytes.Equal(hashSum(e.hash, c.Raw), e.sum) {
		return false
	}
	return e.serial == nil || e.serial.Cmp(c.SerialNumber) == 0 && bytes.Equal(e.issuer, c.RawIssuer)
}

// readESSCert reads SigningCertificate, whose hash is always SHA-1.
func readESSCert(v cryptobyte.String, a *attributes) bool { return readESS(v, a, false) }

// readESSCertV2 reads SigningCertificateV2, which names its hash.
func readESSCertV2(v cryptobyte.String, a *attributes) bool { return readESS(v, a, true) }

// readESS takes the first certificate of the list: it is the signer's, the
// others would limit the path, which RFC 5035 leaves to the caller's policy.
func readESS(v cryptobyte.String, a *attributes, v2 bool) bool {
	var attr, certs cryptobyte.String
	if !v.ReadASN1(&attr, cbasn1.SEQUENCE) || !v.Empty() || !attr.ReadASN1(&certs, cbasn1.SEQUENCE) {
		return false
	}
	var policies cryptobyte.String
	if !attr.ReadOptionalASN1(&policies, nil, cbasn1.SEQUENCE) || !attr.Empty() {
		return false
	}
	e, ok := readESSCertID(&certs, v2)
	a.ess = append(a.ess, e)
	return ok
}

func readESSCertID(certs *cryptobyte.String, v2 bool) (e essCert, ok bool) {
	var id cryptobyte.String
	if !certs.ReadASN1(&id, cbasn1.SEQUENCE) {
		return e, false
	}
	e.hash = crypto.SHA1
	if v2 {
		e.hash = crypto.SHA256
		if id.PeekASN1Tag(cbasn1.SEQUENCE) {
			a, ok := readAlgorithm(&id)
			if !ok {
				return e, false
			}
			if e.hash, _ = a.hash(); e.hash == 0 {
				return e, false
			}
		}
	}
	if !id.ReadASN1Bytes(&e.sum, cbasn1.OCTET_STRING) {
		return e, false
	}
	if id.Empty() {
		return e, true
	}
	return e, readIssuerSerial(&id, &e) && id.Empty()
}

func readIssuerSerial(in *cryptobyte.String, e *essCert) bool {
	var is, names, directory, name cryptobyte.String
	ok := in.ReadASN1(&is, cbasn1.SEQUENCE) && is.ReadASN1(&names, cbasn1.SEQUENCE) &&
		names.ReadASN1(&directory, cbasn1.Tag(4).ContextSpecific().Constructed()) && names.Empty() &&
		directory.ReadASN1Element(&name, cbasn1.SEQUENCE) && directory.Empty()
	e.issuer, e.serial = name, new(big.Int)
	return ok && is.ReadASN1Integer(e.serial) && is.Empty()
}

// signingCertificateV2 writes the value of the attribute for one certificate.
// The default hash, SHA-256, is left out as DER wants it.
func signingCertificateV2(c *x509.Certificate, s signing.Scheme) ([]byte, error) {
	alg, err := digestAlgorithm(s.Hash)
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	seq := func(b *cryptobyte.Builder, inside func(*cryptobyte.Builder)) { b.AddASN1(cbasn1.SEQUENCE, inside) }
	seq(&b, func(b *cryptobyte.Builder) { // SigningCertificateV2
		seq(b, func(b *cryptobyte.Builder) { // certs
			seq(b, func(b *cryptobyte.Builder) { // ESSCertIDv2
				if s.Hash != crypto.SHA256 {
					b.AddBytes(alg.marshal())
				}
				b.AddASN1OctetString(hashSum(s.Hash, c.Raw))
				seq(b, func(b *cryptobyte.Builder) { // issuerSerial
					seq(b, func(b *cryptobyte.Builder) { // GeneralNames with one directoryName
						b.AddASN1(cbasn1.Tag(4).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddBytes(c.RawIssuer) })
					})
					b.AddASN1BigInt(c.SerialNumber)
				})
			})
		})
	})
	return b.Bytes()
}
