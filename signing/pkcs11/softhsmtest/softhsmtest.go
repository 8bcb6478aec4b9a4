// Package softhsmtest makes tokens of SoftHSM 2 for tests: set up, with a PIN,
// keys that cannot be taken out and certificates below softkeytest's root. They
// lie in a folder of the test. What it makes is worth nothing outside a test; the
// build/house rules keep it out of the programs. The tests of signing/pkcs11 use
// all of it.
package softhsmtest

import (
	"crypto/x509"
	"os/exec"
	"testing"

	"github.com/miekg/pkcs11"

	"khonggiay/signing/pkcs11/softhsm"
	"khonggiay/signing/softkey/softkeytest"
)

// The PINs of all tokens made here.
const (
	PIN        = "12345678"
	OfficerPIN = "87654321"
)

// Key is one to put into a token.
type Key struct {
	Kind   softkeytest.Kind
	Edit   func(*x509.Certificate) // changes the certificate's template
	Always bool                    // the PIN is wanted for each signature
	Bare   bool                    // the certificate comes without its keys
	NoSign bool                    // the private key may not sign
	Lone   bool                    // the certificate and the public key have other IDs than the private key
	Hidden bool                    // there is no public key
}

// Token is one to make.
type Token struct {
	Label string
	Keys  []Key
}

// Library is where SoftHSM lies.
func Library(tb testing.TB) string {
	tb.Helper()
	path, err := softhsm.Library()
	if err != nil {
		tb.Fatalf("%v: build/setup.sh test installs it", err)
	}
	return path
}

// Make sets up the tokens, and points the process's SoftHSM at them until the
// test ends. It returns the certificates, by token and key. Each token also
// holds the root's certificate.
func Make(tb *testing.T, tokens ...Token) [][]*x509.Certificate {
	tb.Helper()
	conf, err := softhsm.Configuration(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Setenv("SOFTHSM2_CONF", conf)
	m := maker{tb: tb, ctx: pkcs11.New(Library(tb))}
	m.must(m.ctx.Initialize())
	var certs [][]*x509.Certificate
	for _, t := range tokens {
		certs = append(certs, m.token(t))
	}
	m.must(m.ctx.Finalize())
	return certs
}

// Util runs softhsm2-util, another program that changes the tokens.
func Util(tb testing.TB, args ...string) {
	tb.Helper()
	if out, err := exec.Command("softhsm2-util", args...).CombinedOutput(); err != nil {
		tb.Fatalf("softhsm2-util %v: %v\n%s", args, err, out)
	}
}

type maker struct {
	tb      testing.TB
	ctx     *pkcs11.Ctx
	session pkcs11.SessionHandle
}

func (m *maker) must(err error) {
	m.tb.Helper()
	if err != nil {
		m.tb.Fatal(err)
	}
}

func (m *maker) token(t Token) []*x509.Certificate {
	m.tb.Helper()
	slot, err := softhsm.InitToken(m.ctx, t.Label, OfficerPIN, PIN)
	m.must(err)
	m.session, err = m.ctx.OpenSession(slot, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	m.must(err)
	m.must(m.ctx.Login(m.session, pkcs11.CKU_USER, PIN))
	m.certificate(softkeytest.Root(), []byte("root"))
	var certs []*x509.Certificate
	for i, k := range t.Keys {
		certs = append(certs, m.key(k, []byte{byte(i + 1)}))
	}
	m.must(m.ctx.Logout(m.session))
	m.must(m.ctx.CloseSession(m.session))
	return certs
}

// key imports a key: RSA keys take long to find, and softkeytest has some.
func (m *maker) key(k Key, id []byte) *x509.Certificate {
	m.tb.Helper()
	key := softkeytest.NewKey(m.tb, k.Kind)
	cert := softkeytest.Issue(m.tb, key.Public(), k.Edit)
	privateID := id
	if k.Lone {
		privateID = append([]byte("lone"), id...)
	}
	m.certificate(cert, id)
	if k.Bare {
		return cert
	}
	private, public, err := softhsm.Parts(key)
	m.must(err)
	m.create(append(private, attribute(pkcs11.CKA_CLASS, pkcs11.CKO_PRIVATE_KEY), attribute(pkcs11.CKA_ID, privateID),
		attribute(pkcs11.CKA_PRIVATE, true), attribute(pkcs11.CKA_SENSITIVE, true), attribute(pkcs11.CKA_EXTRACTABLE, false),
		attribute(pkcs11.CKA_SIGN, !k.NoSign), attribute(pkcs11.CKA_ALWAYS_AUTHENTICATE, k.Always)))
	if !k.Hidden {
		m.create(append(public, attribute(pkcs11.CKA_CLASS, pkcs11.CKO_PUBLIC_KEY), attribute(pkcs11.CKA_ID, privateID),
			attribute(pkcs11.CKA_PRIVATE, false), attribute(pkcs11.CKA_VERIFY, true)))
	}
	return cert
}

func attribute(kind uint, value any) *pkcs11.Attribute { return pkcs11.NewAttribute(kind, value) }

func (m *maker) create(object []*pkcs11.Attribute) {
	m.tb.Helper()
	_, err := m.ctx.CreateObject(m.session, append(object, attribute(pkcs11.CKA_TOKEN, true)))
	m.must(err)
}

func (m *maker) certificate(c *x509.Certificate, id []byte) {
	m.tb.Helper()
	m.create(softhsm.Certificate(c, id))
}
