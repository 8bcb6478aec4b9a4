package trust_test

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

func cache(t testing.TB) *trust.Cache {
	t.Helper()
	c, err := trust.OpenCache(t.TempDir(), 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestFetchThenOffline: what was fetched once carries an office without a
// line, as long as it is fresh, and says how old it is.
func TestFetchThenOffline(t *testing.T) {
	p := trusttest.New(t)
	v := online(t, validator(t, p.Root))
	v.Cache = cache(t)
	req := trust.Request{Certificate: p.Person.Cert, Candidates: p.Person.Issuers(), At: now}
	got := v.Validate(t.Context(), req)
	want(t, got.Failure, "", "")
	if st := got.Statuses[0]; st.Origin != trust.OriginNetwork || st.Source != trust.SourceOCSP || len(st.Raw) == 0 {
		t.Errorf("status %+v", st)
	}
	hits := p.Web.Hits("/")

	v.Fetcher = nil
	req.Candidates = nil // the CA is kept too
	got = v.Validate(t.Context(), req)
	want(t, got.Failure, "", "")
	if st := got.Statuses[0]; st.Origin != trust.OriginCache || st.Age != 2*time.Hour {
		t.Errorf("status %+v", st)
	}
	later := now.Add(30 * day)
	v.Now = func() time.Time { return later }
	req.At = later
	want(t, v.Validate(t.Context(), req).Failure, trust.TryLater, trust.ReasonStatusStale)
	if p.Web.Hits("/") != hits {
		t.Error("somebody asked the network")
	}
}

// TestNewest: when signing, the network is asked although the cache would do;
// without a line, the cache does.
func TestNewest(t *testing.T) {
	p := trusttest.New(t)
	v := online(t, validator(t, p.Root))
	v.Cache = cache(t)
	req := trust.Request{Certificate: p.Person.Cert, Candidates: trusttest.Certs(p.CA), At: now, Newest: true}
	want(t, v.Validate(t.Context(), req).Failure, "", "")
	p.Web.SetOCSP(p.Person, trusttest.OCSP{Status: 1, Since: now.Add(-2 * time.Hour), This: now.Add(-30 * time.Minute)})
	want(t, v.Validate(t.Context(), req).Failure, trust.RevokedNoPOE, trust.ReasonRevoked)
	p.Web.SetDown(true)
	want(t, v.Validate(t.Context(), req).Failure, trust.RevokedNoPOE, trust.ReasonRevoked)
}

func TestNewestWithoutLine(t *testing.T) {
	p := trusttest.New(t)
	v := online(t, validator(t, p.Root))
	v.Cache = cache(t)
	req := trust.Request{Certificate: p.Person.Cert, Candidates: trusttest.Certs(p.CA), At: now, Newest: true}
	want(t, v.Validate(t.Context(), req).Failure, "", "")
	p.Web.SetDown(true)
	got := v.Validate(t.Context(), req)
	want(t, got.Failure, "", "")
	st := got.Statuses[0]
	if st.Origin != trust.OriginCache || problems(st) != trust.ProblemFetch {
		t.Errorf("status %+v: that the line is down must be told", st)
	}
}

// TestFallsBackToCRL: a responder that is down or talks nonsense is no end.
func TestFallsBackToCRL(t *testing.T) {
	p := trusttest.New(t)
	v := online(t, validator(t, p.Root))
	p.Web.SetOCSP(p.Person, trusttest.OCSP{Responder: p.CA.IssueResponder(t, "Nobody", trusttest.Purposes())})
	got := v.Validate(t.Context(), trust.Request{Certificate: p.Person.Cert, Candidates: trusttest.Certs(p.CA), At: now})
	want(t, got.Failure, "", "")
	if st := got.Statuses[0]; st.Source != trust.SourceCRL {
		t.Errorf("status %+v", st)
	}
}

// TestNothingFetchedWithoutAnchor: a certificate that leads nowhere sends us nowhere.
func TestNothingFetchedWithoutAnchor(t *testing.T) {
	p := trusttest.New(t)
	stranger := trusttest.NewRoot(t, "Stranger", p.Web.Links("root"))
	evil := stranger.Issue(t, "Evil", p.Web.Links("ca"))
	v := online(t, validator(t, p.Root))
	for _, c := range []*trusttest.Issued{evil, p.Person} { // the person without the CA leads nowhere either
		got := v.Validate(t.Context(), trust.Request{Certificate: c.Cert, Candidates: trusttest.Certs(stranger), At: now, Newest: true})
		want(t, got.Failure, trust.NoChain, trust.ReasonNoIssuer)
	}
	if n := p.Web.Hits("/"); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// TestOldListDoesNotReplaceNewer: who can replay cannot make the cache forget.
func TestOldListDoesNotReplaceNewer(t *testing.T) {
	p := trusttest.New(t, trusttest.With(func(c *x509.Certificate) { c.OCSPServer = nil }))
	v := online(t, validator(t, p.Root))
	v.Cache = cache(t)
	req := trust.Request{Certificate: p.Person.Cert, Candidates: trusttest.Certs(p.CA), At: now, Newest: true}
	p.Web.SetCRL("ca", p.CA.SignCRL(t, trusttest.CRL{Entries: []x509.RevocationListEntry{trusttest.Revoked(p.Person.Cert, now.Add(-3*time.Hour), 6)}}))
	want(t, v.Validate(t.Context(), req).Failure, trust.TryLater, trust.ReasonOnHold)
	p.Web.SetCRL("ca", p.CA.SignCRL(t, trusttest.CRL{This: now.Add(-day)}))
	want(t, v.Validate(t.Context(), req).Failure, trust.TryLater, trust.ReasonOnHold)
	v.Fetcher = nil
	want(t, v.Validate(t.Context(), req).Failure, trust.TryLater, trust.ReasonOnHold)
}

// TestLearn: a token that holds one certificate alone gets its chain.
func TestLearn(t *testing.T) {
	p := trusttest.New(t)
	v := online(t, validator(t, p.Root))
	v.Cache = cache(t)
	chain, err := v.Learn(t.Context(), p.Person.Cert)
	if err != nil || len(chain.Certificates) != 3 {
		t.Fatal(chain, err)
	}
	v.Fetcher = nil
	if chain, err = v.Learn(t.Context(), p.Person.Cert); err != nil || len(chain.Certificates) != 3 {
		t.Error("not kept:", err)
	}
	if _, err = v.Learn(t.Context(), trusttest.NewRoot(t, "Stranger").Issue(t, "S").Cert); err == nil {
		t.Error("a stranger has learnt a chain")
	}
}

func TestCacheDropsDamaged(t *testing.T) {
	dir := t.TempDir()
	c, err := trust.OpenCache(dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	e := trust.Entry{Body: []byte("list"), Made: now, Fetched: now.Add(time.Hour)}
	if err := c.Put(trust.KeptCRL, "http://a/", e); err != nil {
		t.Fatal(err)
	}
	got, ok := c.Get(trust.KeptCRL, "http://a/")
	if !ok || string(got.Body) != "list" || !got.Made.Equal(now) || !got.Fetched.Equal(now.Add(time.Hour)) {
		t.Errorf("got %+v", got)
	}
	if _, ok := c.Get(trust.KeptOCSP, "http://a/"); ok {
		t.Error("a list is given as an OCSP response")
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	whole, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		bad := append([]byte(nil), whole...)
		bad[i] ^= 1
		if err := os.WriteFile(names[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok := c.Get(trust.KeptCRL, "http://a/"); ok {
			t.Fatalf("byte %d changed and nobody saw it", i)
		}
		if _, err := os.Stat(names[0]); !os.IsNotExist(err) {
			t.Fatal("the damaged file is still there")
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	dir := t.TempDir()
	c, err := trust.OpenCache(dir, 4000)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "new-1"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, key := range []string{"a", "b", "c", "d", "e"} {
		if err := c.Put(trust.KeptCRL, key, trust.Entry{Body: make([]byte, 1200)}); err != nil {
			t.Fatal(err)
		}
		// Files of one test are written within one tick; give them ages.
		names, _ := filepath.Glob(filepath.Join(dir, "crl-*"))
		for _, n := range names {
			if info, err := os.Stat(n); err == nil && info.ModTime().After(now.Add(-day)) {
				if err := os.Chtimes(n, now, now.Add(time.Duration(i-1000)*time.Hour)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for key, kept := range map[string]bool{"a": false, "b": false, "c": true, "d": true, "e": true} {
		if _, ok := c.Get(trust.KeptCRL, key); ok != kept {
			t.Errorf("%s kept: %v", key, ok)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "new-1")); !os.IsNotExist(err) {
		t.Error("half a file is left")
	}
	if err := c.Put(trust.KeptCRL, "f", trust.Entry{Body: make([]byte, 5000)}); err == nil {
		t.Error("kept more than all")
	}
}
