package pkcs11

import (
	"errors"
	"fmt"

	"github.com/miekg/pkcs11"
)

var (
	// ErrLoad: the file is no PKCS #11 library, or it does not start.
	ErrLoad = errors.New("pkcs11: the library cannot be used")
	// ErrRemoved: the token is not, or no longer, where it was listed.
	ErrRemoved = errors.New("pkcs11: the token has been removed")
	// ErrBusy: this or another program is logged in to the token.
	ErrBusy = errors.New("pkcs11: the token is in use")
	// ErrNoKey: the token has no private key for the certificate, or one that
	// may not sign.
	ErrNoKey = errors.New("pkcs11: the token has no signing key for the certificate")
	// ErrUsage: the certificate is not one to sign documents with.
	ErrUsage = errors.New("pkcs11: the certificate is not for signing")
	// ErrMechanism: the token cannot sign in the scheme.
	ErrMechanism = errors.New("pkcs11: the token does not know the signature scheme")
	// ErrPINUnset: the token first wants its PIN set or changed, by its maker's tool.
	ErrPINUnset = errors.New("pkcs11: the token's PIN must be set or changed first")
	// ErrCancelled: the person refused at the token or in its maker's window.
	ErrCancelled = errors.New("pkcs11: the person has refused")
	// ErrSpent: the session has signed as often as was agreed.
	ErrSpent = errors.New("pkcs11: the agreed number of signatures has been made")
	// ErrClosed: the session, or all of it, has been closed.
	ErrClosed = errors.New("pkcs11: closed")
	// ErrBadSignature: what the token returned does not verify with the certificate.
	ErrBadSignature = errors.New("pkcs11: the token's signature does not verify")
)

// Tries is what a token tells about the tries that are left for its PIN. No
// token tells the number.
type Tries int

const (
	TriesUnknown Tries = iota // nothing is told; before a first mistake that is the rule
	TriesLow                  // at least one wrong PIN since the last right one
	TriesFinal                // one more wrong PIN locks the token
	TriesNone                 // locked: only who issued the token can open it
)

func (t Tries) String() string {
	return [...]string{"unknown", "low", "final", "locked"}[t]
}

func triesOf(flags uint) Tries {
	switch {
	case flags&pkcs11.CKF_USER_PIN_LOCKED != 0:
		return TriesNone
	case flags&pkcs11.CKF_USER_PIN_FINAL_TRY != 0:
		return TriesFinal
	case flags&pkcs11.CKF_USER_PIN_COUNT_LOW != 0:
		return TriesLow
	}
	return TriesUnknown
}

// PINError: the token did not take the PIN. Nothing tries again by itself.
type PINError struct {
	Left Tries // after this try
}

func (e *PINError) Error() string {
	return fmt.Sprintf("pkcs11: the PIN was not taken; tries left: %v", e.Left)
}

// StuckError: a library has not returned in time. Its thread cannot be ended;
// until the call returns, everything asked of this library is refused at once.
type StuckError struct {
	Library string
	Cause   error // how the waiting ended: context.Canceled or context.DeadlineExceeded
}

func (e *StuckError) Error() string {
	return fmt.Sprintf("pkcs11: %s does not answer: %v", e.Library, e.Cause)
}

func (e *StuckError) Unwrap() error { return e.Cause }

func isCode(err error, codes ...pkcs11.Error) bool {
	var code pkcs11.Error
	if !errors.As(err, &code) {
		return false
	}
	for _, c := range codes {
		if code == c {
			return true
		}
	}
	return false
}

// translate gives the return values of a library that a caller has to tell
// apart their names here. The value itself stays in the chain, for the log.
func translate(err error) error {
	var name error
	switch {
	case isCode(err, pkcs11.CKR_TOKEN_NOT_PRESENT, pkcs11.CKR_DEVICE_REMOVED, pkcs11.CKR_SLOT_ID_INVALID,
		pkcs11.CKR_SESSION_HANDLE_INVALID, pkcs11.CKR_SESSION_CLOSED, pkcs11.CKR_TOKEN_NOT_RECOGNIZED):
		name = ErrRemoved
	case isCode(err, pkcs11.CKR_USER_ALREADY_LOGGED_IN, pkcs11.CKR_USER_ANOTHER_ALREADY_LOGGED_IN,
		pkcs11.CKR_USER_TOO_MANY_TYPES, pkcs11.CKR_SESSION_COUNT):
		name = ErrBusy
	case isCode(err, pkcs11.CKR_PIN_EXPIRED, pkcs11.CKR_USER_PIN_NOT_INITIALIZED):
		name = ErrPINUnset
	case isCode(err, pkcs11.CKR_CANCEL, pkcs11.CKR_FUNCTION_CANCELED, pkcs11.CKR_FUNCTION_REJECTED):
		name = ErrCancelled
	case isCode(err, pkcs11.CKR_MECHANISM_INVALID, pkcs11.CKR_MECHANISM_PARAM_INVALID):
		name = ErrMechanism
	case isCode(err, pkcs11.CKR_USER_NOT_LOGGED_IN):
		name = ErrClosed
	case isCode(err, pkcs11.CKR_KEY_FUNCTION_NOT_PERMITTED):
		name = ErrNoKey
	default:
		return err
	}
	return fmt.Errorf("%w: %w", name, err)
}

// isPIN reports whether the token refused a PIN.
func isPIN(err error) bool {
	return isCode(err, pkcs11.CKR_PIN_INCORRECT, pkcs11.CKR_PIN_INVALID, pkcs11.CKR_PIN_LEN_RANGE, pkcs11.CKR_PIN_LOCKED)
}
