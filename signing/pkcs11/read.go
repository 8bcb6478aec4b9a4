package pkcs11

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/miekg/pkcs11"

	"khonggiay/signing"
)

// Token is a token as it was when it was listed.
type Token struct {
	Library      string // the path of its library
	Label        string
	Serial       string
	Manufacturer string
	Model        string
	PIN          Tries
	PINPad       bool // the PIN is typed at the reader, not here
	Certificates []Certificate
	Err          error // what could not be read of it; the rest is there

	driver *driver
	slot   uint
	mechs  []uint
}

// KeyState is what is known of a certificate's private key before a login:
// most tokens hide private keys until then.
type KeyState int

const (
	KeyHidden KeyState = iota // nothing is known
	KeyLikely                 // there is a public key that belongs to the certificate
	KeySeen                   // there is the private key
)

// Certificate is one of a token that is no authority's.
type Certificate struct {
	*x509.Certificate
	Label   string
	ID      []byte // CKA_ID, by which its key is found
	Key     KeyState
	Issuers []*x509.Certificate // its issuers as far as the token has them, the nearest first
	// Refused says why it cannot sign: ErrUsage, a *signing.KeyError, ErrMechanism,
	// or ErrNoKey if the private key is seen and may not sign. Nil if nothing is
	// known that keeps it from signing.
	Refused error
}

// inside is what a library reaches.
type inside struct {
	name   string
	tokens []Token
}

// list reads the tokens of the library; on the thread.
func (d *driver) list() (in inside, err error) {
	slots, err := d.present()
	if err != nil {
		return in, err
	}
	in.name = text(d.info.LibraryDescription) + " (" + text(d.info.ManufacturerID) + ")"
	for _, slot := range slots {
		token := Token{Library: d.path, driver: d, slot: slot}
		token.Err = d.read(&token)
		if !errors.Is(token.Err, ErrRemoved) {
			in.tokens = append(in.tokens, token)
		}
	}
	return in, nil
}

func (d *driver) read(t *Token) error {
	info, err := d.mod.GetTokenInfo(t.slot)
	if err != nil {
		return translate(err)
	}
	t.Label, t.Serial = text(info.Label), text(info.SerialNumber)
	t.Manufacturer, t.Model = text(info.ManufacturerID), text(info.Model)
	t.PIN, t.PINPad = triesOf(info.Flags), info.Flags&pkcs11.CKF_PROTECTED_AUTHENTICATION_PATH != 0
	mechs, err := d.mod.GetMechanismList(t.slot)
	if err != nil {
		return translate(err)
	}
	for _, m := range mechs {
		t.mechs = append(t.mechs, m.Mechanism)
	}
	session, err := d.mod.OpenSession(t.slot, pkcs11.CKF_SERIAL_SESSION)
	if err != nil {
		return translate(err)
	}
	err = d.readCertificates(t, session)
	return errors.Join(err, translate(d.mod.CloseSession(session)))
}

// text is a text of a token: padded, and not always UTF-8.
func text(s string) string {
	return strings.TrimRight(strings.ToValidUTF8(s, "\ufffd"), " \x00")
}

// readCertificates reads without a login, so it sees public objects only, or
// all of them while a session of ours is open.
func (d *driver) readCertificates(t *Token, session pkcs11.SessionHandle) error {
	certs, err := d.objects(session, pkcs11.CKO_CERTIFICATE)
	if err != nil {
		return err
	}
	public, err := d.objects(session, pkcs11.CKO_PUBLIC_KEY)
	if err != nil {
		return err
	}
	private, err := d.objects(session, pkcs11.CKO_PRIVATE_KEY)
	if err != nil {
		return err
	}
	var odd []error
	var authorities []*x509.Certificate
	for _, o := range certs {
		c, err := x509.ParseCertificate(o.value)
		switch {
		case err != nil:
			odd = append(odd, fmt.Errorf("pkcs11: certificate %q: %w", o.label, err))
		case c.IsCA:
			authorities = append(authorities, c)
		default:
			t.Certificates = append(t.Certificates, Certificate{Certificate: c, Label: o.label, ID: o.id})
		}
	}
	for i := range t.Certificates {
		c := &t.Certificates[i]
		c.Issuers = issuers(c.Certificate, authorities)
		c.judge(t.mechs, public, private)
	}
	return errors.Join(odd...)
}

// issuers follows the names from the certificate upwards. Whether the signatures
// are right is for the validator to say.
func issuers(c *x509.Certificate, authorities []*x509.Certificate) []*x509.Certificate {
	var chain []*x509.Certificate
	for {
		i := slices.IndexFunc(authorities, func(a *x509.Certificate) bool {
			sameKey := len(c.AuthorityKeyId) == 0 || len(a.SubjectKeyId) == 0 || slices.Equal(c.AuthorityKeyId, a.SubjectKeyId)
			return slices.Equal(c.RawIssuer, a.RawSubject) && sameKey && !slices.ContainsFunc(chain, a.Equal)
		})
		if i < 0 {
			return chain
		}
		c = authorities[i]
		chain = append(chain, c)
	}
}

// judge says what is known of the certificate's key, and whether it may sign.
func (c *Certificate) judge(mechs []uint, public, private []object) {
	c.Refused = refusal(c.Certificate, mechs)
	if slices.ContainsFunc(public, func(o object) bool { return o.is(c.PublicKey) == yes }) {
		c.Key = KeyLikely
	}
	if key, ok := findKey(c, public, private); ok {
		c.Key = KeySeen
		if c.Refused == nil && !key.signs {
			c.Refused = ErrNoKey
		}
	}
}

// refusal says why the certificate cannot sign documents on such a token.
func refusal(c *x509.Certificate, mechs []uint) error {
	const signs = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	if c.IsCA || c.KeyUsage != 0 && c.KeyUsage&signs == 0 {
		return ErrUsage
	}
	if _, err := signing.SchemeOf(c.PublicKey, true); err != nil {
		return err
	}
	_, err := schemeOf(c.PublicKey, mechs, false)
	return err
}
