// Package demopki is a certification authority for demonstrations and tests: a
// root, an issuing CA with its revocation lists, and a time-stamp server (RFC
// 5280, RFC 3161). Its keys lie in a file and its certificates say that they are
// worth nothing; the build/house rules keep it away from real servers and
// laptops.
//
// demopki_test.go has openssl judge all that it makes.
package demopki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"time"

	"khonggiay/signing/softkey"
)

// worthless stands in the name of every certificate.
const worthless = "Trình diễn – không có giá trị pháp lý"

// Lives of what is made.
const (
	rootYears = 10
	leafYears = 3
	listLife  = 7 * 24 * time.Hour
	backdated = 24 * time.Hour // clocks of other machines may be behind
)

// Authority issues certificates. Its methods may be used concurrently.
type Authority struct {
	root, ca, tsa holder
	base          string // address under which Handler answers, without a slash at the end
}

// holder is a certificate with its key.
type holder struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// New makes an authority that stands at an address, such as
// "http://127.0.0.1:8080": its certificates point there for lists.
func New(base string, now time.Time) (*Authority, error) {
	a := &Authority{base: base}
	var err error
	if a.root, err = a.make(holder{}, name("CA gốc trình diễn"), now, rootYears, authority(1)); err != nil {
		return nil, err
	}
	if a.ca, err = a.make(a.root, name("CA trình diễn"), now, rootYears, authority(0), a.list(PathRootList)); err != nil {
		return nil, err
	}
	a.tsa, err = a.make(a.ca, name("Máy chủ cấp dấu thời gian trình diễn"), now, rootYears, person, a.list(PathList), timestamping)
	return a, err
}

func name(cn string) pkix.Name {
	return pkix.Name{Country: []string{"VN"}, Organization: []string{worthless}, CommonName: cn}
}

// make issues a certificate; without an issuer it is self-signed.
func (a *Authority) make(by holder, subject pkix.Name, now time.Time, years int, shape ...func(*x509.Certificate) error) (h holder, err error) {
	if h.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return h, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return h, err
	}
	template := &x509.Certificate{SerialNumber: serial.Add(serial, big.NewInt(1)), Subject: subject,
		NotBefore: now.Add(-backdated).Truncate(time.Second), NotAfter: now.AddDate(years, 0, 0).Truncate(time.Second)}
	for _, fn := range shape {
		if err := fn(template); err != nil {
			return h, err
		}
	}
	if by.cert == nil {
		by = holder{template, h.key}
	} else if by.cert.NotAfter.Before(template.NotAfter) {
		template.NotAfter = by.cert.NotAfter
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, h.key.Public(), by.key)
	if err != nil {
		return h, err
	}
	h.cert, err = x509.ParseCertificate(der)
	return h, err
}

func authority(below int) func(*x509.Certificate) error {
	return func(t *x509.Certificate) error {
		t.IsCA, t.BasicConstraintsValid, t.MaxPathLen, t.MaxPathLenZero = true, true, below, below == 0
		t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
		return nil
	}
}

func person(t *x509.Certificate) error {
	t.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	return nil
}

// timestamping stands alone and is critical (RFC 3161, 2.3).
func timestamping(t *x509.Certificate) error {
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage})
	return err
}

func (a *Authority) list(path string) func(*x509.Certificate) error {
	return func(t *x509.Certificate) error {
		t.CRLDistributionPoints = []string{a.base + path}
		return nil
	}
}

// Root is the certificate to be trusted.
func (a *Authority) Root() *x509.Certificate { return a.root.cert }

// Subject names whom a certificate is for.
type Subject struct {
	Name string // of the person, or of the agency
	Unit string // the office that manages the certificate; empty for an agency's own
}

// Issue makes a key and a certificate for signing.
func (a *Authority) Issue(s Subject, now time.Time) (*softkey.Key, error) {
	subject := name(s.Name)
	if s.Unit != "" {
		subject.OrganizationalUnit = []string{s.Unit}
	}
	h, err := a.make(a.ca, subject, now, leafYears, person, a.list(PathList))
	if err != nil {
		return nil, err
	}
	return softkey.New(h.key, h.cert, a.ca.cert, a.root.cert)
}

// List is a revocation list and the address that certificates name for it.
type List struct {
	URL  string
	DER  []byte
	Made time.Time
}

// Lists are the lists of both CAs as of now. Nobody is on them.
func (a *Authority) Lists(now time.Time) ([]List, error) {
	var out []List
	for _, of := range []struct {
		path string
		by   holder
	}{{PathRootList, a.root}, {PathList, a.ca}} {
		made := now.Add(-time.Minute).Truncate(time.Second).UTC()
		der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(made.Unix()),
			ThisUpdate: made, NextUpdate: made.Add(listLife)}, of.by.cert, of.by.key)
		if err != nil {
			return nil, err
		}
		out = append(out, List{a.base + of.path, der, made})
	}
	return out, nil
}

// saved is an authority in a file.
type saved struct {
	Base string      `json:"base"`
	Root savedHolder `json:"root"`
	CA   savedHolder `json:"ca"`
	TSA  savedHolder `json:"tsa"`
}

type savedHolder struct {
	Certificate []byte `json:"certificate"` // DER
	Key         []byte `json:"key"`         // PKCS #8
}

// Save writes the authority with its keys into a file for its owner alone.
func (a *Authority) Save(path string) error {
	s := saved{Base: a.base}
	for to, h := range map[*savedHolder]holder{&s.Root: a.root, &s.CA: a.ca, &s.TSA: a.tsa} {
		key, err := x509.MarshalPKCS8PrivateKey(h.key)
		if err != nil {
			return err
		}
		*to = savedHolder{h.cert.Raw, key}
	}
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}

// errSaved: a file that Save did not write.
var errSaved = errors.New("demopki: not the file of an authority")

// Load reads what Save wrote; fs.ErrNotExist if there is nothing.
func Load(path string) (*Authority, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var s saved
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("%w: %w", errSaved, err)
	}
	a := &Authority{base: s.Base}
	for from, to := range map[*savedHolder]*holder{&s.Root: &a.root, &s.CA: &a.ca, &s.TSA: &a.tsa} {
		if *to, err = from.open(); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (s *savedHolder) open() (h holder, err error) {
	if h.cert, err = x509.ParseCertificate(s.Certificate); err != nil {
		return h, fmt.Errorf("%w: %w", errSaved, err)
	}
	key, err := x509.ParsePKCS8PrivateKey(s.Key)
	if err != nil {
		return h, fmt.Errorf("%w: %w", errSaved, err)
	}
	var ok bool
	if h.key, ok = key.(*ecdsa.PrivateKey); !ok || !h.key.PublicKey.Equal(h.cert.PublicKey) {
		return h, errSaved
	}
	return h, nil
}
