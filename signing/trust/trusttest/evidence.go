package trusttest

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"
)

// CRL is a revocation list about to be signed. Zero times are an hour before
// Now and six days after.
type CRL struct {
	This, Next time.Time
	Entries    []x509.RevocationListEntry
	Extensions []pkix.Extension
	SignedWith x509.SignatureAlgorithm
}

// Revoked is an entry for the certificate.
func Revoked(c *x509.Certificate, since time.Time, reason int) x509.RevocationListEntry {
	return x509.RevocationListEntry{SerialNumber: c.SerialNumber, RevocationTime: since, ReasonCode: reason}
}

// SignCRL returns the DER of the list.
func (i *Issued) SignCRL(tb testing.TB, c CRL) []byte {
	tb.Helper()
	this, next := times(c.This, c.Next)
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(this.Unix()), ThisUpdate: this, NextUpdate: next,
		RevokedCertificateEntries: c.Entries, ExtraExtensions: c.Extensions, SignatureAlgorithm: c.SignedWith,
	}, i.Cert, i.Key)
	if err != nil {
		tb.Fatal(err)
	}
	return der
}

func times(this, next time.Time) (time.Time, time.Time) {
	if this.IsZero() {
		this = Now.Add(-time.Hour)
	}
	if next.IsZero() {
		next = this.AddDate(0, 0, 6)
	}
	return this, next
}

// OCSP is a response about to be signed: good unless Status says otherwise.
type OCSP struct {
	Status     int // ocsp.Good, ocsp.Revoked, ocsp.Unknown
	This, Next time.Time
	Since      time.Time
	Reason     int
	Responder  *Issued     // nil: the issuer itself
	Hash       crypto.Hash // of the CertID; SHA-1 if zero
	SignedWith x509.SignatureAlgorithm
	Extensions []pkix.Extension
}

// SignOCSP returns the DER of the response about a certificate that i issued.
func (i *Issued) SignOCSP(tb testing.TB, c *x509.Certificate, o OCSP) []byte {
	tb.Helper()
	der, err := i.signOCSP(c, o)
	if err != nil {
		tb.Fatal(err)
	}
	return der
}

func (i *Issued) signOCSP(c *x509.Certificate, o OCSP) ([]byte, error) {
	this, next := times(o.This, o.Next)
	template := ocsp.Response{Status: o.Status, SerialNumber: c.SerialNumber, ThisUpdate: this, NextUpdate: next,
		RevokedAt: o.Since, RevocationReason: o.Reason, IssuerHash: o.Hash, ExtraExtensions: o.Extensions, SignatureAlgorithm: o.SignedWith}
	signer := i
	if o.Responder != nil {
		signer = o.Responder
		template.Certificate = signer.Cert
	}
	return ocsp.CreateResponse(i.Cert, signer.Cert, template, signer.Key)
}
