package trust

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"slices"
)

// maxEvidenceItems bounds what a document may bring along of each kind.
const maxEvidenceItems = 500

// A session is the revocation work for one request: evidence is parsed once
// and each signature verified once, however many paths are tried.
type session struct {
	v       *Validator
	req     Request
	crls    []held[*crl]
	ocsps   []held[*ocspResponse]
	refused []Refusal                // unreadable evidence of the document
	parsed  map[Fingerprint]*crl     // by the bytes, so that none is in crls twice
	kept    map[string]bool          // what the cache was asked for
	signer  map[signedPair]crlSigner // of lists that were looked at
	checks  int                      // signatures verified
	paths   int                      // paths looked for to signers of CRLs
	network map[string]networkAnswer // by address: each is asked once
}

// held is a piece of evidence and where it came from.
type held[T any] struct {
	item   T
	origin Origin
}

type signedPair struct {
	list           *crl
	issuer, anchor Fingerprint
}

// crlSigner is what was found out about who signed a list.
type crlSigner struct {
	problem string
	path    []*x509.Certificate // of another key than the issuer's, to the anchor
}

type networkAnswer struct {
	body []byte
	err  error
}

func newSession(v *Validator, req Request) *session {
	s := &session{v: v, req: req, parsed: map[Fingerprint]*crl{}, kept: map[string]bool{},
		signer: map[signedPair]crlSigner{}, network: map[string]networkAnswer{}}
	for _, der := range s.head(SourceCRL, req.Evidence.CRLs) {
		s.addCRL(der, OriginDocument, "")
	}
	for _, der := range s.head(SourceOCSP, req.Evidence.OCSPs) {
		s.addOCSP(der, OriginDocument, "")
	}
	return s
}

// head cuts what is more than the bound, and says so.
func (s *session) head(source Source, items [][]byte) [][]byte {
	if len(items) <= maxEvidenceItems {
		return items
	}
	s.refused = append(s.refused, Refusal{Source: source, Origin: OriginDocument, Problem: ProblemLimits})
	return items[:maxEvidenceItems]
}

func (s *session) addCRL(der []byte, o Origin, url string) *crl {
	sum := sha256.Sum256(der)
	if c := s.parsed[sum]; c != nil {
		return c
	}
	c, err := parseCRL(der)
	if err != nil {
		s.refused = append(s.refused, Refusal{Source: SourceCRL, Origin: o, Problem: ProblemUnreadable, URL: url, Err: err})
		return nil
	}
	s.parsed[sum] = c
	s.crls = append(s.crls, held[*crl]{c, o})
	return c
}

func (s *session) addOCSP(der []byte, o Origin, url string) *ocspResponse {
	r, err := parseOCSP(der)
	if err != nil {
		s.refused = append(s.refused, Refusal{Source: SourceOCSP, Origin: o, Problem: ProblemUnreadable, URL: url, Err: err})
		return nil
	}
	s.ocsps = append(s.ocsps, held[*ocspResponse]{r, o})
	return r
}

// judge fills in the statuses of the chain and what follows from them. CAs
// come first: what a revoked one says about those below counts for nothing.
func (s *session) judge(ctx context.Context, v *Verdict) {
	certs := v.Chain.Certificates
	v.Statuses = make([]*Status, len(certs)-1)
	for i := len(certs) - 2; i >= 0; i-- {
		v.Statuses[i] = s.status(ctx, v.Chain, i)
		f := s.failure(v.Statuses[i], i == 0)
		switch {
		case f == nil:
		case f.Sub == TryLater && f.Reason != ReasonOnHold && !s.v.Policy.RequireRevocation:
			v.Warnings = append(v.Warnings, f)
		case v.Failure == nil || v.Failure.Sub == TryLater && f.Sub != TryLater:
			v.Failure = f
		}
	}
}

// failure is what a status means (EN 319 102-1, 5.2.6.4).
func (s *session) failure(st *Status, leaf bool) *Failure {
	c := st.Certificate
	switch st.State {
	case StateRevoked:
		switch {
		case !leaf:
			return fail(RevokedCANoPOE, ReasonRevoked, c, "since %v", st.Since)
		case !s.req.After.IsZero() && !s.req.After.Before(st.Since):
			return fail(Revoked, ReasonRevoked, c, "since %v", st.Since)
		}
		return fail(RevokedNoPOE, ReasonRevoked, c, "since %v", st.Since)
	case StateOnHold:
		return fail(TryLater, ReasonOnHold, c, "since %v", st.Since)
	case StateStale:
		return fail(TryLater, ReasonStatusStale, c, "of %v", st.ThisUpdate)
	case StateUnknown:
		return fail(TryLater, ReasonStatusUnknown, c, "")
	}
	return nil
}

