package trust_test

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
	"time"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

var oidUnknown = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}

// A pathCase spoils one thing in root → CA → person.
type pathCase struct {
	name             string
	root, ca, person []trusttest.Option
	change           func(*trust.Request)
	anchor           func(*trust.Anchor)
	usage            trust.Usage
	sub              string
	reason           trust.Reason
}

func opts(o ...trusttest.Option) []trusttest.Option { return o }

var pathCases = []pathCase{
	{name: "good"},
	{name: "good RSA", ca: opts(trusttest.Key(trusttest.RSA2048)), person: opts(trusttest.Key(trusttest.RSA3072), trusttest.SignedWith(x509.SHA384WithRSA))},
	{name: "good PSS", ca: opts(trusttest.Key(trusttest.RSA2048)), person: opts(trusttest.SignedWith(x509.SHA256WithRSAPSS))},
	{name: "good P-384", root: opts(trusttest.Key(trusttest.P384)), ca: opts(trusttest.SignedWith(x509.ECDSAWithSHA384))},
	{name: "good nonRepudiation alone", person: opts(trusttest.Usage(x509.KeyUsageContentCommitment))},
	{name: "good with email purpose", person: opts(trusttest.Purposes(x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageEmailProtection))},
	{name: "negative serial number", person: opts(trusttest.NegativeSerial())},
	{name: "CA is none", ca: opts(trusttest.With(func(c *x509.Certificate) { c.IsCA = false; c.MaxPathLen = 0 })), sub: trust.ChainConstraints, reason: trust.ReasonNotCA},
	{name: "CA without keyCertSign", ca: opts(trusttest.Usage(x509.KeyUsageCRLSign)), sub: trust.ChainConstraints, reason: trust.ReasonKeyUsage},
	{name: "CA without keyUsage", ca: opts(trusttest.Usage(0)), sub: trust.ChainConstraints, reason: trust.ReasonKeyUsage},
	{name: "path length", root: opts(trusttest.CA(0)), sub: trust.ChainConstraints, reason: trust.ReasonPathLength},
	{name: "person without keyUsage", person: opts(trusttest.Usage(0)), sub: trust.ChainConstraints, reason: trust.ReasonKeyUsage},
	{name: "person for encryption", person: opts(trusttest.Usage(x509.KeyUsageKeyEncipherment)), sub: trust.ChainConstraints, reason: trust.ReasonKeyUsage},
	{name: "person for servers", person: opts(trusttest.Purposes(x509.ExtKeyUsageServerAuth)), sub: trust.ChainConstraints, reason: trust.ReasonExtKeyUsage},
	{name: "unknown critical extension", person: opts(trusttest.Extension(oidUnknown, true, []byte{5, 0})), sub: trust.ChainGeneral, reason: trust.ReasonExtension},
	{name: "unknown extension", person: opts(trusttest.Extension(oidUnknown, false, []byte{5, 0}))},
	{name: "unknown critical extension of CA", ca: opts(trusttest.Extension(oidUnknown, true, []byte{5, 0})), sub: trust.ChainGeneral, reason: trust.ReasonExtension},
	{name: "expired, nothing proven", person: opts(trusttest.Valid(now.Add(-9*day), now.Add(-day))), sub: trust.OutOfBoundsNoPOE, reason: trust.ReasonValidity},
	{name: "expired, proven before", person: opts(trusttest.Valid(now.Add(-9*day), now.Add(-day))), change: provenAt(-2 * day)},
	{name: "expired, signed after", person: opts(trusttest.Valid(now.Add(-9*day), now.Add(-day))),
		change: func(r *trust.Request) { r.After = now.Add(-time.Hour) }, sub: trust.Expired, reason: trust.ReasonValidity},
	{name: "not yet valid, nothing proven", person: opts(trusttest.Valid(now.Add(day), now.Add(9*day))), sub: trust.OutOfBoundsNoPOE, reason: trust.ReasonValidity},
	{name: "not yet valid, proven", person: opts(trusttest.Valid(now.Add(-day), now.Add(9*day))), change: provenAt(-2 * day), sub: trust.NotYetValid, reason: trust.ReasonValidity},
	{name: "CA expired", ca: opts(trusttest.Valid(now.Add(-900*day), now.Add(-day))), sub: trust.OutOfBoundsNoPOE, reason: trust.ReasonValidity},
	{name: "SHA-1 now", ca: opts(trusttest.Key(trusttest.RSA2048)), person: opts(trusttest.SignedWith(x509.SHA1WithRSA)), sub: trust.CryptoFailureNoPOE, reason: trust.ReasonHash},
	{name: "RSA-1024 now", person: opts(trusttest.Key(trusttest.RSA1024)), sub: trust.CryptoFailureNoPOE, reason: trust.ReasonKey},
	{name: "RSA-1024 CA now", ca: opts(trusttest.Key(trusttest.RSA1024)), sub: trust.CryptoFailureNoPOE, reason: trust.ReasonKey},
	{name: "anchor for timestamps", anchor: func(a *trust.Anchor) { a.Signature = false }, sub: trust.NoChain, reason: trust.ReasonAnchorUse},
	{name: "anchor no longer", anchor: func(a *trust.Anchor) { a.Until = now.Add(-day) }, sub: trust.NoChainNoPOE, reason: trust.ReasonAnchorDates},
	{name: "anchor no longer, proven before", anchor: func(a *trust.Anchor) { a.Until = now.Add(-day) }, change: provenAt(-2 * day)},
	{name: "anchor not yet", anchor: func(a *trust.Anchor) { a.Since = now.Add(day) }, sub: trust.NoChain, reason: trust.ReasonAnchorDates},
	{name: "person as timestamp server", usage: trust.ForTimestamp, sub: trust.ChainConstraints, reason: trust.ReasonExtKeyUsage},
	{name: "timestamp purpose not critical", usage: trust.ForTimestamp, person: opts(trusttest.Purposes(x509.ExtKeyUsageTimeStamping)), sub: trust.ChainConstraints, reason: trust.ReasonExtKeyUsage},
	{name: "issuer missing", change: func(r *trust.Request) { r.Candidates = nil }, sub: trust.NoChain, reason: trust.ReasonNoIssuer},
}

