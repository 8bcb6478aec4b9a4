package trust_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

var sequence = map[string][]byte{
	"delta":       {2, 1, 1},
	"indirect":    {0x30, 3, 0x84, 1, 0xff},
	"onlyUsers":   {0x30, 3, 0x81, 1, 0xff},
	"onlyCAs":     {0x30, 3, 0x82, 1, 0xff},
	"attributes":  {0x30, 3, 0x85, 1, 0xff},
	"someReasons": {0x30, 4, 0x83, 2, 0, 0x40},
}

func crlExt(id int, value []byte) []pkix.Extension {
	return []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, id}, Critical: true, Value: value}}
}

// An office is root → CA → person, with a good CRL of the root at hand.
type office struct {
	root, ca, person *trusttest.Issued
	rootCRL          []byte
}

func newOffice(t testing.TB, person ...trusttest.Option) office {
	root := trusttest.NewRoot(t, "Root")
	ca := root.IssueCA(t, "CA")
	return office{root, ca, ca.Issue(t, "Person", person...), root.SignCRL(t, trusttest.CRL{})}
}

func (o office) request(crls, ocsps [][]byte) trust.Request {
	return trust.Request{Certificate: o.person.Cert, Candidates: trusttest.Certs(o.ca), At: now,
		Evidence: trust.Evidence{CRLs: append(crls, o.rootCRL), OCSPs: ocsps}}
}

// A statusCase is one piece of evidence about the person.
type statusCase struct {
	name    string
	person  []trusttest.Option
	crl     func(t *testing.T, o office) []byte
	ocsp    func(t *testing.T, o office) []byte
	change  func(*trust.Request)
	state   trust.State
	sub     string
	reason  trust.Reason
	problem string // of the refused evidence
}

func list(c trusttest.CRL) func(*testing.T, office) []byte {
	return func(t *testing.T, o office) []byte { return o.ca.SignCRL(t, c) }
}

// revokes lists the person.
func revokes(ago time.Duration, reason int, c trusttest.CRL) func(*testing.T, office) []byte {
	return func(t *testing.T, o office) []byte {
		c.Entries = append(c.Entries, trusttest.Revoked(o.person.Cert, now.Add(-ago), reason))
		return o.ca.SignCRL(t, c)
	}
}

func answers(r trusttest.OCSP) func(*testing.T, office) []byte {
	return func(t *testing.T, o office) []byte { return o.ca.SignOCSP(t, o.person.Cert, r) }
}

// answersBy signs by a responder that options may spoil.
func answersBy(options ...trusttest.Option) func(*testing.T, office) []byte {
	return func(t *testing.T, o office) []byte {
		return o.ca.SignOCSP(t, o.person.Cert, trusttest.OCSP{Responder: o.ca.IssueResponder(t, "OCSP", options...)})
	}
}

