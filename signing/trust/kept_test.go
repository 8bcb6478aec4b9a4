package trust_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// TestSaveStore: anchors come back as they were, whatever lay there before; a
// folder of loose certificates becomes one file.
func TestSaveStore(t *testing.T) {
	a, b := trusttest.NewRoot(t, "Root A"), trusttest.NewRoot(t, "Root B")
	dir := filepath.Join(t.TempDir(), "trust")
	one := trusttest.Anchor(a)
	one.Since, one.Until, one.Note, one.Timestamp = now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0), "Gốc thử", false
	store, err := trust.NewStore(one, trusttest.Anchor(b))
	if err != nil {
		t.Fatal(err)
	}
	if err := trust.SaveStore(dir, store); err != nil {
		t.Fatal(err)
	}
	got, err := trust.LoadStore(dir)
	if err != nil || len(got.Anchors()) != 2 {
		t.Fatalf("%v", err)
	}
	back, ok := got.Anchor(a.Cert)
	if !ok || !back.Since.Equal(one.Since) || !back.Until.Equal(one.Until) || back.Note != one.Note || back.Timestamp || back.Kind != trust.KindTest {
		t.Errorf("came back as %+v", back)
	}

	loose := t.TempDir()
	if err := os.WriteFile(filepath.Join(loose, "a.crt"), a.Cert.Raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := trust.SaveStore(loose, trusttest.Store(t, b)); err != nil {
		t.Fatal(err)
	}
	if got, err := trust.LoadStore(loose); err != nil || len(got.Anchors()) != 1 || got.Anchors()[0].Certificate.Subject.CommonName != "Root B" {
		t.Errorf("loose certificates: %v", err)
	}
}

