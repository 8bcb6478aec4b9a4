package pkcs11

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"unsafe"

	"github.com/miekg/pkcs11"

	"khonggiay/signing"
)

// Consent is what a person agrees to: one signature, or a batch whose documents
// he has been shown.
type Consent struct {
	Signatures int // at least one
	// PIN asks the person for the PIN. It is called once, and once more for every
	// signature if the key wants that. The bytes are wiped after use; they must
	// not be kept by the caller. A token with a PIN pad asks by itself.
	PIN func(ctx context.Context) ([]byte, error)
}

// Session is a login to a token, for one certificate and some signatures. It is
// a signing.Signer. After the last signature, or a failure of the token, it logs
// out by itself; Close does so earlier.
type Session struct {
	driver  *driver
	token   Token
	cert    Certificate
	consent Consent
	key     object

	// The rest belongs to the driver's thread.
	handle pkcs11.SessionHandle
	left   int   // signatures
	over   error // why nothing more can be signed
}

var _ signing.Signer = (*Session)(nil)

// Session asks for the PIN and logs in to a listed token to sign with one of its
// certificates. It returns a *PINError for a wrong PIN, and at once, without a
// try, for a locked token; ErrRemoved; ErrBusy if a session is open, here or in
// another program; ErrNoKey; ErrPINUnset; ErrCancelled; a *StuckError; what
// Certificate.Refused says; or what the PIN question returned.
func (t *Tokens) Session(ctx context.Context, token Token, cert Certificate, consent Consent) (*Session, error) {
	if consent.Signatures < 1 || token.driver == nil {
		return nil, errors.New("pkcs11: a session is for a listed token and at least one signature")
	}
	if err := refusal(cert.Certificate, token.mechs); err != nil {
		return nil, err
	}
	d := token.driver
	s := &Session{driver: d, token: token, cert: cert, consent: consent, left: consent.Signatures}
	if _, err := d.do(ctx, s.ready, nil); err != nil {
		return nil, err // before a person is troubled for a PIN
	}
	pin, err := s.ask(ctx)
	if err != nil {
		return nil, err
	}
	began, err := d.do(ctx, func() error {
		defer clear(pin)
		return s.begin(pin)
	}, func() { s.end(ErrClosed) })
	if !began {
		clear(pin)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// ask asks the person, unless the reader does.
func (s *Session) ask(ctx context.Context) ([]byte, error) {
	if s.token.PINPad {
		return nil, nil
	}
	pin, err := s.consent.PIN(ctx)
	if err == nil && len(pin) == 0 {
		err = ErrCancelled // an empty PIN would only cost a try
	}
	if err != nil {
		clear(pin)
		return nil, err
	}
	return pin, nil
}

// ready reports what stands against a login; on the thread.
func (s *Session) ready() error {
	d := s.driver
	if d.broken != nil {
		return d.broken
	}
	info, err := d.mod.GetTokenInfo(s.token.slot)
	if err != nil {
		return translate(err)
	}
	if text(info.SerialNumber) != s.token.Serial || text(info.Label) != s.token.Label {
		return fmt.Errorf("%w: another one is in its place", ErrRemoved)
	}
	if d.open[s.token.slot] != nil {
		return ErrBusy
	}
	if triesOf(info.Flags) == TriesNone {
		return &PINError{TriesNone}
	}
	return nil
}

// begin logs in and finds the key; on the thread.
func (s *Session) begin(pin []byte) error {
	if err := s.ready(); err != nil {
		return err
	}
	d := s.driver
	var err error
	if s.handle, err = d.mod.OpenSession(s.token.slot, pkcs11.CKF_SERIAL_SESSION); err != nil {
		return translate(err)
	}
	if err := s.login(pkcs11.CKU_USER, pin); err != nil {
		_ = d.mod.CloseSession(s.handle) // the login's error says more
		return err
	}
	d.open[s.token.slot] = s
	if err := s.find(); err != nil {
		s.end(err)
		return err
	}
	return nil
}

// login passes the PIN on. The string is made over the bytes, so that no copy of
// ours is left when they are wiped.
func (s *Session) login(user uint, pin []byte) error {
	err := s.driver.mod.Login(s.handle, user, unsafe.String(unsafe.SliceData(pin), len(pin)))
	if !isPIN(err) {
		return translate(err)
	}
	refused := &PINError{}
	if info, err := s.driver.mod.GetTokenInfo(s.token.slot); err == nil {
		refused.Left = triesOf(info.Flags)
	}
	if isCode(err, pkcs11.CKR_PIN_LOCKED) {
		refused.Left = TriesNone
	}
	return refused
}

func (s *Session) find() error {
	private, err := s.driver.objects(s.handle, pkcs11.CKO_PRIVATE_KEY)
	if err != nil {
		return err
	}
	public, err := s.driver.objects(s.handle, pkcs11.CKO_PUBLIC_KEY)
	if err != nil {
		return err
	}
	key, ok := findKey(&s.cert, public, private)
	if !ok || !key.signs {
		return ErrNoKey
	}
	s.key = key
	return nil
}

// end logs out, for the given reason; on the thread. What the token answers is
// of no use any more: it may be in somebody's pocket.
func (s *Session) end(why error) {
	if s.over != nil {
		return
	}
	s.over = why
	_ = s.driver.mod.Logout(s.handle)
	_ = s.driver.mod.CloseSession(s.handle)
	delete(s.driver.open, s.token.slot)
}

// Close logs out, if the session has not done so by itself.
func (s *Session) Close() error {
	_, err := s.driver.do(context.Background(), func() error {
		s.end(ErrClosed)
		return nil
	}, nil)
	if errors.Is(err, ErrClosed) {
		return nil // Tokens.Close has logged out
	}
	return err
}

// Certificate is the certificate the session was opened for.
func (s *Session) Certificate() *x509.Certificate { return s.cert.Certificate }

// Issuers are those that the token holds.
func (s *Session) Issuers() []*x509.Certificate { return s.cert.Issuers }

// Exportable reports whether the token would give the key away. A key of a
// person must not be so (Circular 15/2025/TT-BKHCN); the caller decides.
func (s *Session) Exportable() bool { return s.key.exportable }

// Scheme is the best one that the rules and the token allow: for RSA, PSS unless
// it is for old readers or the token does not know it.
func (s *Session) Scheme(oldReaders bool) (signing.Scheme, error) {
	return schemeOf(s.cert.PublicKey, s.token.mechs, oldReaders)
}

// SignDigest has the token sign. It returns ErrMechanism for a scheme that the
// token or the key does not know, ErrSpent after the last agreed signature,
// ErrRemoved, a *PINError for a key that asks each time, a *StuckError if the
// token does not answer before ctx ends, ErrBadSignature. Only what the token has
// been asked for counts, but that always: a signature that came too late has
// been made. All errors of the token end the session.
func (s *Session) SignDigest(ctx context.Context, digest []byte, scheme signing.Scheme) ([]byte, error) {
	m, message, err := order(s.cert.PublicKey, s.token.mechs, digest, scheme)
	if err != nil {
		return nil, err
	}
	var pin []byte
	if s.key.always {
		if _, err := s.driver.do(ctx, func() error { return s.over }, nil); err != nil {
			return nil, err
		}
		if pin, err = s.ask(ctx); err != nil {
			return nil, err
		}
	}
	signature, began, err := result(ctx, s.driver, func() ([]byte, error) {
		defer clear(pin)
		return s.sign(m, message, pin, func(raw []byte) ([]byte, error) {
			return finish(s.cert.PublicKey, digest, raw, scheme)
		})
	}, nil)
	if !began {
		clear(pin)
	}
	if err != nil {
		return nil, err
	}
	return signature, nil
}

// sign runs on the thread.
func (s *Session) sign(m *pkcs11.Mechanism, message, pin []byte, finish func([]byte) ([]byte, error)) ([]byte, error) {
	if s.over != nil {
		return nil, s.over
	}
	s.left--
	signature, err := s.signOnce(m, message, pin)
	if err == nil {
		signature, err = finish(signature)
	}
	switch {
	case errors.Is(err, ErrRemoved):
		s.end(ErrRemoved)
	case err != nil:
		s.end(ErrClosed)
	case s.left == 0:
		s.end(ErrSpent)
	}
	return signature, err
}

func (s *Session) signOnce(m *pkcs11.Mechanism, message, pin []byte) ([]byte, error) {
	mod := s.driver.mod
	if err := mod.SignInit(s.handle, []*pkcs11.Mechanism{m}, s.key.handle); err != nil {
		return nil, translate(err)
	}
	if s.key.always {
		if err := s.login(pkcs11.CKU_CONTEXT_SPECIFIC, pin); err != nil {
			return nil, err
		}
	}
	raw, err := mod.Sign(s.handle, message)
	return raw, translate(err)
}