// status asks the document, then the cache, then the network, and stops at
// the first that knows, unless the newest answer is wanted.
func (s *session) status(ctx context.Context, chain *Chain, i int) *Status {
	q := question{chain: chain, cert: chain.Certificates[i], issuer: chain.Certificates[i+1]}
	st := &Status{Certificate: q.cert, State: StateUnknown}
	s.consider(ctx, q, st)
	if !st.settled() || s.req.Newest {
		s.fromCache(q)
		s.consider(ctx, q, st)
	}
	if st.State != StateRevoked && (!st.settled() || s.req.Newest) {
		s.fromNetwork(ctx, q, st)
	}
	st.Refused = append(st.Refused, s.refused...)
	return st
}

// A question is about one certificate of a chain and its issuer there.
type question struct {
	chain        *Chain
	cert, issuer *x509.Certificate
	crlOnly      bool // about a responder: another responder's word is no help
}

// consider lets all evidence in hand speak.
func (s *session) consider(ctx context.Context, q question, st *Status) {
	st.Refused = nil
	for _, h := range s.crls {
		s.useCRL(q, h, st)
	}
	if q.crlOnly {
		return
	}
	for _, h := range s.ocsps {
		s.useOCSP(ctx, q, h, st)
	}
}

// useCRL reports whether the list was about the certificate and could be believed.
func (s *session) useCRL(q question, h held[*crl], st *Status) bool {
	refuse := func(problem string, err error) bool {
		if problem != ProblemOther {
			st.Refused = append(st.Refused, Refusal{Source: SourceCRL, Origin: h.origin, Problem: problem, Err: err})
		}
		return false
	}
	if problem := h.item.about(q.cert); problem != "" {
		return refuse(problem, nil)
	}
	signer := s.crlSigner(q, h.item)
	if signer.problem != "" {
		return refuse(signer.problem, nil)
	}
	e, listed, err := h.item.find(q.cert)
	if err != nil {
		return refuse(ProblemUnreadable, err)
	}
	if listed && (e.indirect || e.strange) {
		return refuse(ProblemExtension, nil)
	}
	a := answer{source: SourceCRL, origin: h.origin, raw: h.item.raw, listed: listed, since: e.since, invalid: e.invalid,
		reason: e.reason, this: h.item.this, next: h.item.next, keeps: h.item.expiredSince, maxAge: duration(s.v.Policy.CRLMaxAge), signers: signer.path}
	return s.answer(q, a, st, refuse)
}

// answer judges an answer whose signature is verified.
func (s *session) answer(q question, a answer, st *Status, refuse func(string, error) bool) bool {
	n, problem := a.status(q.cert, s.req.At, s.v.now(), duration(s.v.Policy.ClockSkew))
	if problem != "" {
		return refuse(problem, nil)
	}
	st.take(n)
	return true
}

// crlSigner checks who signed the list: the issuer's key, or another key of
// the same name whose certificate leads to the same anchor.
func (s *session) crlSigner(q question, c *crl) crlSigner {
	pair := signedPair{c, FingerprintOf(q.issuer), FingerprintOf(q.chain.Anchor.Certificate)}
	signer, known := s.signer[pair]
	if !known {
		signer = s.checkCRLSigner(q, c)
		s.signer[pair] = signer
	}
	return signer
}

