package trust

import (
	"bytes"
	"crypto/x509"
	"time"
)

// State is what is known about the revocation of a certificate.
type State string

// States.
const (
	StateGood    State = "good"
	StateRevoked State = "revoked"
	StateOnHold  State = "on_hold"
	StateStale   State = "stale"   // the newest answer is too old for the moment
	StateUnknown State = "unknown" // nothing usable
)

// Reasons of RFC 5280, 5.3.1 that are treated apart.
const (
	reasonHold   = 6
	reasonRemove = 8
)

// Source is the kind of an answer, Origin where it came from.
type (
	Source string
	Origin string
)

// Sources and origins.
const (
	SourceCRL      Source = "crl"
	SourceOCSP     Source = "ocsp"
	OriginDocument Origin = "document"
	OriginCache    Origin = "cache"
	OriginNetwork  Origin = "network"
)

// Status is what is known about one certificate at the moment asked about.
type Status struct {
	Certificate *x509.Certificate
	State       State
	Source      Source // of the answer that decided; empty if none did
	Origin      Origin
	// Since is the time of revocation. With StateGood it lies after the
	// moment asked about: revoked later.
	Since      time.Time
	Reason     int       // CRLReason
	Invalid    time.Time // invalidityDate, if the CA gave one
	ThisUpdate time.Time
	NextUpdate time.Time           // zero if none was promised
	Age        time.Duration       // of the answer at the moment asked about; zero if made later
	Raw        []byte              // the answer itself, to be kept with the signature
	Signers    []*x509.Certificate // lead from whoever signed a CRL to the anchor, if not the issuer did
	Responder  *Status             // of whoever signed an OCSP answer, if that had to be asked
	Refused    []Refusal           // what was not used, and why
}

// Refusal is evidence that was not used. Err is for logs.
type Refusal struct {
	Source  Source
	Origin  Origin
	Problem string // one of the Problem constants
	URL     string // where it was to come from, if from the network
	Err     error
}

// An answer is what one piece of evidence says, its signature verified.
type answer struct {
	source     Source
	origin     Origin
	raw        []byte
	listed     bool
	since      time.Time
	invalid    time.Time
	reason     int
	this, next time.Time
	// keeps is the time since which expired certificates stay listed.
	keeps     time.Time
	maxAge    time.Duration
	signers   []*x509.Certificate
	responder *Status
}

// status judges the answer at the moment. A refused answer has a problem.
func (a answer) status(c *x509.Certificate, at, now time.Time, skew time.Duration) (st *Status, problem string) {
	if a.this.After(now.Add(skew)) {
		return nil, ProblemFuture
	}
	if !a.next.IsZero() && a.next.Before(a.this) {
		return nil, ProblemUnreadable
	}
	st = &Status{Certificate: c, Source: a.source, Origin: a.origin, Raw: a.raw,
		ThisUpdate: a.this, NextUpdate: a.next, Age: max(0, at.Sub(a.this)), Signers: a.signers, Responder: a.responder}
	if a.listed {
		st.Since, st.Reason, st.Invalid = a.since, a.reason, a.invalid
	}
	switch {
	case a.listed && !a.since.After(at):
		st.State = StateRevoked
		if a.reason == reasonHold {
			st.State = StateOnHold
		}
	case a.listed:
		st.State = StateGood
	case a.this.After(c.NotAfter) && (a.keeps.IsZero() || a.keeps.After(c.NotAfter)):
		return nil, ProblemAfterExpiry
	case !a.next.IsZero() && at.After(a.next.Add(skew)), at.Sub(a.this) > a.maxAge:
		st.State = StateStale
	default:
		st.State = StateGood
	}
	return st, ""
}

// weight orders states; of equal weight the newer answer counts.
var weight = map[State]int{StateUnknown: 0, StateStale: 1, StateGood: 2, StateOnHold: 2, StateRevoked: 3}

// take keeps the better of what is known and what is new. A revocation is
// final; a suspension ends when a newer answer says so.
func (s *Status) take(n *Status) {
	if n.betterThan(s) {
		refused := s.Refused
		*s = *n
		s.Refused = refused
	}
}

// betterThan is a strict order, so that it does not matter who spoke first: of
// two answers of one second the graver counts.
func (s *Status) betterThan(o *Status) bool {
	switch {
	case weight[s.State] != weight[o.State]:
		return weight[s.State] > weight[o.State]
	case !s.ThisUpdate.Equal(o.ThisUpdate):
		return s.ThisUpdate.After(o.ThisUpdate)
	case s.State != o.State:
		return s.State == StateOnHold
	case s.Origin != o.Origin:
		return s.Origin == OriginNetwork
	}
	return bytes.Compare(s.Raw, o.Raw) > 0
}

// settled reports whether there is no need to look further.
func (s *Status) settled() bool { return weight[s.State] >= weight[StateGood] }
