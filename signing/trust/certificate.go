package trust

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// maxCertificate bounds one certificate; real ones have a few kilobytes.
const maxCertificate = 1 << 18

var errNotDER = errors.New("trust: not a DER certificate")

// ParseCertificate reads a DER certificate as crypto/x509 does, and also one
// with a negative serial number, which RFC 5280 forbids and old CAs issued.
func ParseCertificate(der []byte) (*x509.Certificate, error) {
	if len(der) > maxCertificate {
		return nil, fmt.Errorf("trust: a certificate of %d bytes", len(der))
	}
	cert, err := x509.ParseCertificate(der)
	if err == nil {
		return cert, nil
	}
	if negative, ok := parseNegativeSerial(der); ok {
		return negative, nil
	}
	return nil, err
}

// parseNegativeSerial reads the certificate with another first byte of the
// serial number, and puts the true bytes back.
func parseNegativeSerial(der []byte) (*x509.Certificate, bool) {
	der = bytes.Clone(der)
	input := cryptobyte.String(der)
	var outer, tbs, version, rest cryptobyte.String
	if !input.ReadASN1(&outer, asn1.SEQUENCE) || !outer.ReadASN1Element(&tbs, asn1.SEQUENCE) {
		return nil, false
	}
	rest = tbs
	var serial cryptobyte.String
	if !rest.ReadASN1(&rest, asn1.SEQUENCE) ||
		!rest.ReadOptionalASN1(&version, nil, asn1.Tag(0).Constructed().ContextSpecific()) ||
		!rest.ReadASN1(&serial, asn1.INTEGER) || len(serial) == 0 || serial[0] < 0x80 {
		return nil, false
	}
	patched := bytes.Clone(der)
	patched[offset(der, serial)] = 0x7f
	cert, err := x509.ParseCertificate(patched)
	if err != nil {
		return nil, false
	}
	cert.Raw, cert.RawTBSCertificate, cert.SerialNumber = der, tbs, signed(serial)
	return cert, true
}

// offset is where the non-empty part lies in whole, of which it is a slice.
func offset(whole, part []byte) int { return cap(whole) - cap(part) }

// signed reads a two's complement number.
func signed(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// ParseCertificates reads a file of certificates: one in DER, or any number in
// PEM. Other PEM blocks are refused, lest a private key lie among the anchors.
func ParseCertificates(b []byte) ([]*x509.Certificate, error) {
	if !bytes.Contains(b, []byte("-----BEGIN")) {
		cert, err := ParseCertificate(b)
		if err != nil {
			return nil, errors.Join(errNotDER, err)
		}
		return []*x509.Certificate{cert}, nil
	}
	var certs []*x509.Certificate
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("trust: a PEM block %q among certificates", block.Type)
		}
		cert, err := ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		certs = append(certs, cert)
	}
	if len(certs) == 0 {
		return nil, errors.New("trust: no whole PEM block")
	}
	return certs, nil
}

// Fingerprint is the SHA-256 of the whole certificate.
type Fingerprint [sha256.Size]byte

// FingerprintOf returns the fingerprint of the certificate.
func FingerprintOf(c *x509.Certificate) Fingerprint { return sha256.Sum256(c.Raw) }

// selfIssued reports whether subject and issuer are the same name.
func selfIssued(c *x509.Certificate) bool {
	return nameKey(c.RawSubject) == nameKey(c.RawIssuer)
}

// selfSigned reports whether the certificate is signed with its own key.
func selfSigned(c *x509.Certificate) bool {
	return selfIssued(c) && signedBy(c, c.PublicKey)
}
