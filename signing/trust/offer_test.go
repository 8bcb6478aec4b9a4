package trust_test

import (
	"testing"
	"time"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// TestOffer: what speaks against a certificate as a root is said before anybody
// trusts it.
func TestOffer(t *testing.T) {
	root := trusttest.NewRoot(t, "Root")
	year := func(n int) time.Time { return trusttest.Now.AddDate(n, 0, 0) }
	for name, c := range map[string]struct {
		issued  *trusttest.Issued
		self    bool
		key     string
		bits    int
		problem string
	}{
		"a root":           {root, true, "EC", 256, ""},
		"of RSA":           {trusttest.NewRoot(t, "R", trusttest.Key(trusttest.RSA2048)), true, "RSA", 2048, ""},
		"below a root":     {root.IssueCA(t, "CA"), false, "EC", 256, ""},
		"not yet valid":    {trusttest.NewRoot(t, "R", trusttest.Valid(year(1), year(2))), true, "EC", 256, ""},
		"of a person":      {root.Issue(t, "A"), false, "EC", 256, trust.OfferNotCA},
		"with a short key": {trusttest.NewRoot(t, "R", trusttest.Key(trusttest.RSA1024)), true, "RSA", 1024, trust.OfferWeakKey},
		"ended":            {trusttest.NewRoot(t, "R", trusttest.Valid(year(-2), year(-1))), true, "EC", 256, trust.OfferExpired},
	} {
		o := trust.DefaultPolicy().Offer(c.issued.Cert, trusttest.Now)
		if o.SelfSigned != c.self || o.KeyKind != c.key || o.KeyBits != c.bits || o.Problem != c.problem {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

// TestLists: what is kept of revocation can be shown with its age and its end.
func TestLists(t *testing.T) {
	p := trusttest.New(t)
	cache, err := trust.OpenCache(t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	v := &trust.Validator{Store: trusttest.Store(t, p.Root), Policy: trust.DefaultPolicy(), Now: func() time.Time { return trusttest.Now }}
	if lists, err := v.Lists(); err != nil || lists != nil {
		t.Errorf("without a cache: %v %v", lists, err)
	}
	v.Cache = cache
	made := trusttest.Now.Add(-9 * 24 * time.Hour)
	next := made.Add(3 * 24 * time.Hour)
	for url, list := range map[string][]byte{
		"http://a.test/short": p.CA.SignCRL(t, trusttest.CRL{This: made, Next: next}),
		"http://a.test/long":  p.CA.SignCRL(t, trusttest.CRL{This: made, Next: made.AddDate(1, 0, 0)}),
		"http://a.test/none":  []byte("no list"),
	} {
		if err := cache.Put(trust.KeptCRL, url, trust.Entry{Body: list, Made: made, Fetched: trusttest.Now}); err != nil {
			t.Fatal(err)
		}
	}
	lists, err := v.Lists()
	if err != nil || len(lists) != 2 {
		t.Fatalf("%+v %v", lists, err)
	}
	long, short := lists[0], lists[1]
	if short.Issuer.CommonName != p.CA.Cert.Subject.CommonName || !short.Made.Equal(made) || !short.Next.Equal(next) || !short.Until.Equal(next) || !short.Fetched.Equal(trusttest.Now) || short.Size == 0 {
		t.Errorf("%+v", short)
	}
	if want := made.Add(time.Duration(v.Policy.CRLMaxAge)); !long.Until.Equal(want) {
		t.Errorf("the policy's age bounds a list that does not: %s", long.Until)
	}
}