func provenAt(d time.Duration) func(*trust.Request) {
	return func(r *trust.Request) { r.At, r.Proven = now.Add(d), true }
}

func TestPathFailures(t *testing.T) {
	for _, c := range pathCases {
		t.Run(c.name, func(t *testing.T) {
			root := trusttest.NewRoot(t, "Root", c.root...)
			ca := root.IssueCA(t, "CA", c.ca...)
			person := ca.Issue(t, "Person", c.person...)
			a := trusttest.Anchor(root)
			if c.anchor != nil {
				c.anchor(&a)
			}
			store, err := trust.NewStore(a)
			if err != nil {
				t.Fatal(err)
			}
			v := validator(t, root)
			v.Store = store
			req := trust.Request{Certificate: person.Cert, Candidates: trusttest.Certs(ca), At: now, Usage: c.usage}
			if c.change != nil {
				c.change(&req)
			}
			_, f := v.Path(req)
			want(t, f, c.sub, c.reason)
		})
	}
}

func TestTimestampServer(t *testing.T) {
	p := trusttest.New(t)
	v := validator(t, p.Root)
	_, f := v.Path(trust.Request{Certificate: p.TSA.Cert, Candidates: trusttest.Certs(p.CA), At: now, Usage: trust.ForTimestamp})
	want(t, f, "", "")
	_, f = v.Path(trust.Request{Certificate: p.TSA.Cert, Candidates: trusttest.Certs(p.CA), At: now})
	want(t, f, trust.ChainConstraints, trust.ReasonExtKeyUsage)

	v.Policy.RequireRevocation = false
	info := trust.TimestampInfo{GenTime: now.Add(-800 * day), Certificate: p.TSA.Cert, Certificates: trusttest.Certs(p.CA)}
	got := v.ValidateTimestamp(t.Context(), info, now, false, trust.Evidence{})
	want(t, got.Failure, trust.NotYetValid, trust.ReasonValidity)
	if len(got.Warnings) != 2 {
		t.Errorf("warnings %v, want one for each status that nobody knows", got.Warnings)
	}
}

// TestOldChains: papers of ten years ago come out as proven or not proven,
// with their chain, and never as an error.
func TestOldChains(t *testing.T) {
	then := time.Date(2012, 5, 1, 0, 0, 0, 0, time.UTC)
	span := trusttest.Valid(then.AddDate(-2, 0, 0), now.AddDate(1, 0, 0))
	root := trusttest.NewRoot(t, "Old Root", span, trusttest.Key(trusttest.RSA2048), trusttest.SignedWith(x509.SHA1WithRSA))
	ca := root.IssueCA(t, "Old CA", span, trusttest.Key(trusttest.RSA2048), trusttest.SignedWith(x509.SHA1WithRSA))
	person := ca.Issue(t, "Old person", span, trusttest.Key(trusttest.RSA1024), trusttest.SignedWith(x509.SHA1WithRSA))
	v := validator(t, root)
	req := trust.Request{Certificate: person.Cert, Candidates: trusttest.Certs(ca), At: then, Proven: true}
	_, f := v.Path(req)
	want(t, f, "", "")
	req.At, req.Proven = now, false
	chain, f := v.Path(req)
	want(t, f, trust.CryptoFailureNoPOE, trust.ReasonHash)
	if chain == nil || len(chain.Certificates) != 3 {
		t.Error("the chain is not shown")
	}
	v.Policy.Algorithms.Hashes = []trust.HashRule{{Name: "SHA-256"}}
	_, f = v.Path(req)
	want(t, f, trust.CryptoFailure, trust.ReasonHash)
}

