package remote

import (
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Reason says why there is no signature, or none yet; the screen has a sentence
// for each.
type Reason string

const (
	Refused      Reason = "refused"       // the person has said no on the telephone
	Expired      Reason = "expired"       // the person has not answered in time
	Cancelled    Reason = "cancelled"     // the person has given up here
	Lost         Reason = "lost"          // it was asked, and the answer did not come: the telephone may have rung
	WrongPIN     Reason = "wrong_pin"     // the PIN was not taken; a try is spent
	WrongOTP     Reason = "wrong_otp"     // the one-time password was not taken
	WrongFactor  Reason = "wrong_factor"  // PIN or one-time password; the provider does not say which
	Locked       Reason = "locked"        // the key or the SIM is locked: only the provider can open it
	NoKey        Reason = "no_key"        // the provider knows no such person, key or certificate
	Certificate  Reason = "certificate"   // the certificate is revoked, expired, or not yet valid
	Unauthorized Reason = "unauthorized"  // the provider does not let us in: sign in again
	Busy         Reason = "busy"          // too many requests, or the telephone is being asked something else
	NoPhone      Reason = "no_phone"      // the telephone cannot be reached
	Unreachable  Reason = "unreachable"   // no connection; nothing was asked
	Unavailable  Reason = "unavailable"   // the provider has a fault of its own
	Malformed    Reason = "malformed"     // the provider's answer breaks the protocol
	BadSignature Reason = "bad_signature" // what came is not a signature of the certificate's key over what was asked
	Spent        Reason = "spent"         // the provider has signed, the answer was lost, and it does not give it again
	Unsupported  Reason = "unsupported"   // the provider or the key cannot do it
	Rejected     Reason = "rejected"      // the provider says no, for another reason
)

// An Error is what a provider said, or why it could not be asked. It never holds
// the provider's own words, which may repeat what they were sent.
type Error struct {
	Provider string
	Reason   Reason
	Code     string        // the provider's code, "" if there is none
	After    time.Duration // how long it asks to be left alone; 0: it does not say
	Err      error         // what went wrong on our side, or nil
}

func (e *Error) Error() string {
	text := fmt.Sprintf("remote: %s: %s", e.Provider, e.Reason)
	if e.Code != "" {
		text += " (" + e.Code + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// ReasonOf is the reason of an error of this package, "" of any other.
func ReasonOf(err error) Reason {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}

func codeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// passing reports that the same question may be answered a little later.
func (r Reason) passing() bool {
	return r == Lost || r == Busy || r == Unreachable || r == Unavailable
}

// codeRE is what a provider's code may look like; anything else could be a text
// that repeats a secret.
var codeRE = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)

func cleanCode(code string) string {
	if code != "" && !codeRE.MatchString(code) {
		return "other"
	}
	return code
}
