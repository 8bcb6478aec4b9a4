package trusttest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"testing"

	"khonggiay/signing/trust"
)

func parse(der []byte) (*x509.Certificate, error) { return trust.ParseCertificate(der) }

// outer is a signed structure whose body stays as bytes.
type outer struct {
	TBS asn1.RawValue
	Alg asn1.RawValue
	Sig asn1.BitString
}

// Resign lets edit change the signed bytes of a certificate, CRL or other
// signed structure in place and signs them again, with SHA-256. This is how a
// structure comes to be that no library would issue.
func Resign(tb testing.TB, der []byte, key crypto.Signer, edit func(tbs []byte)) []byte {
	tb.Helper()
	var o outer
	if _, err := asn1.Unmarshal(der, &o); err != nil {
		tb.Fatal(err)
	}
	tbs := bytes.Clone(o.TBS.FullBytes)
	edit(tbs)
	digest := sha256.Sum256(tbs)
	sig, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		tb.Fatal(err)
	}
	o.TBS = asn1.RawValue{FullBytes: tbs}
	o.Sig = asn1.BitString{Bytes: sig, BitLength: 8 * len(sig)}
	out, err := asn1.Marshal(o)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// negate makes the serial number of the certificate negative.
func negate(tb testing.TB, der []byte, key crypto.Signer) []byte {
	tb.Helper()
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	serial, err := asn1.Marshal(cert.SerialNumber)
	if err != nil {
		tb.Fatal(err)
	}
	if _, ok := key.(*ecdsa.PrivateKey); !ok && cert.SignatureAlgorithm != x509.SHA256WithRSA {
		tb.Fatal("a negative serial number needs a plain SHA-256 signature")
	}
	return Resign(tb, der, key, func(tbs []byte) {
		i := bytes.Index(tbs, serial)
		tbs[i+2] |= 0x80
	})
}