// TestNegativeSerial: the number and the signed bytes are what the CA wrote.
func TestNegativeSerial(t *testing.T) {
	c := trusttest.NewRoot(t, "Root").Issue(t, "Person", trusttest.NegativeSerial()).Cert
	serial, err := asn1.Marshal(c.SerialNumber)
	if err != nil {
		t.Fatal(err)
	}
	if c.SerialNumber.Sign() >= 0 || !bytes.Contains(c.RawTBSCertificate, serial) || !bytes.Contains(c.Raw, c.RawTBSCertificate) {
		t.Errorf("serial number %v, encoded %x", c.SerialNumber, serial)
	}
}

// TestForgedSignature: names and key identifiers alone convince nobody.
func TestForgedSignature(t *testing.T) {
	root := trusttest.NewRoot(t, "Root")
	twin := trusttest.NewRoot(t, "Root", trusttest.With(func(c *x509.Certificate) { c.SubjectKeyId = root.Cert.SubjectKeyId }))
	person := twin.Issue(t, "Mallory")
	_, f := validator(t, root).Path(trust.Request{Certificate: person.Cert, Candidates: trusttest.Certs(twin), At: now})
	want(t, f, trust.NoChain, trust.ReasonNoIssuer)
}

// TestCrossCertificates: an old CA has a new certificate from a second root,
// and each root alone is enough.
func TestCrossCertificates(t *testing.T) {
	a, b := trusttest.NewRoot(t, "Root A"), trusttest.NewRoot(t, "Root B")
	ca := a.IssueCA(t, "CA")
	cross := b.IssueCA(t, "CA", trusttest.UseKey(ca.Key))
	person := ca.Issue(t, "Person")
	aByB := b.IssueCA(t, "Root A", trusttest.UseKey(a.Key))
	bByA := a.IssueCA(t, "Root B", trusttest.UseKey(b.Key)) // a circle
	all := trusttest.Certs(ca, cross, aByB, bByA, a, b)
	for _, root := range []*trusttest.Issued{a, b} {
		chain, f := validator(t, root).Path(trust.Request{Certificate: person.Cert, Candidates: all, At: now})
		want(t, f, "", "")
		if chain != nil && !chain.Anchor.Certificate.Equal(root.Cert) {
			t.Errorf("the anchor is %v", chain.Anchor.Certificate.Subject)
		}
	}
	_, f := validator(t, trusttest.NewRoot(t, "Root C")).Path(trust.Request{Certificate: person.Cert, Candidates: all, At: now})
	want(t, f, trust.NoChain, trust.ReasonNoIssuer)
}

// TestExpiredDetour: one of two certificates of a CA has expired; the other path is found.
func TestExpiredDetour(t *testing.T) {
	root := trusttest.NewRoot(t, "Root")
	old := root.IssueCA(t, "CA", trusttest.Valid(now.Add(-900*day), now.Add(-day)))
	fresh := root.IssueCA(t, "CA", trusttest.UseKey(old.Key))
	person := old.Issue(t, "Person")
	_, f := validator(t, root).Path(trust.Request{Certificate: person.Cert, Candidates: trusttest.Certs(old, fresh), At: now})
	want(t, f, "", "")
}

