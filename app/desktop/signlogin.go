package desktop

import (
	"bytes"
	"context"
	"errors"

	"khonggiay/app"
	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/pkcs11"
	"khonggiay/signing/softkey"
)

// login is a key that is ready to sign as often as was agreed.
type login struct {
	signing.Signer
	scheme signing.Scheme
	close  func() error
}

// logIn asks the token, or the file, with the PIN that the person has entered.
func (s *signer) logIn(ctx context.Context, k key, signatures int, pin []byte) (login, error) {
	if k.Kind == app.KeyRemote { // asks the telephone: AskRemote
		return login{}, app.Refuse(app.Invalid, "sign.remote_ask")
	}
	if len(pin) == 0 && !k.Token.PINPad {
		return login{}, app.Refuse(app.Invalid, "sign.pin_missing")
	}
	if k.Kind == app.KeyFile {
		return s.unlock(k, pin)
	}
	tokens, err := s.open()
	if err != nil {
		return login{}, err
	}
	session, err := tokens.Session(ctx, k.token, k.cert, pkcs11.Consent{Signatures: signatures,
		PIN: func(context.Context) ([]byte, error) { return bytes.Clone(pin), nil }}) // which wipes it
	if err != nil {
		return login{}, signRefusal(err)
	}
	scheme, err := session.Scheme(false)
	if err != nil {
		return login{}, errors.Join(signRefusal(err), session.Close())
	}
	return login{session, scheme, session.Close}, nil
}

// unlock opens the file of a key. Its password becomes a string, since the format
// wants one: that copy is the collector's.
func (s *signer) unlock(k key, password []byte) (login, error) {
	b, err := readBounded(k.file, maxKeyFile)
	if err != nil {
		return login{}, app.Errorf(app.NotFound, "sign.key_gone", "%w", err)
	}
	defer clear(b)
	loaded, err := softkey.Load(b, string(password))
	if err != nil {
		return login{}, signRefusal(err)
	}
	scheme, err := signing.SchemeOf(loaded.Certificate().PublicKey, false)
	return login{loaded, scheme, func() error { return nil }}, signRefusal(err)
}

// refusals are the words for what can keep a key from signing, and for whom to
// ask about it.
var refusals = []struct {
	err    error
	code   app.Code
	reason string
}{
	{pkcs11.ErrRemoved, app.NotFound, "sign.token_removed"},
	{pkcs11.ErrBusy, app.Conflict, "sign.token_busy"},
	{pkcs11.ErrNoKey, app.Invalid, "sign.key_missing"},
	{pkcs11.ErrUsage, app.Invalid, "sign.key_usage"},
	{pkcs11.ErrMechanism, app.Invalid, "sign.key_mechanism"},
	{pkcs11.ErrPINUnset, app.Conflict, "sign.pin_unset"},
	{pkcs11.ErrCancelled, app.Conflict, "sign.cancelled"},
	{pkcs11.ErrBadSignature, app.Internal, "sign.bad_signature"},
	{cms.ErrRefused, app.Internal, "sign.bad_signature"},
	{pkcs11.ErrSpent, app.Conflict, "sign.token_closed"},
	{pkcs11.ErrClosed, app.Conflict, "sign.token_closed"},
	{pkcs11.ErrLoad, app.Internal, "sign.library_load"},
	{softkey.ErrFile, app.Invalid, "sign.key_file"},
	{softkey.ErrMismatch, app.Invalid, "sign.key_file"},
	{pdf.ErrEncrypted, app.Invalid, "sign.refused_encrypted"},
}

// signRefusal gives what the packages of signing return the domain's code and
// reason. The end of the request stays what it is, and so does a failing disk.
func signRefusal(err error) error {
	var known *app.Error
	var pin *pkcs11.PINError
	var stuck *pkcs11.StuckError
	var weak *signing.KeyError
	var refused *pades.RefusedError
	var format *pdf.FormatError
	var limit *pdf.LimitError
	err = drawRefusal(err)
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.As(err, &pin):
		return pinRefusal(triesLeft(pin.Left))
	case errors.Is(err, softkey.ErrPassword):
		return pinRefusal(triesLeft(pkcs11.TriesUnknown))
	case errors.As(err, &stuck) && !errors.Is(err, context.Canceled):
		return app.Errorf(app.Conflict, "sign.token_stuck", "%w", err)
	case errors.As(err, &weak):
		return app.Errorf(app.Invalid, "sign.key_weak", "%w", err).With("kind", weak.Kind).With("bits", weak.Bits)
	case errors.As(err, &refused):
		return app.Errorf(app.Invalid, refusedReason(string(refused.Reason)), "%w", err).With("field", refused.Field)
	case errors.As(err, &format):
		return app.Errorf(app.Invalid, "sign.refused_damaged", "%w", err)
	case errors.As(err, &limit):
		return app.Errorf(app.Invalid, "sign.refused_limits", "%w", err).With("what", limit.What).With("limit", limit.Limit)
	}
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			return app.Errorf(r.code, r.reason, "%w", err)
		}
	}
	return err
}

// refusedReason is the reason key of why a file is not signed; TestSignWords
// looks for the words of each.
func refusedReason(why string) string { return "sign.refused_" + why }

// pinRefusal tells what is left, as the token does: never a number.
func pinRefusal(left string) *app.Error {
	if left == "none" {
		return app.Refuse(app.Unauthorized, "sign.pin_locked").With("left", left)
	}
	return app.Refuse(app.Unauthorized, "sign.pin_wrong").With("left", left)
}