func (s *session) checkCRLSigner(q question, c *crl) crlSigner {
	if s.verifies(c.seal, q.issuer) {
		if q.issuer.KeyUsage != 0 && q.issuer.KeyUsage&x509.KeyUsageCRLSign == 0 {
			return crlSigner{problem: ProblemResponder}
		}
		return crlSigner{problem: s.algorithm(c.seal, q.issuer)}
	}
	for _, other := range s.v.finder(s.req).named(c.issuer) {
		if sameKey(other, q.issuer) || !s.verifies(c.seal, other) {
			continue
		}
		if s.paths++; s.paths > maxPaths {
			return crlSigner{problem: ProblemResponder}
		}
		chain, failure := s.v.Path(Request{Certificate: other, Candidates: s.req.Candidates, Usage: forCRL, At: s.req.At})
		if failure != nil || FingerprintOf(chain.Anchor.Certificate) != FingerprintOf(q.chain.Anchor.Certificate) {
			return crlSigner{problem: ProblemResponder}
		}
		return crlSigner{s.algorithm(c.seal, other), chain.Certificates}
	}
	return crlSigner{problem: ProblemSignature}
}

// verifies reports whether the holder of the certificate signed it. Beyond the
// bound nothing verifies: a document may not keep us busy for ever.
func (s *session) verifies(seal sealed, c *x509.Certificate) bool {
	s.checks++
	return s.checks <= maxChecks && seal.verify(c.PublicKey) == nil
}

// algorithm judges evidence by the moment asked about, as the chain is.
func (s *session) algorithm(seal sealed, signer *x509.Certificate) string {
	if s.v.Policy.Algorithms.Check(seal.alg.hash, signer.PublicKey, s.req.At, signer) != nil {
		return ProblemAlgorithm
	}
	return ""
}

func (s *session) useOCSP(ctx context.Context, q question, h held[*ocspResponse], st *Status) bool {
	refuse := func(problem string, err error) bool {
		st.Refused = append(st.Refused, Refusal{Source: SourceOCSP, Origin: h.origin, Problem: problem, Err: err})
		return false
	}
	one, ok := h.item.about(q.cert, q.issuer)
	if !ok {
		return false
	}
	if h.item.strange || one.strange {
		return refuse(ProblemExtension, nil)
	}
	if h.item.produced.After(s.v.now().Add(duration(s.v.Policy.ClockSkew))) {
		return refuse(ProblemFuture, nil)
	}
	problem, responder := s.responder(ctx, q, h.item)
	if problem != "" {
		return refuse(problem, nil)
	}
	if one.status == 2 {
		return refuse(ProblemNotListed, nil)
	}
	a := answer{source: SourceOCSP, origin: h.origin, raw: h.item.raw, listed: one.status == 1, since: one.since,
		reason: one.reason, this: one.this, next: one.next, keeps: one.cutoff, maxAge: duration(s.v.Policy.OCSPMaxAge), responder: responder}
	return s.answer(q, a, st, refuse)
}

// responder checks who signed the response: the issuer itself, or one to whom
// it has given the task (RFC 6960, 4.2.2.2). status is that of the latter, if it
// had to be asked.
func (s *session) responder(ctx context.Context, q question, r *ocspResponse) (problem string, status *Status) {
	if s.verifies(r.seal, q.issuer) {
		return s.algorithm(r.seal, q.issuer), nil
	}
	i := slices.IndexFunc(r.certs, func(c *x509.Certificate) bool { return s.verifies(r.seal, c) })
	if i < 0 {
		return ProblemSignature, nil
	}
	c := r.certs[i]
	if nameKey(c.RawIssuer) != nameKey(q.issuer.RawSubject) || !signedBy(c, q.issuer.PublicKey) {
		return ProblemResponder, nil
	}
	chain := Chain{Certificates: []*x509.Certificate{c, q.issuer}, Anchor: q.chain.Anchor}
	if checkStructure(chain.Certificates, 0) != nil || checkLeaf(c, forOCSP) != nil ||
		checkValidity(c, true, Request{At: r.produced}) != nil || s.v.Policy.checkAlgorithms(chain.Certificates, s.req.At) != nil {
		return ProblemResponder, nil
	}
	if extension(c, oidNoCheck) == nil {
		if status = s.responderStatus(ctx, question{chain: q.chain, cert: c, issuer: q.issuer, crlOnly: true}); status.State != StateGood {
			return ProblemResponder, nil
		}
	}
	return s.algorithm(r.seal, c), status
}

// responderStatus asks CRLs about a responder that does not carry ocsp-nocheck.
func (s *session) responderStatus(ctx context.Context, q question) *Status {
	st := &Status{Certificate: q.cert, State: StateUnknown}
	s.consider(ctx, q, st)
	if !st.settled() {
		s.fromCache(q)
		s.fromNetwork(ctx, q, st)
	}
	return st
}