var statusCases = []statusCase{
	{name: "good CRL", crl: list(trusttest.CRL{}), state: trust.StateGood},
	{name: "good CRL for users", crl: list(trusttest.CRL{Extensions: crlExt(28, sequence["onlyUsers"])}), state: trust.StateGood},
	{name: "revoked", crl: revokes(2*day, 1, trusttest.CRL{}), state: trust.StateRevoked, sub: trust.RevokedNoPOE, reason: trust.ReasonRevoked},
	{name: "revoked, signed after", crl: revokes(2*day, 1, trusttest.CRL{}),
		change: func(r *trust.Request) { r.After = now.Add(-day) }, state: trust.StateRevoked, sub: trust.Revoked, reason: trust.ReasonRevoked},
	{name: "revoked after the proven time", crl: revokes(2*day, 1, trusttest.CRL{}), change: provenAt(-3 * day), state: trust.StateGood},
	{name: "revoked in an old list", crl: revokes(40*day, 1, trusttest.CRL{This: now.Add(-30 * day)}), state: trust.StateRevoked, sub: trust.RevokedNoPOE, reason: trust.ReasonRevoked},
	{name: "on hold", crl: revokes(2*day, 6, trusttest.CRL{}), state: trust.StateOnHold, sub: trust.TryLater, reason: trust.ReasonOnHold},
	{name: "removeFromCRL", crl: revokes(2*day, 8, trusttest.CRL{}), state: trust.StateUnknown, problem: trust.ProblemUnreadable},
	{name: "past nextUpdate", crl: list(trusttest.CRL{This: now.Add(-3 * day), Next: now.Add(-day)}), state: trust.StateStale, sub: trust.TryLater, reason: trust.ReasonStatusStale},
	{name: "nine days old", crl: list(trusttest.CRL{This: now.Add(-9 * day), Next: now.Add(day)}), state: trust.StateStale, sub: trust.TryLater, reason: trust.ReasonStatusStale},
	{name: "nine days old, fresh at the proven time", crl: list(trusttest.CRL{This: now.Add(-9 * day), Next: now.Add(day)}), change: provenAt(-8 * day), state: trust.StateGood},
	{name: "of the future", crl: list(trusttest.CRL{This: now.Add(day)}), state: trust.StateUnknown, problem: trust.ProblemFuture},
	{name: "delta", crl: list(trusttest.CRL{Extensions: crlExt(27, sequence["delta"])}), state: trust.StateUnknown, problem: trust.ProblemDelta},
	{name: "indirect", crl: list(trusttest.CRL{Extensions: crlExt(28, sequence["indirect"])}), state: trust.StateUnknown, problem: trust.ProblemIndirect},
	{name: "some reasons", crl: list(trusttest.CRL{Extensions: crlExt(28, sequence["someReasons"])}), state: trust.StateUnknown, problem: trust.ProblemPartial},
	{name: "for CAs", crl: list(trusttest.CRL{Extensions: crlExt(28, sequence["onlyCAs"])}), state: trust.StateUnknown, problem: trust.ProblemScope},
	{name: "for attributes", crl: list(trusttest.CRL{Extensions: crlExt(28, sequence["attributes"])}), state: trust.StateUnknown, problem: trust.ProblemScope},
	{name: "unknown critical extension", crl: list(trusttest.CRL{Extensions: []pkix.Extension{{Id: oidUnknown, Critical: true, Value: []byte{5, 0}}}}), state: trust.StateUnknown, problem: trust.ProblemExtension},
	{name: "unknown critical extension of the entry", crl: func(t *testing.T, o office) []byte {
		e := trusttest.Revoked(o.person.Cert, now.Add(-day), 1)
		e.ExtraExtensions = []pkix.Extension{{Id: oidUnknown, Critical: true, Value: []byte{5, 0}}}
		return o.ca.SignCRL(t, trusttest.CRL{Entries: []x509.RevocationListEntry{e}})
	}, state: trust.StateUnknown, problem: trust.ProblemExtension},
	{name: "forged CRL", crl: func(t *testing.T, o office) []byte {
		return trusttest.NewRoot(t, "CA").SignCRL(t, trusttest.CRL{})
	}, state: trust.StateUnknown, problem: trust.ProblemSignature},
	{name: "no CRL at all", crl: func(*testing.T, office) []byte { return []byte("<html>not found</html>") }, state: trust.StateUnknown, problem: trust.ProblemUnreadable},
	{name: "list of another CA", crl: func(t *testing.T, o office) []byte { return o.root.SignCRL(t, trusttest.CRL{}) }, state: trust.StateUnknown},
	{name: "list made after expiry", person: opts(trusttest.Valid(now.Add(-90*day), now.Add(-day))), crl: list(trusttest.CRL{}), change: provenAt(-2 * day), state: trust.StateUnknown, problem: trust.ProblemAfterExpiry},
	{name: "list that keeps the expired", person: opts(trusttest.Valid(now.Add(-90*day), now.Add(-day))),
		crl: list(trusttest.CRL{Extensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 60}, Value: mustTime(now.Add(-900 * day))}}}), change: provenAt(-2 * day), state: trust.StateGood},
	{name: "negative serial number, revoked", person: opts(trusttest.NegativeSerial()), crl: func(t *testing.T, o office) []byte {
		return negativeEntry(t, o)
	}, state: trust.StateRevoked, sub: trust.RevokedNoPOE, reason: trust.ReasonRevoked},

	{name: "revoked, signed at that second", crl: revokes(2*day, 1, trusttest.CRL{}),
		change: func(r *trust.Request) { r.After = now.Add(-2 * day) }, state: trust.StateRevoked, sub: trust.Revoked, reason: trust.ReasonRevoked},
	{name: "SHA-1 CRL", crl: list(trusttest.CRL{SignedWith: x509.ECDSAWithSHA1}), state: trust.StateUnknown, problem: trust.ProblemAlgorithm},
	{name: "list of the certificate's distribution point", person: opts(trusttest.Links("http://a/crl", "", "")),
		crl: list(trusttest.CRL{Extensions: crlExt(28, pointAt("http://a/crl"))}), state: trust.StateGood},
	{name: "list of another distribution point", person: opts(trusttest.Links("http://a/crl", "", "")),
		crl: list(trusttest.CRL{Extensions: crlExt(28, pointAt("http://b/crl"))}), state: trust.StateUnknown, problem: trust.ProblemScope},
	{name: "two algorithms in one list", crl: func(t *testing.T, o office) []byte {
		return trusttest.Resign(t, o.ca.SignCRL(t, trusttest.CRL{}), o.ca.Key, func(tbs []byte) {
			i := bytes.Index(tbs, []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2})
			tbs[i+7] = 3 // ecdsa-with-SHA384, where the outer says SHA-256
		})
	}, state: trust.StateUnknown, problem: trust.ProblemUnreadable},

	{name: "good OCSP", ocsp: answers(trusttest.OCSP{}), state: trust.StateGood},
	{name: "good OCSP by SHA-256", ocsp: answers(trusttest.OCSP{Hash: crypto.SHA256}), state: trust.StateGood},
	{name: "good OCSP by a responder", ocsp: answersBy(trusttest.NoCheck()), state: trust.StateGood},
	{name: "revoked by OCSP", ocsp: answers(trusttest.OCSP{Status: ocsp.Revoked, Since: now.Add(-day), Reason: 4}), state: trust.StateRevoked, sub: trust.RevokedNoPOE, reason: trust.ReasonRevoked},
	{name: "on hold by OCSP", ocsp: answers(trusttest.OCSP{Status: ocsp.Revoked, Since: now.Add(-day), Reason: 6}), state: trust.StateOnHold, sub: trust.TryLater, reason: trust.ReasonOnHold},
	{name: "unknown to OCSP", ocsp: answers(trusttest.OCSP{Status: ocsp.Unknown}), state: trust.StateUnknown, problem: trust.ProblemNotListed},
	{name: "old OCSP", ocsp: answers(trusttest.OCSP{This: now.Add(-3 * day), Next: now.Add(day)}), state: trust.StateStale, sub: trust.TryLater, reason: trust.ReasonStatusStale},
	{name: "OCSP of the future", ocsp: answers(trusttest.OCSP{This: now.Add(day)}), state: trust.StateUnknown, problem: trust.ProblemFuture},
	{name: "responder nobody vouches for", ocsp: answersBy(), state: trust.StateUnknown, problem: trust.ProblemResponder},
	{name: "responder without purpose", ocsp: answersBy(trusttest.NoCheck(), trusttest.Purposes()), state: trust.StateUnknown, problem: trust.ProblemResponder},
	{name: "expired responder", ocsp: answersBy(trusttest.NoCheck(), trusttest.Valid(now.Add(-9*day), now.Add(-2*day))), state: trust.StateUnknown, problem: trust.ProblemResponder},
	{name: "responder of another CA", ocsp: func(t *testing.T, o office) []byte {
		other := o.root.IssueResponder(t, "OCSP", trusttest.NoCheck())
		return o.ca.SignOCSP(t, o.person.Cert, trusttest.OCSP{Responder: other})
	}, state: trust.StateUnknown, problem: trust.ProblemResponder},
	{name: "answer about somebody else", ocsp: func(t *testing.T, o office) []byte {
		return o.ca.SignOCSP(t, o.ca.Issue(t, "Other").Cert, trusttest.OCSP{})
	}, state: trust.StateUnknown},
	{name: "OCSP error", ocsp: func(*testing.T, office) []byte { return ocsp.TryLaterErrorResponse }, state: trust.StateUnknown, problem: trust.ProblemUnreadable},
	{name: "OCSP with an unknown critical extension", ocsp: answers(trusttest.OCSP{Extensions: []pkix.Extension{{Id: oidUnknown, Critical: true, Value: []byte{5, 0}}}}), state: trust.StateUnknown, problem: trust.ProblemExtension},
	{name: "archive cutoff", person: opts(trusttest.Valid(now.Add(-90*day), now.Add(-day))),
		ocsp:   answers(trusttest.OCSP{Extensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 6}, Value: mustTime(now.Add(-900 * day))}}}),
		change: provenAt(-2 * day), state: trust.StateGood},
	{name: "OCSP after expiry", person: opts(trusttest.Valid(now.Add(-90*day), now.Add(-day))), ocsp: answers(trusttest.OCSP{}),
		change: provenAt(-2 * day), state: trust.StateUnknown, problem: trust.ProblemAfterExpiry},

	{name: "SHA-1 OCSP", ocsp: answers(trusttest.OCSP{SignedWith: x509.ECDSAWithSHA1}), state: trust.StateUnknown, problem: trust.ProblemAlgorithm},
	{name: "responder with a critical extension", ocsp: answersBy(trusttest.NoCheck(), trusttest.Extension(oidUnknown, true, []byte{5, 0})), state: trust.StateUnknown, problem: trust.ProblemResponder},
	{name: "responder with a short key", ocsp: answersBy(trusttest.NoCheck(), trusttest.Key(trusttest.RSA1024)), state: trust.StateUnknown, problem: trust.ProblemResponder},
	{name: "answer about another key's certificate", ocsp: func(t *testing.T, o office) []byte {
		return o.root.IssueCA(t, "CA").SignOCSP(t, o.person.Cert, trusttest.OCSP{Responder: o.ca})
	}, state: trust.StateUnknown},
	{name: "answer about another name's certificate", ocsp: func(t *testing.T, o office) []byte {
		return o.root.IssueCA(t, "Other", trusttest.UseKey(o.ca.Key)).SignOCSP(t, o.person.Cert, trusttest.OCSP{})
	}, state: trust.StateUnknown},

	{name: "revoked counts more than good", crl: revokes(2*day, 1, trusttest.CRL{This: now.Add(-day)}), ocsp: answers(trusttest.OCSP{}), state: trust.StateRevoked, sub: trust.RevokedNoPOE, reason: trust.ReasonRevoked},
	{name: "released from hold", crl: revokes(3*day, 6, trusttest.CRL{This: now.Add(-2 * day)}), ocsp: answers(trusttest.OCSP{}), state: trust.StateGood},
	{name: "nothing", state: trust.StateUnknown},
}

