package server

import (
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/verify"
	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

func pemOf(i *trusttest.Issued) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.Cert.Raw})
}

// TestRootsOfTheOperator: roots are added, listed and removed; what is no root
// is refused with its reason; who did it is in the audit log.
func TestRootsOfTheOperator(t *testing.T) {
	f := open(t)
	root := trusttest.NewRoot(t, "Gốc thử")
	ca := root.IssueCA(t, "CA thử")
	person := ca.Issue(t, "Nguyễn Văn A")
	both := []string{useSignature, useTimestamp}
	until := time.Date(2030, 12, 31, 0, 0, 0, 0, time.UTC)
	var made Root
	f.do("trust.add", RootRequest{Certificate: pemOf(root), Uses: both, Kind: trust.KindOfficial, Until: until, Note: "gốc"}, &made)
	if made.Subject != root.Cert.Subject.String() || !made.Since.Equal(root.Cert.NotBefore) || !made.Until.Equal(until) || !slices.Equal(made.Uses, both) {
		t.Errorf("made %+v", made)
	}
	for want, r := range map[string]RootRequest{
		"trust.twice":           {Certificate: root.Cert.Raw, Uses: both, Kind: trust.KindPublic},
		"trust.not_ca":          {Certificate: person.Cert.Raw, Uses: both, Kind: trust.KindPublic},
		"trust.not_self_signed": {Certificate: ca.Cert.Raw, Uses: both, Kind: trust.KindPublic},
		"trust.dates":           {Certificate: root.Cert.Raw, Uses: both, Kind: trust.KindPublic, Replace: true, Since: until, Until: until},
		"trust.uses":            {Certificate: root.Cert.Raw, Kind: trust.KindPublic, Replace: true},
		"trust.kind":            {Certificate: root.Cert.Raw, Uses: both, Kind: "own", Replace: true},
		"trust.unreadable":      {Certificate: append(pemOf(root), pemOf(ca)...), Uses: both, Kind: trust.KindPublic},
	} {
		if err := f.try("trust.add", r, nil); app.AsError(err) == nil || app.AsError(err).Reason != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	f.do("trust.add", RootRequest{Certificate: ca.Cert.Raw, Uses: []string{useTimestamp}, Kind: trust.KindTest, Intermediate: true}, nil)
	var all []Root
	f.do("trust.list", nothing{}, &all)
	if len(all) != 2 || !slices.ContainsFunc(all, func(r Root) bool { return r.Note == "gốc" && r.Until.Equal(until) }) {
		t.Errorf("%+v", all)
	}
	for want, print := range map[string]string{"trust.short_print": made.SHA256[:4], "trust.no_such_root": "00000000"} {
		if err := f.try("trust.remove", RootName{print}, nil); app.AsError(err) == nil || app.AsError(err).Reason != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	f.do("trust.remove", RootName{made.SHA256[:16]}, nil)
	if f.do("trust.list", nothing{}, &all); len(all) != 1 {
		t.Errorf("%+v", all)
	}
	if f.audited("trust.add") != 2 || f.audited("trust.remove") != 1 {
		t.Error("the audit log does not tell")
	}
	if err := os.WriteFile(filepath.Join(f.config.Data, trustDir, "la.pem"), pemOf(root), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.try("trust.list", nothing{}, nil); app.AsError(err) == nil || app.AsError(err).Reason != "trust.unnamed" {
		t.Errorf("a certificate that nobody has named: %v", err)
	}
}

// TestLaptopsFollowRoots: what the operator trusts, and what the server has
// learnt of revocation, reaches a laptop over its own door.
func TestLaptopsFollowRoots(t *testing.T) {
	p := trusttest.New(t)
	f := open(t, func(c *Config) { c.SigningOnline, c.SigningAllow = true, trusttest.Loopback }).run()
	l := f.enrol(clerk)
	road := verify.New(filepath.Join(t.TempDir(), "trust"), f.config.Now)
	base := "https://" + f.Addr()
	follow := func() bool {
		t.Helper()
		changed, err := road.Follow(t.Context(), l.client, base)
		if err != nil {
			t.Fatal(err)
		}
		return changed
	}
	if follow() {
		t.Error("nobody has decided yet")
	}
	f.do("trust.add", RootRequest{Certificate: pemOf(p.Root), Uses: []string{useSignature}, Kind: trust.KindTest}, nil)
	if err := f.judge.Keep(trust.KeptCRL, "http://a.test/crl", trust.Entry{Body: p.CA.SignCRL(t, trusttest.CRL{}), Made: trusttest.Now, Fetched: trusttest.Now}); err != nil {
		t.Fatal(err)
	}
	if !follow() || follow() {
		t.Error("a root and a list come once")
	}
	ours, err := f.judge.Roots()
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := road.Roots()
	if err != nil || len(theirs) != 1 || !reflect.DeepEqual(rootOf(ours[0]), rootOf(theirs[0])) {
		t.Errorf("on the road: %+v %v", theirs, err)
	}
	resp, _ := l.request(http.MethodGet, verify.PathTrust, nil)
	etag := resp.Header.Get("ETag")
	if resp, b := l.request(http.MethodGet, verify.PathTrust, nil, "If-None-Match", etag); resp.StatusCode != http.StatusNotModified || len(b) != 0 {
		t.Errorf("unchanged: %s, %d bytes", resp.Status, len(b))
	}
	f.do("device.revoke", DeviceRequest{l.Device}, nil)
	if _, err := road.Follow(t.Context(), l.newClient(), base); err == nil {
		t.Error("a revoked laptop is told")
	}
}

// TestListsAreRefreshed: a list that ends soon is fetched anew, if the operator
// lets the server ask, and laptops see the new one.
func TestListsAreRefreshed(t *testing.T) {
	root := trusttest.NewRoot(t, "Gốc thử")
	web := trusttest.NewWeb(t)
	f := open(t, func(c *Config) { c.SigningOnline, c.SigningAllow = true, trusttest.Loopback })
	f.do("trust.add", RootRequest{Certificate: pemOf(root), Uses: []string{useSignature}, Kind: trust.KindTest}, nil)
	began := f.now()
	old := root.SignCRL(t, trusttest.CRL{This: began.Add(-5 * 24 * time.Hour), Next: began.Add(time.Hour)})
	url := web.URL + "/crl/root"
	if err := f.judge.Keep(trust.KeptCRL, url, trust.Entry{Body: old, Made: began.Add(-5 * 24 * time.Hour), Fetched: began}); err != nil {
		t.Fatal(err)
	}
	_, before, err := f.judge.Bundle()
	if err != nil {
		t.Fatal(err)
	}
	l := &lists{judge: f.judge, now: f.now, log: f.log}
	if wait := l.refresh(t.Context()); wait <= 0 || web.Hits("/crl/") != 1 { // 404: it is tried again
		t.Errorf("wait %v, asked %d times", wait, web.Hits("/crl/"))
	}
	web.SetCRL("root", root.SignCRL(t, trusttest.CRL{This: began.Add(-time.Minute)}))
	l.refresh(t.Context())
	if _, after, err := f.judge.Bundle(); err != nil || after == before {
		t.Errorf("laptops are not told: %v", err)
	}
	if l.refresh(t.Context()); web.Hits("/crl/") != 2 {
		t.Errorf("asked %d times", web.Hits("/crl/"))
	}
}

// TestNobodyIsAsked: a server that may not ask asks nobody, whatever the
// settings beside it say.
func TestNobodyIsAsked(t *testing.T) {
	root := trusttest.NewRoot(t, "Gốc thử")
	web := trusttest.NewWeb(t)
	f := open(t, func(c *Config) { c.SigningAllow, c.SigningPublic = trusttest.Loopback, true })
	f.do("trust.add", RootRequest{Certificate: pemOf(root), Uses: []string{useSignature}, Kind: trust.KindTest}, nil)
	if err := f.judge.Keep(trust.KeptCRL, web.URL+"/crl/root", trust.Entry{Body: root.SignCRL(t, trusttest.CRL{}), Made: trusttest.Now.AddDate(-1, 0, 0), Fetched: f.now()}); err != nil {
		t.Fatal(err)
	}
	l := &lists{judge: f.judge, now: f.now, log: f.log}
	if l.refresh(t.Context()); web.Hits("/") != 0 {
		t.Error("somebody was asked")
	}
}

// TestSigningSettings: what an operator types.
func TestSigningSettings(t *testing.T) {
	c := DefaultConfig()
	if c.SigningOnline || c.SigningPublic || len(c.SigningAllow) != 0 || len(c.TSA) != 0 {
		t.Errorf("by default %+v", c)
	}
	for name, value := range map[string]string{"signing_online": "true", "signing_allow": "public, 10.1.2.3, 10.20.1.1/16",
		"signing_tsa": "http://tsa.ca.gov.vn/, http://10.1.2.4:8318/tsa", "signing_timeout": "3s"} {
		if err := c.Set(name, value); err != nil {
			t.Error(err)
		}
	}
	want := []netip.Prefix{netip.MustParsePrefix("10.1.2.3/32"), netip.MustParsePrefix("10.20.0.0/16")}
	if !c.SigningOnline || !c.SigningPublic || !slices.Equal(c.SigningAllow, want) || len(c.TSA) != 2 || c.SigningTimeout != 3*time.Second {
		t.Errorf("%+v", c)
	}
	for name, value := range map[string]string{"signing_online": "yes", "signing_allow": "tsa.ca.gov.vn", "signing_tsa": "tsa.ca.gov.vn"} {
		if c.Set(name, value) == nil {
			t.Errorf("%s = %s is taken", name, value)
		}
	}
}

// TestRootsAreInBackups: a restored server trusts whom it trusted.
func TestRootsAreInBackups(t *testing.T) {
	f := open(t)
	root := trusttest.NewRoot(t, "Gốc thử")
	f.do("trust.add", RootRequest{Certificate: pemOf(root), Uses: []string{useSignature}, Kind: trust.KindTest}, nil)
	path, _ := f.backed(SealFor{Passphrase: passphrase})
	config := f.config
	config.Data = filepath.Join(t.TempDir(), "restored")
	if _, err := Restore(t.Context(), config, path, OpenWith{Passphrase: passphrase}); err != nil {
		t.Fatal(err)
	}
	got, err := verify.New(filepath.Join(config.Data, trustDir), time.Now).Roots()
	if err != nil || len(got) != 1 || !got[0].Certificate.Equal(root.Cert) {
		b, _ := json.Marshal(got)
		t.Errorf("%s %v", b, err)
	}
}