func TestBounds(t *testing.T) {
	root := trusttest.NewRoot(t, "Root")
	t.Run("depth", func(t *testing.T) {
		chain := []*trusttest.Issued{root}
		for range 9 {
			chain = append(chain, chain[len(chain)-1].IssueCA(t, "CA "+time.Duration(len(chain)).String()))
		}
		ok, deep := chain[8].Issue(t, "Person"), chain[9].Issue(t, "Person")
		v := validator(t, root)
		_, f := v.Path(trust.Request{Certificate: ok.Cert, Candidates: trusttest.Certs(chain...), At: now})
		want(t, f, "", "")
		_, f = v.Path(trust.Request{Certificate: deep.Cert, Candidates: trusttest.Certs(chain...), At: now})
		want(t, f, trust.NoChain, trust.ReasonNoIssuer)
	})
	t.Run("certificates", func(t *testing.T) {
		person := root.Issue(t, "Person")
		var soup []*trusttest.Issued
		for range 201 {
			soup = append(soup, root.Issue(t, "Soup"))
		}
		_, f := validator(t, root).Path(trust.Request{Certificate: person.Cert, Candidates: trusttest.Certs(soup...), At: now})
		want(t, f, trust.ChainGeneral, trust.ReasonLimits)
	})
	t.Run("signatures", func(t *testing.T) {
		// Twelve keys of one name certify each other: 144 edges, and paths
		// without number. The search ends and says why.
		var keys, soup []*trusttest.Issued
		for range 12 {
			keys = append(keys, trusttest.NewRoot(t, "Ring"))
		}
		for _, a := range keys {
			for _, b := range keys {
				soup = append(soup, a.IssueCA(t, "Ring", trusttest.UseKey(b.Key)))
			}
		}
		person := keys[0].Issue(t, "Person")
		_, f := validator(t, root).Path(trust.Request{Certificate: person.Cert, Candidates: trusttest.Certs(soup...), At: now})
		want(t, f, trust.ChainGeneral, trust.ReasonLimits)
	})
}

func TestNameConstraints(t *testing.T) {
	subtree := func(n pkix.Name) asn1.RawValue {
		der, err := asn1.Marshal(n.ToRDNSequence())
		if err != nil {
			t.Fatal(err)
		}
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 4, IsCompound: true, Bytes: der}
	}
	type general struct{ Base asn1.RawValue }
	type rules struct {
		Permitted []general `asn1:"optional,tag:0"`
		Excluded  []general `asn1:"optional,tag:1"`
	}
	constrain := func(r rules) trusttest.Option {
		der, err := asn1.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return trusttest.Extension(asn1.ObjectIdentifier{2, 5, 29, 30}, true, der)
	}
	email := func(s string) []general {
		return []general{{asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, Bytes: []byte(s)}}}
	}
	directory := func(org string) []general {
		return []general{{subtree(pkix.Name{Country: []string{"VN"}, Organization: []string{org}})}}
	}
	mail := func(s ...string) trusttest.Option {
		return trusttest.With(func(c *x509.Certificate) { c.EmailAddresses = s })
	}
	dns := trusttest.With(func(c *x509.Certificate) { c.DNSNames = []string{"evil.example"} })
	for _, c := range []struct {
		name   string
		rules  rules
		person []trusttest.Option
		ok     bool
	}{
		{"directory permitted", rules{Permitted: directory("ubnd  TỈNH thử nghiệm")}, nil, true},
		{"directory not permitted", rules{Permitted: directory("Tỉnh khác")}, nil, false},
		{"directory excluded", rules{Excluded: directory("UBND tỉnh Thử Nghiệm")}, nil, false},
		{"host", rules{Permitted: email("tinh.gov.vn")}, opts(mail("a@Tinh.gov.vn")), true},
		{"other host", rules{Permitted: email("tinh.gov.vn")}, opts(mail("a@x.tinh.gov.vn")), false},
		{"domain", rules{Permitted: email(".gov.vn")}, opts(mail("a@x.tinh.gov.vn")), true},
		{"domain itself", rules{Permitted: email(".gov.vn")}, opts(mail("a@gov.vn")), false},
		{"mailbox", rules{Permitted: email("a@gov.vn")}, opts(mail("a@gov.vn")), true},
		{"other mailbox", rules{Permitted: email("a@gov.vn")}, opts(mail("b@gov.vn")), false},
		{"one of two mailboxes", rules{Permitted: email("gov.vn")}, opts(mail("a@gov.vn", "a@evil.example")), false},
		{"excluded mailbox", rules{Excluded: email("evil.example")}, opts(mail("a@evil.example")), false},
		{"not a mailbox", rules{Excluded: email("evil.example")}, opts(mail("evil.example")), false},
		{"no mailbox", rules{Permitted: email("gov.vn")}, nil, true},
		{"dNSName", rules{Excluded: []general{{asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 2, Bytes: []byte("evil.example")}}}}, opts(dns), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := trusttest.NewRoot(t, "Root")
			ca := root.IssueCA(t, "CA", constrain(c.rules))
			person := ca.Issue(t, "Person", c.person...)
			_, f := validator(t, root).Path(trust.Request{Certificate: person.Cert, Candidates: trusttest.Certs(ca), At: now})
			if c.ok {
				want(t, f, "", "")
			} else {
				want(t, f, trust.ChainConstraints, trust.ReasonNames)
			}
		})
	}
}