// pointAt is an IssuingDistributionPoint with the address.
func pointAt(url string) []byte {
	name := append([]byte{0x86, byte(len(url))}, url...)
	for _, tag := range []byte{0xa0, 0xa0, 0x30} {
		name = append([]byte{tag, byte(len(name))}, name...)
	}
	return name
}

func mustTime(t time.Time) []byte {
	der, err := asn1.MarshalWithParams(t.UTC().Truncate(time.Second), "generalized")
	if err != nil {
		panic(err)
	}
	return der
}

// negativeEntry lists a person whose serial number is below zero.
func negativeEntry(t *testing.T, o office) []byte {
	positive := *o.person.Cert
	raw, err := asn1.Marshal(o.person.Cert.SerialNumber)
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Clone(raw)
	want[2] &= 0x7f
	if _, err := asn1.Unmarshal(want, &positive.SerialNumber); err != nil {
		t.Fatal(err)
	}
	der := o.ca.SignCRL(t, trusttest.CRL{Entries: []x509.RevocationListEntry{trusttest.Revoked(&positive, now.Add(-day), 1)}})
	return trusttest.Resign(t, der, o.ca.Key, func(tbs []byte) {
		for i := range tbs {
			if len(tbs[i:]) >= len(want) && string(tbs[i:i+len(want)]) == string(want) {
				copy(tbs[i:], raw)
			}
		}
	})
}

