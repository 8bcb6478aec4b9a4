// Package softkeytest makes keys and certificates for tests of the signing
// packages: one invented root, and signers and time-stamping authorities below
// it. What it makes is worth nothing outside a test; the build/house rules keep
// it out of the programs. The tests of signing/cms use every kind.
package softkeytest

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
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"khonggiay/signing/softkey"
)

// Kind is a kind of key.
type Kind string

const (
	RSA2048 Kind = "RSA-2048"
	RSA3072 Kind = "RSA-3072"
	P256    Kind = "P-256"
	P384    Kind = "P-384"
	P521    Kind = "P-521"
)

// Kinds are those that may sign.
var Kinds = []Kind{RSA2048, RSA3072, P256, P384}

// All certificates are valid in this span unless a test edits them.
var (
	NotBefore = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	NotAfter  = time.Date(2045, 1, 1, 0, 0, 0, 0, time.UTC)
)

var (
	mu      sync.Mutex
	keys    = map[Kind]crypto.Signer{} // under mu: RSA keys take long to find
	serials atomic.Int64
)

// NewKey returns a fresh key on a curve, and the process's only one of an RSA kind.
func NewKey(tb testing.TB, kind Kind) crypto.Signer {
	tb.Helper()
	mu.Lock()
	defer mu.Unlock()
	if k := keys[kind]; k != nil {
		return k
	}
	var key crypto.Signer
	var err error
	switch kind {
	case RSA2048, RSA3072:
		bits := map[Kind]int{RSA2048: 2048, RSA3072: 3072}[kind]
		key, err = rsa.GenerateKey(rand.Reader, bits)
		keys[kind] = key
	default:
		curve := map[Kind]elliptic.Curve{P256: elliptic.P256(), P384: elliptic.P384(), P521: elliptic.P521()}[kind]
		key, err = ecdsa.GenerateKey(curve, rand.Reader)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

var root = sync.OnceValues(func() (*x509.Certificate, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	t := template("Gốc thử nghiệm")
	t.IsCA, t.BasicConstraintsValid, t.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	c, err := issue(t, t, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return c, key
})

// Root is the certificate above all others of this process.
func Root() *x509.Certificate { c, _ := root(); return c }

// New makes a key and a certificate below Root. The edit, if any, changes the
// template before it is signed.
func New(tb testing.TB, kind Kind, edit func(*x509.Certificate)) *softkey.Key {
	tb.Helper()
	key := NewKey(tb, kind)
	k, err := softkey.New(key, Issue(tb, key.Public(), edit), Root())
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// Issue makes a certificate below Root for a key that may be too weak to sign.
func Issue(tb testing.TB, public crypto.PublicKey, edit func(*x509.Certificate)) *x509.Certificate {
	tb.Helper()
	t := template("Nguyễn Thị Thử")
	t.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	if edit != nil {
		edit(t)
	}
	above, key := root()
	c, err := issue(t, above, public, key)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// TSA makes the key of a time-stamping authority.
func TSA(tb testing.TB, kind Kind) *softkey.Key { return New(tb, kind, ForTimestamps) }

// ForTimestamps makes a template one of an authority: timeStamping alone, critical.
func ForTimestamps(t *x509.Certificate) {
	t.Subject.CommonName = "Cấp dấu thời gian thử nghiệm"
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		panic(err)
	}
	t.ExtraExtensions = append(t.ExtraExtensions,
		pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage})
}

func template(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1000 + serials.Add(1)),
		Subject:      pkix.Name{CommonName: name, Organization: []string{"UBND tỉnh thử nghiệm"}, Country: []string{"VN"}},
		NotBefore:    NotBefore,
		NotAfter:     NotAfter,
	}
}

func issue(t, above *x509.Certificate, public crypto.PublicKey, by crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, t, above, public, by)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}