// TestSaveStoreCutOff: whatever a kill leaves of the way from loose certificates
// to one file can be read, as the old anchors or the new.
func TestSaveStoreCutOff(t *testing.T) {
	a, b := trusttest.NewRoot(t, "Root A"), trusttest.NewRoot(t, "Root B")
	dir := t.TempDir()
	write := func(name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a.der", a.Cert.Raw)
	write("b.der", b.Cert.Raw)
	text, err := trusttest.Store(t, a, b).EncodeAnchors()
	if err != nil {
		t.Fatal(err)
	}
	write("anchors.json", text) // the first of the three steps
	if err := os.Remove(filepath.Join(dir, "a.der")); err != nil {
		t.Fatal(err)
	}
	if got, err := trust.LoadStore(dir); err != nil || len(got.Anchors()) != 2 {
		t.Errorf("%v", err)
	}
}

// TestAnchorsOfTheWire: only what names its own certificates is taken.
func TestAnchorsOfTheWire(t *testing.T) {
	a, b := trusttest.NewRoot(t, "Root A"), trusttest.NewRoot(t, "Root B")
	text, err := trusttest.Store(t, a).EncodeAnchors()
	if err != nil {
		t.Fatal(err)
	}
	if s, err := trust.DecodeAnchors(text); err != nil || len(s.Anchors()) != 1 {
		t.Errorf("%v", err)
	}
	mixed := bytes.Replace(text, []byte(base64.StdEncoding.EncodeToString(a.Cert.Raw)), []byte(base64.StdEncoding.EncodeToString(b.Cert.Raw)), 1)
	for name, in := range map[string][]byte{
		"another certificate": mixed,
		"no certificate":      []byte(`{"anchors":[{"sha256":"00","uses":["signature"],"kind":"test","intermediate":false,"note":""}]}`),
		"not JSON":            []byte("{"),
		"bytes that are none": []byte(`{"anchors":[{"sha256":"00","uses":["signature"],"kind":"test","intermediate":false,"note":"","certificate":"AAAA"}]}`),
	} {
		var wrong *trust.AnchorError
		if _, err := trust.DecodeAnchors(in); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestKeptFilesTravel: what one machine has kept serves another, older files
// take no newer one's place, and other bytes are refused.
func TestKeptFilesTravel(t *testing.T) {
	p := trusttest.New(t)
	v := online(t, validator(t, p.Root))
	v.Cache = cache(t)
	v.Policy.Network.Allow = trusttest.Loopback
	want(t, v.Validate(t.Context(), trust.Request{Certificate: p.Person.Cert, Candidates: p.Person.Issuers(), At: now}).Failure, "", "")
	files, err := v.Cache.Files()
	if err != nil || len(files) < 3 { // an OCSP answer, a list, an issuer
		t.Fatalf("%+v %v", files, err)
	}
	road := validator(t, p.Root)
	road.Cache = cache(t)
	for _, f := range files {
		b, err := v.Cache.Export(f.Name)
		if err != nil || int64(len(b)) != f.Size {
			t.Fatal(f, err)
		}
		if err := road.Cache.Import(f.Name, b); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		b[len(b)-1] ^= 1
		if err := road.Cache.Import(f.Name, b); !errors.Is(err, trust.ErrNotKept) {
			t.Errorf("changed bytes: %v", err)
		}
	}
	got := road.Validate(t.Context(), trust.Request{Certificate: p.Person.Cert, At: now})
	want(t, got.Failure, "", "")
	if got.Statuses[0].Origin != trust.OriginCache {
		t.Errorf("%+v", got.Statuses[0])
	}

	older, newer := cache(t), cache(t)
	for c, e := range map[*trust.Cache]trust.Entry{older: {Body: []byte("alt"), Made: now.Add(-day), Fetched: now}, newer: {Body: []byte("neu"), Made: now, Fetched: now}} {
		if err := c.Put(trust.KeptCRL, "http://a.test/crl", e); err != nil {
			t.Fatal(err)
		}
	}
	list, err := older.Files()
	if err != nil || len(list) != 1 {
		t.Fatal(err)
	}
	b, err := older.Export(list[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	if err := newer.Import(list[0].Name, b); err != nil {
		t.Fatal(err)
	}
	if e, ok := newer.Get(trust.KeptCRL, "http://a.test/crl"); !ok || string(e.Body) != "neu" {
		t.Errorf("the older took the newer's place: %q", e.Body)
	}
	for _, name := range []string{"../anchors.json", "crl-00.kept", "crl-00000000000000000000000000000000.kept"} {
		if err := newer.Import(name, b); !errors.Is(err, trust.ErrNotKept) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := newer.Export("../anchors.json"); !errors.Is(err, trust.ErrNotKept) {
			t.Error("a name that leads elsewhere")
		}
	}
}

// TestRefresh: lists are fetched anew before they end, and only newer ones that
// the authority has signed are kept.
func TestRefresh(t *testing.T) {
	p := trusttest.New(t)
	person := p.Root.Issue(t, "Trần Thị B", p.Web.Links("root"), trusttest.With(func(c *x509.Certificate) { c.OCSPServer = nil }))
	at := now
	v := online(t, validator(t, p.Root))
	v.Now = func() time.Time { return at }
	v.Cache = cache(t)
	req := trust.Request{Certificate: person.Cert, At: at}
	want(t, v.Validate(t.Context(), req).Failure, "", "")
	refresh := func() trust.Refreshed {
		t.Helper()
		done, _ := v.Refresh(t.Context(), day)
		return done
	}
	if done := refresh(); done.Fetched != 0 || done.Failed != 0 || !done.Next.After(at) {
		t.Errorf("fresh lists: %+v", done)
	}
	at = at.Add(5*day + 12*time.Hour) // half a day before they end
	other := trusttest.NewRoot(t, p.Root.Cert.Subject.CommonName)
	p.Web.SetCRL("root", other.SignCRL(t, trusttest.CRL{This: at.Add(-time.Minute)}))
	if done := refresh(); done.Fetched != 0 || done.Failed == 0 {
		t.Errorf("lists of strangers: %+v", done)
	}
	req.At = at
	want(t, v.Validate(t.Context(), req).Failure, "", "")
	p.Web.SetCRL("root", p.Root.SignCRL(t, trusttest.CRL{This: at.Add(-time.Minute)}))
	if done := refresh(); done.Fetched == 0 || done.Failed != 0 || !done.Next.After(at) {
		t.Errorf("newer lists: %+v", done)
	}
	at = at.Add(3 * day)
	v.Fetcher = nil
	req.At = at
	want(t, v.Validate(t.Context(), req).Failure, "", "") // by the newer lists
	if done := refresh(); done != (trust.Refreshed{}) {
		t.Errorf("without a line: %+v", done)
	}
}

// TestClosedNetwork: what is closed asks only what it was told to.
func TestClosedNetwork(t *testing.T) {
	n := trust.DefaultPolicy().Network
	if err := trust.MayDial(n, "8.8.8.8:80"); err != nil {
		t.Errorf("public: %v", err)
	}
	n.Closed = true
	if err := trust.MayDial(n, "8.8.8.8:80"); !errors.Is(err, trust.ErrAddress) {
		t.Errorf("public, closed: %v", err)
	}
	n.Allow = trusttest.Loopback
	if err := trust.MayDial(n, "127.0.0.1:8080"); err != nil {
		t.Errorf("allowed: %v", err)
	}
}

// FuzzKept: no bytes of the wire break what imports them, and what is taken can
// be given on as it came.
func FuzzKept(f *testing.F) {
	c, err := trust.OpenCache(f.TempDir(), 64<<20)
	if err != nil {
		f.Fatal(err)
	}
	if err := c.Put(trust.KeptCRL, "http://a.test/crl", trust.Entry{Body: []byte("b"), Made: now, Fetched: now}); err != nil {
		f.Fatal(err)
	}
	files, err := c.Files()
	if err != nil || len(files) != 1 {
		f.Fatal(err)
	}
	b, err := c.Export(files[0].Name)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(files[0].Name, b)
	f.Add(files[0].Name, b[:50])
	f.Add("issuer-00000000000000000000000000000000-0000000000000000.kept", b)
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		into := cache(t)
		if into.Import(name, b) != nil {
			return
		}
		if got, err := into.Export(name); err != nil || !bytes.Equal(got, b) {
			t.Errorf("came out as %x: %v", got, err)
		}
	})
}