func TestRevocation(t *testing.T) {
	for _, c := range statusCases {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t, c.person...)
			var crls, ocsps [][]byte
			if c.crl != nil {
				crls = append(crls, c.crl(t, o))
			}
			if c.ocsp != nil {
				ocsps = append(ocsps, c.ocsp(t, o))
			}
			req := o.request(crls, ocsps)
			if c.change != nil {
				c.change(&req)
			}
			o.rootAt(t, &req)
			if c.state == trust.StateUnknown {
				c.sub, c.reason = trust.TryLater, trust.ReasonStatusUnknown
			}
			got := validator(t, o.root).Validate(t.Context(), req)
			want(t, got.Failure, c.sub, c.reason)
			st := got.Statuses[0]
			if st.State != c.state {
				t.Errorf("state %s, want %s; refused %v", st.State, c.state, st.Refused)
			}
			if problems(st) != c.problem {
				t.Errorf("refused %v, want %q", st.Refused, c.problem)
			}
		})
	}
}

// rootAt adds a list of the root that is fresh at the moment asked about.
func (o office) rootAt(t testing.TB, req *trust.Request) {
	req.Evidence.CRLs = append(req.Evidence.CRLs, o.root.SignCRL(t, trusttest.CRL{This: req.At.Add(-time.Hour)}))
}

