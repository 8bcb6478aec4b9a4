package trusttest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"sync/atomic"
	"testing"
	"time"
)

// Now is the time around which everything is valid by default. It is the real
// hour, because OCSP responses carry the real time at which they were made.
var Now = time.Now().UTC().Truncate(time.Hour)

// Issued is a certificate with its key.
type Issued struct {
	Cert   *x509.Certificate
	Key    crypto.Signer
	Issuer *Issued // itself for a root
}

// KeyKind chooses the key.
type KeyKind int

// Kinds of keys.
const (
	P256 KeyKind = iota
	P384
	RSA2048
	RSA3072
	RSA1024
)

// NewKey makes a key.
func NewKey(tb testing.TB, kind KeyKind) crypto.Signer {
	tb.Helper()
	var key crypto.Signer
	var err error
	switch kind {
	case P256:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case P384:
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	default:
		bits := map[KeyKind]int{RSA1024: 1024, RSA2048: 2048, RSA3072: 3072}[kind]
		key, err = rsa.GenerateKey(rand.Reader, bits)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// spec is a certificate about to be issued.
type spec struct {
	template x509.Certificate
	key      crypto.Signer
	kind     KeyKind
	negative bool
}

// Option adjusts a certificate.
type Option func(*spec)

// Key chooses the kind of key; P-256 without it.
func Key(k KeyKind) Option { return func(s *spec) { s.kind = k } }

// UseKey certifies this key instead of a new one, as for a cross-certificate.
func UseKey(k crypto.Signer) Option { return func(s *spec) { s.key = k } }

// Valid sets notBefore and notAfter.
func Valid(from, until time.Time) Option {
	return func(s *spec) { s.template.NotBefore, s.template.NotAfter = from, until }
}

// With changes any field of the template.
func With(change func(*x509.Certificate)) Option { return func(s *spec) { change(&s.template) } }

// CA makes it a CA below which at most so many CAs may stand; -1 is no bound.
func CA(pathLen int) Option {
	return With(func(c *x509.Certificate) {
		c.BasicConstraintsValid, c.IsCA, c.MaxPathLen, c.MaxPathLenZero = true, true, pathLen, pathLen == 0
		c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature
	})
}

// Usage sets the key usage; 0 leaves the extension away.
func Usage(u x509.KeyUsage) Option { return With(func(c *x509.Certificate) { c.KeyUsage = u }) }

// Purposes sets the extended key usage, not critical.
func Purposes(u ...x509.ExtKeyUsage) Option {
	return With(func(c *x509.Certificate) { c.ExtKeyUsage = u })
}

// SignedWith sets the algorithm of the issuer's signature.
func SignedWith(a x509.SignatureAlgorithm) Option {
	return With(func(c *x509.Certificate) { c.SignatureAlgorithm = a })
}

// Extension adds an extension.
func Extension(oid asn1.ObjectIdentifier, critical bool, value []byte) Option {
	return With(func(c *x509.Certificate) {
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: oid, Critical: critical, Value: value})
	})
}

// Links sets where CRL, OCSP and issuer are to be had; "" leaves one away.
func Links(crl, ocsp, issuer string) Option {
	one := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	return With(func(c *x509.Certificate) {
		c.CRLDistributionPoints, c.OCSPServer, c.IssuingCertificateURL = one(crl), one(ocsp), one(issuer)
	})
}

// NegativeSerial gives it a serial number below zero, as old CAs did.
func NegativeSerial() Option { return func(s *spec) { s.negative = true } }

// NoCheck marks an OCSP responder that nobody need ask about.
func NoCheck() Option {
	return Extension(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, false, []byte{5, 0})
}

var serials atomic.Int64

func newSpec(name string, opts []Option) *spec {
	s := &spec{template: x509.Certificate{
		SerialNumber: big.NewInt(0x1000 + serials.Add(1)),
		Subject:      pkix.Name{Country: []string{"VN"}, Organization: []string{"UBND tỉnh Thử Nghiệm"}, CommonName: name},
		NotBefore:    Now.AddDate(-1, 0, 0),
		NotAfter:     Now.AddDate(2, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}}
	for _, o := range opts {
		o(s)
	}
	return s
}

// NewRoot makes a self-signed CA.
func NewRoot(tb testing.TB, name string, opts ...Option) *Issued {
	tb.Helper()
	s := newSpec(name, append([]Option{CA(-1), Valid(Now.AddDate(-10, 0, 0), Now.AddDate(10, 0, 0))}, opts...))
	return s.issue(tb, nil)
}

// Issue makes a certificate for a person unless options say otherwise.
func (i *Issued) Issue(tb testing.TB, name string, opts ...Option) *Issued {
	tb.Helper()
	return newSpec(name, opts).issue(tb, i)
}

// IssueCA makes a CA.
func (i *Issued) IssueCA(tb testing.TB, name string, opts ...Option) *Issued {
	tb.Helper()
	base := []Option{CA(-1), Valid(Now.AddDate(-5, 0, 0), Now.AddDate(5, 0, 0))}
	return i.Issue(tb, name, append(base, opts...)...)
}

// IssueTSA makes a timestamp server's certificate: the extended key usage
// stands alone and is critical (RFC 3161, 2.3).
func (i *Issued) IssueTSA(tb testing.TB, name string, opts ...Option) *Issued {
	tb.Helper()
	value, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		tb.Fatal(err)
	}
	base := []Option{Extension(asn1.ObjectIdentifier{2, 5, 29, 37}, true, value)}
	return i.Issue(tb, name, append(base, opts...)...)
}

// IssueResponder makes an OCSP responder's certificate, without ocsp-nocheck.
func (i *Issued) IssueResponder(tb testing.TB, name string, opts ...Option) *Issued {
	tb.Helper()
	base := []Option{Purposes(x509.ExtKeyUsageOCSPSigning), Usage(x509.KeyUsageDigitalSignature)}
	return i.Issue(tb, name, append(base, opts...)...)
}

func (s *spec) issue(tb testing.TB, issuer *Issued) *Issued {
	tb.Helper()
	if s.key == nil {
		s.key = NewKey(tb, s.kind)
	}
	made := &Issued{Key: s.key, Issuer: issuer}
	if issuer == nil {
		made.Issuer, made.Cert = made, &s.template
	}
	der, err := x509.CreateCertificate(rand.Reader, &s.template, made.Issuer.Cert, s.key.Public(), made.Issuer.Key)
	if err != nil {
		tb.Fatalf("%s: %v", s.template.Subject, err)
	}
	if s.negative {
		der = negate(tb, der, made.Issuer.Key)
	}
	if made.Cert, err = parse(der); err != nil {
		tb.Fatal(err)
	}
	return made
}

// Issuers returns the CAs between the certificate and its root, nearest first.
func (i *Issued) Issuers() []*x509.Certificate {
	var certs []*x509.Certificate
	for ca := i.Issuer; ca.Issuer != ca; ca = ca.Issuer {
		certs = append(certs, ca.Cert)
	}
	return certs
}

// Certs returns the certificates, for candidates.
func Certs(all ...*Issued) []*x509.Certificate {
	var certs []*x509.Certificate
	for _, i := range all {
		certs = append(certs, i.Cert)
	}
	return certs
}
