package trust

import (
	"crypto/x509"
	"fmt"
)

// The sub-indications of EN 319 102-1 that this package gives.
const (
	NoChain            = "NO_CERTIFICATE_CHAIN_FOUND"
	NoChainNoPOE       = "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
	ChainConstraints   = "CHAIN_CONSTRAINTS_FAILURE"
	ChainGeneral       = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
	Expired            = "EXPIRED"
	OutOfBoundsNoPOE   = "OUT_OF_BOUNDS_NO_POE"
	NotYetValid        = "NOT_YET_VALID"
	CryptoFailure      = "CRYPTO_CONSTRAINTS_FAILURE"
	CryptoFailureNoPOE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
	Revoked            = "REVOKED"
	RevokedNoPOE       = "REVOKED_NO_POE"
	RevokedCANoPOE     = "REVOKED_CA_NO_POE"
	TryLater           = "TRY_LATER"
)

// Reason says more exactly why; the screen has a sentence for each.
type Reason string

// Reasons of failures.
const (
	ReasonNoIssuer      Reason = "no_issuer"      // no path reaches an anchor
	ReasonAnchorDates   Reason = "anchor_dates"   // the anchor is not trusted at that time
	ReasonAnchorUse     Reason = "anchor_use"     // the anchor is not trusted for this use
	ReasonLimits        Reason = "limits"         // too many certificates, or too entangled
	ReasonExtension     Reason = "extension"      // a critical extension that nobody here knows
	ReasonMalformed     Reason = "malformed"      // a name or extension cannot be read
	ReasonNotCA         Reason = "not_ca"         // an issuer that is no CA
	ReasonKeyUsage      Reason = "key_usage"      // the key may not do this
	ReasonExtKeyUsage   Reason = "ext_key_usage"  // the key is for another purpose
	ReasonPathLength    Reason = "path_length"    // more CAs below than allowed
	ReasonNames         Reason = "names"          // a name that the CA may not certify
	ReasonValidity      Reason = "validity"       // outside notBefore and notAfter
	ReasonHash          Reason = "hash"           // signed with a hash no longer trusted
	ReasonKey           Reason = "key"            // a key too short or of an unknown kind
	ReasonRevoked       Reason = "revoked"        // revoked by the time asked about
	ReasonOnHold        Reason = "on_hold"        // suspended
	ReasonStatusUnknown Reason = "status_unknown" // nothing says whether it is revoked
	ReasonStatusStale   Reason = "status_stale"   // what says so is too old
)

// Failure is why a certificate is not believed, or not yet. Detail is for logs;
// a screen uses Sub, Reason and Certificate.
type Failure struct {
	Sub         string
	Reason      Reason
	Certificate *x509.Certificate // the one at fault; nil if there is none
	Detail      string
}

func (f *Failure) Error() string {
	s := fmt.Sprintf("trust: %s (%s)", f.Sub, f.Reason)
	if f.Certificate != nil {
		s += " at " + f.Certificate.Subject.String()
	}
	if f.Detail != "" {
		s += ": " + f.Detail
	}
	return s
}

func fail(sub string, r Reason, c *x509.Certificate, format string, args ...any) *Failure {
	return &Failure{Sub: sub, Reason: r, Certificate: c, Detail: fmt.Sprintf(format, args...)}
}

// nearness orders failures of several paths: the one nearest to success is told.
var nearness = map[string]int{
	TryLater: 9, Revoked: 8, RevokedNoPOE: 8, RevokedCANoPOE: 7, CryptoFailureNoPOE: 6, CryptoFailure: 5,
	Expired: 4, OutOfBoundsNoPOE: 4, NotYetValid: 4, ChainConstraints: 3, ChainGeneral: 2, NoChainNoPOE: 1, NoChain: 0,
}

// nearer returns the failure to tell of two; of equals the first.
func nearer(a, b *Failure) *Failure {
	if a == nil || b != nil && nearness[b.Sub] > nearness[a.Sub] {
		return b
	}
	return a
}