// problems is the problem of the refused evidence that is not about the root.
func problems(st *trust.Status) string {
	for _, r := range st.Refused {
		return r.Problem
	}
	return ""
}

// TestAge: the screen can say how old the list was.
func TestAge(t *testing.T) {
	o := newOffice(t)
	req := o.request([][]byte{o.ca.SignCRL(t, trusttest.CRL{This: now.Add(-9 * day), Next: now.Add(day)})}, nil)
	v := validator(t, o.root)
	v.Policy.RequireRevocation = false
	got := v.Validate(t.Context(), req)
	st := got.Statuses[0]
	if got.Failure != nil || len(got.Warnings) != 1 || st.Age != 9*day || st.Source != trust.SourceCRL || st.Origin != trust.OriginDocument {
		t.Errorf("failure %v, warnings %v, status %+v", got.Failure, got.Warnings, st)
	}
}

// TestRevokedCA: what a revoked CA has issued is not proven, whatever its own lists say.
func TestRevokedCA(t *testing.T) {
	o := newOffice(t)
	o.rootCRL = o.root.SignCRL(t, trusttest.CRL{Entries: []x509.RevocationListEntry{trusttest.Revoked(o.ca.Cert, now.Add(-day), 2)}})
	got := validator(t, o.root).Validate(t.Context(), o.request([][]byte{o.ca.SignCRL(t, trusttest.CRL{})}, nil))
	want(t, got.Failure, trust.RevokedCANoPOE, trust.ReasonRevoked)
	if got.Failure.Certificate != got.Chain.Certificates[1] {
		t.Error("the CA is not the one at fault")
	}
}

// TestOtherCRLKey: a CA that signs its lists with a key of their own is
// believed if that key leads to the same anchor, and only then.
func TestOtherCRLKey(t *testing.T) {
	o := newOffice(t)
	lists := o.root.IssueCA(t, "CA", trusttest.Usage(x509.KeyUsageCRLSign))
	req := o.request([][]byte{lists.SignCRL(t, trusttest.CRL{})}, nil)
	req.Candidates = append(req.Candidates, lists.Cert)
	want(t, validator(t, o.root).Validate(t.Context(), req).Failure, "", "")

	stranger := trusttest.NewRoot(t, "Stranger").IssueCA(t, "CA")
	req = o.request([][]byte{stranger.SignCRL(t, trusttest.CRL{})}, nil)
	req.Candidates = append(req.Candidates, stranger.Cert, stranger.Issuer.Cert)
	want(t, validator(t, o.root).Validate(t.Context(), req).Failure, trust.TryLater, trust.ReasonStatusUnknown)
	// Even if the office trusts the stranger, it is not trusted for this CA.
	want(t, validator(t, o.root, stranger.Issuer).Validate(t.Context(), req).Failure, trust.TryLater, trust.ReasonStatusUnknown)
}

// TestResponderIsAsked: a responder without ocsp-nocheck is believed when a CRL clears it.
func TestResponderIsAsked(t *testing.T) {
	o := newOffice(t)
	responder := o.ca.IssueResponder(t, "OCSP")
	answer := o.ca.SignOCSP(t, o.person.Cert, trusttest.OCSP{Responder: responder})
	clean := o.ca.SignCRL(t, trusttest.CRL{})
	revoked := o.ca.SignCRL(t, trusttest.CRL{Entries: []x509.RevocationListEntry{
		trusttest.Revoked(responder.Cert, now.Add(-day), 1), trusttest.Revoked(o.person.Cert, now.Add(-2*day), 6)}})
	v := validator(t, o.root)
	got := v.Validate(t.Context(), o.request([][]byte{clean}, [][]byte{answer}))
	if got.Failure != nil || got.Statuses[0].State != trust.StateGood {
		t.Errorf("%v", got.Failure)
	}
	got = v.Validate(t.Context(), o.request([][]byte{revoked}, [][]byte{answer}))
	want(t, got.Failure, trust.TryLater, trust.ReasonOnHold)
}

// TestScopeOfCA: a list for users says nothing about a CA.
func TestScopeOfCA(t *testing.T) {
	o := newOffice(t)
	o.rootCRL = o.root.SignCRL(t, trusttest.CRL{Extensions: crlExt(28, sequence["onlyUsers"])})
	got := validator(t, o.root).Validate(t.Context(), o.request([][]byte{o.ca.SignCRL(t, trusttest.CRL{})}, nil))
	want(t, got.Failure, trust.TryLater, trust.ReasonStatusUnknown)
	if st := got.Statuses[1]; problems(st) != trust.ProblemScope {
		t.Errorf("%+v", st)
	}
}

// TestOCSPBeforeItsTime: a response that says it was made later than now is refused.
func TestOCSPBeforeItsTime(t *testing.T) {
	o := newOffice(t)
	early := trusttest.Now.Add(-time.Hour)
	v := validator(t, o.root)
	v.Now = func() time.Time { return early }
	req := o.request(nil, [][]byte{o.ca.SignOCSP(t, o.person.Cert, trusttest.OCSP{This: early.Add(-time.Hour)})})
	req.At = early
	if st := v.Validate(t.Context(), req).Statuses[0]; problems(st) != trust.ProblemFuture {
		t.Errorf("%+v", st)
	}
}

// TestCAThatMaySignNoLists: a key that may only certify says nothing of revocation.
func TestCAThatMaySignNoLists(t *testing.T) {
	root := trusttest.NewRoot(t, "Root")
	ca := root.IssueCA(t, "CA", trusttest.Usage(x509.KeyUsageCertSign))
	o := office{root, ca, ca.Issue(t, "Person"), root.SignCRL(t, trusttest.CRL{})}
	pretends := *ca.Cert
	pretends.KeyUsage |= x509.KeyUsageCRLSign
	forger := trusttest.Issued{Cert: &pretends, Key: ca.Key, Issuer: root}
	got := validator(t, root).Validate(t.Context(), o.request([][]byte{forger.SignCRL(t, trusttest.CRL{})}, nil))
	want(t, got.Failure, trust.TryLater, trust.ReasonStatusUnknown)
	if st := got.Statuses[0]; problems(st) != trust.ProblemResponder {
		t.Errorf("%+v", st)
	}
}

// TestTooMuchEvidence: the first five hundred lists are looked at, and that
// there were more is told.
func TestTooMuchEvidence(t *testing.T) {
	o := newOffice(t)
	crls := make([][]byte, 500)
	got := validator(t, o.root).Validate(t.Context(), o.request(append(crls, o.ca.SignCRL(t, trusttest.CRL{})), nil))
	want(t, got.Failure, trust.TryLater, trust.ReasonStatusUnknown)
	if st := got.Statuses[0]; problems(st) != trust.ProblemLimits {
		t.Errorf("%+v", st.Refused[0])
	}
}
