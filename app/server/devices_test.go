package server

import (
	"crypto"
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/server/pki"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// cryptoNoHash has Ed25519 sign the message itself.
type cryptoNoHash struct{}

func (cryptoNoHash) HashFunc() crypto.Hash { return 0 }

func TestEnrol(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	if l.Person != clerk || l.PersonName != "Nguyễn Thị Lan" || l.Office != unitCommune || l.OfficeName != "UBND xã An" {
		t.Errorf("answer: %+v", l.Answer)
	}
	if l.Writer < sqlite.FirstWriter || l.Epoch == 0 {
		t.Errorf("writer %d, epoch %d", l.Writer, l.Epoch)
	}
	if second := f.enrol(clerk); second.Writer == l.Writer || second.Device == l.Device {
		t.Error("two laptops share a writer or an id")
	}
	if f.audited("device.enrol") != 2 {
		t.Error("enrolments are not in the audit log")
	}
}

func TestEnrolRefusals(t *testing.T) {
	f := open(t).run()
	want := func(what string, code enrol.Code, keys *enrol.Keys, reason string) {
		t.Helper()
		_, err := f.tryEnrol(code, keys)
		if got := app.AsError(err); got == nil || got.Reason != reason {
			t.Errorf("%s: %v, want %s", what, err, reason)
		}
	}
	unknown := enrol.NewCode(f.authority.Certificate())
	want("a code nobody made", unknown, f.keys(), "enrol.code_unknown")

	used, keys := f.code(clerk), f.keys()
	if _, err := f.tryEnrol(used, keys); err != nil {
		t.Fatal(err)
	}
	want("a used code", used, f.keys(), "enrol.code_unknown")
	again, err := f.tryEnrol(used, keys)
	if err != nil {
		t.Fatalf("the same laptop whose answer was lost: %v", err)
	}
	if len(again.Certificate) == 0 {
		t.Error("no certificate the second time")
	}

	replaced := f.code(clerk)
	f.code(clerk)
	want("a code with a newer one", replaced, f.keys(), "enrol.code_unknown")

	expired := f.code(leader)
	f.ahead(f.config.CodeLife + time.Second)
	want("an expired code", expired, f.keys(), "enrol.code_unknown")

	closed := f.code(leader)
	person := province.People[2]
	person.Closed = true
	f.do("directory.import", Import{People: []app.Person{person}}, nil)
	want("somebody who left", closed, f.keys(), "enrol.person_closed")
	if f.audited("enrol.refused") == 0 {
		t.Error("refusals are not in the audit log")
	}
}

// A code that was presented in vain too often is dead, even with right keys.
func TestCodeTriesAreLimited(t *testing.T) {
	f := open(t).run()
	code, first := f.code(clerk), f.keys()
	if _, err := f.tryEnrol(code, first); err != nil {
		t.Fatal(err)
	}
	for range codeTries {
		if _, err := f.tryEnrol(code, f.keys()); err == nil {
			t.Fatal("a second laptop came in with a used code")
		}
		f.ahead(time.Minute) // the limit by address is another test's
	}
	if _, err := f.tryEnrol(code, first); app.AsError(err).Reason != "enrol.code_unknown" {
		t.Errorf("after %d tries: %v", codeTries, err)
	}
}

func TestEnrolIsRateLimited(t *testing.T) {
	f := open(t).run()
	code := enrol.NewCode(f.authority.Certificate())
	keys := f.keys()
	for range 500 {
		if _, err := f.tryEnrol(code, keys); app.AsError(err).Reason == "enrol.busy" {
			return
		}
	}
	t.Error("five hundred tries went through")
}

func TestSync(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	first := l.pull()
	for _, key := range []app.Key{{Kind: app.KindUnit, ID: unitCommune}, {Kind: app.KindPerson, ID: leader}, {Kind: app.KindBook, ID: "so-den"}} {
		if !keysOf(first)[key] {
			t.Errorf("first load lacks %v", key)
		}
	}
	doc := app.NewID(f.store.Now())
	cmd, _, _ := l.document(doc, "nội dung")
	got := results(l.pull(cmd))
	if len(got) != 1 || got[0].Status != feed.Accepted {
		t.Fatalf("results: %+v", got)
	}
	f.view(func(v *sqlite.View) error {
		_, err := v.Get(app.Key{Kind: app.KindDocument, ID: doc})
		return err
	})
	if keysOf(f.enrol(stranger).pull())[app.Key{Kind: app.KindDocument, ID: doc}] {
		t.Error("another office's laptop got the document")
	}
}

// The same id with other bytes is an alarm in the audit log.
func TestReusedCommandIsAudited(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	one, _, _ := l.document(app.NewID(f.store.Now()), "một")
	l.counter--
	two, _, _ := l.document(app.NewID(f.store.Now()), "hai")
	l.pull(one)
	l.pull(two)
	if err := f.audit.stop(); err != nil {
		t.Fatal(err)
	}
	if f.audited("alarm") != 1 {
		t.Error("no alarm in the audit log")
	}
}

func TestRevokedDeviceIsCut(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	resp, pages := l.stream(60)
	defer resp.Body.Close()
	for {
		p, err := pages()
		if err != nil {
			t.Fatal(err)
		}
		if p.Level {
			break
		}
	}
	f.do("device.revoke", DeviceRequest{l.Device}, nil)
	p, err := pages()
	if err != nil || p.Bye != feed.ByeRevoked {
		t.Errorf("open stream: %+v %v", p, err)
	}
	if _, err := pages(); err == nil {
		t.Error("the stream goes on")
	}
	for _, client := range []*http.Client{l.client, l.newClient()} { // the old connection and a new one
		resp, b := f.send(client, http.MethodPost, "https://"+f.Addr()+"/sync", http.NoBody)
		if resp.StatusCode != http.StatusForbidden || refusal(b) != "device.revoked" {
			t.Errorf("after revocation: %s %s", resp.Status, b)
		}
	}
	if f.audited("device.revoke") != 1 {
		t.Error("revocation is not in the audit log")
	}
}

// A device of somebody who left the service is out without anybody's doing.
func TestClosedPersonIsOut(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	stream, pages := l.stream(60)
	defer stream.Body.Close()
	person := province.People[1]
	person.Closed = true
	f.do("directory.import", Import{People: []app.Person{person}}, nil)
	for bye := feed.ByeNone; bye != feed.ByeRevoked; {
		p, err := pages()
		if err != nil {
			t.Fatalf("open stream: %v", err)
		}
		bye = p.Bye
	}
	resp, b := l.request(http.MethodPost, "/sync", http.NoBody)
	if resp.StatusCode != http.StatusForbidden || refusal(b) != "device.revoked" {
		t.Errorf("%s %s", resp.Status, b)
	}
}

// A resumed session brings the device's certificate along, and is looked up
// like any other.
func TestResumedSession(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	visit := func() *http.Response {
		resp, _ := l.request(http.MethodGet, "/nothing", nil)
		l.client.CloseIdleConnections()
		return resp
	}
	visit()
	if resp := visit(); !resp.TLS.DidResume || resp.StatusCode != http.StatusNotFound {
		t.Errorf("resumed %v: %s", resp.TLS.DidResume, resp.Status)
	}
	f.do("device.revoke", DeviceRequest{l.Device}, nil)
	if resp := visit(); resp.StatusCode != http.StatusForbidden {
		t.Errorf("resumed after revocation: %s", resp.Status)
	}
}

func TestDeviceIsRateLimited(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	for range 600 {
		if resp, _ := l.request(http.MethodGet, "/nothing", nil); resp.StatusCode == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("six hundred requests at once went through")
}

func TestRenewal(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	before, old := l.Writer, l.client
	if _, err := l.Renew(t.Context(), old, f.Addr(), false, "v2"); err != nil {
		t.Fatal(err)
	}
	if l.Writer != before {
		t.Error("renewal changed the writer")
	}
	// The answer might have been lost: the old certificate is good until the
	// new one is used.
	if resp, _ := f.send(old, http.MethodGet, "https://"+f.Addr()+"/nothing", nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("old certificate before the new one is used: %s", resp.Status)
	}
	l.client = l.newClient()
	if resp, _ := l.request(http.MethodGet, "/nothing", nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("new certificate: %s", resp.Status)
	}
	if resp, _ := f.send(old, http.MethodGet, "https://"+f.Addr()+"/nothing", nil); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("old certificate after the new one was used: %s", resp.Status)
	}
	if _, err := l.Renew(t.Context(), l.client, f.Addr(), true, "v2"); err != nil {
		t.Fatal(err)
	}
	if l.Writer == before {
		t.Error("a new incarnation kept its writer")
	}
}

func TestExpiredCertificate(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	l.request(http.MethodGet, "/nothing", nil) // a connection that stays open
	f.ahead(enrol.CertificateLife + time.Hour)
	if resp, err := l.newClient().Get("https://" + f.Addr() + "/sync"); err == nil {
		resp.Body.Close()
		t.Error("an expired certificate came in")
	}
	if resp, _ := l.request(http.MethodGet, "/nothing", nil); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a connection older than its certificate: %s", resp.Status)
	}
}

// The unit's administrator works from his own laptop.
func TestAdministratorOnHisLaptop(t *testing.T) {
	f := open(t).run()
	a, l, other := f.enrol(admin), f.enrol(clerk), f.enrol(stranger)
	resp, b := a.request(http.MethodGet, "/api/devices", nil)
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(b), string(l.Device)) || strings.Contains(string(b), string(other.Device)) {
		t.Errorf("list: %s %s", resp.Status, b)
	}
	asJSON := []string{"Content-Type", "application/json"}
	resp, b = a.request(http.MethodPost, "/api/enrolment-codes", strings.NewReader(`{"person":"p-leader"}`), asJSON...)
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(b), "KG1-") {
		t.Errorf("code: %s %s", resp.Status, b)
	}
	for who, request := range map[string]func() *http.Response{
		"a code for another office": func() *http.Response {
			r, _ := a.request(http.MethodPost, "/api/enrolment-codes", strings.NewReader(`{"person":"p-stranger"}`), asJSON...)
			return r
		},
		"a code by a clerk": func() *http.Response {
			r, _ := l.request(http.MethodPost, "/api/enrolment-codes", strings.NewReader(`{"person":"p-leader"}`), asJSON...)
			return r
		},
	} {
		if resp := request(); resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s", who, resp.Status)
		}
	}
	if resp, b := a.request(http.MethodPost, "/api/devices/"+string(other.Device)+"/revoke", strings.NewReader("{}"), asJSON...); resp.StatusCode != http.StatusNotFound {
		t.Errorf("another office's device: %s %s", resp.Status, b)
	}
	if resp, b := a.request(http.MethodPost, "/api/devices/"+string(l.Device)+"/revoke", strings.NewReader("{}"), asJSON...); resp.StatusCode != http.StatusNoContent {
		t.Errorf("revoke: %s %s", resp.Status, b)
	}
	if resp, _ := l.request(http.MethodGet, "/api/devices", nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("revoked laptop: %s", resp.Status)
	}
}

func TestTLS(t *testing.T) {
	f := open(t).run()
	// visit makes one request under a host name and tells whether a
	// certificate was asked for.
	visit := func(change func(*tls.Config)) (state *tls.ConnectionState, asked bool, err error) {
		config := &tls.Config{RootCAs: f.authority.Pool(), ServerName: "localhost",
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				asked = true
				return &tls.Certificate{}, nil
			}}
		change(config)
		tr := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
		defer tr.CloseIdleConnections()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+f.Addr()+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := tr.RoundTrip(req)
		if err != nil {
			return nil, asked, err
		}
		return resp.TLS, asked, resp.Body.Close()
	}
	state, asked, err := visit(func(*tls.Config) {})
	if err != nil || asked || state.Version != tls.VersionTLS13 || state.NegotiatedProtocol != "h2" {
		t.Errorf("browser: asked for a certificate %v, %+v, %v", asked, state, err)
	}
	if _, asked, err := visit(func(c *tls.Config) { c.ServerName = enrol.EnrolHost }); err != nil || asked {
		t.Errorf("enrolment: asked for a certificate %v, %v", asked, err)
	}
	if _, asked, err := visit(func(c *tls.Config) { c.ServerName = enrol.SyncHost }); err == nil || !asked {
		t.Errorf("sync without a certificate: asked %v, %v", asked, err)
	}
	if _, _, err := visit(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }); err == nil {
		t.Error("TLS 1.2 was accepted")
	}
}

// A certificate of another authority, with a device's name on it, is refused.
func TestForgedCertificate(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	other, _, err := pki.Open(t.TempDir(), "Tỉnh khác", f.config.Now())
	if err != nil {
		t.Fatal(err)
	}
	forged, err := other.IssueDevice(l.Device, l.Person, &l.Keys.TLS.PublicKey, f.config.Now())
	if err != nil {
		t.Fatal(err)
	}
	l.Certificate = forged
	if resp, err := l.newClient().Get("https://" + f.Addr() + "/sync"); err == nil {
		resp.Body.Close()
		t.Error("a forged certificate came in")
	}
	// One of ours that the table does not know, and older than the one it knows:
	// a newer one was lost with a database that was restored, and is let in.
	if l.Certificate, err = f.authority.IssueDevice(l.Device, l.Person, &l.Keys.TLS.PublicKey, f.config.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if resp, _ := f.send(l.newClient(), http.MethodGet, "https://"+f.Addr()+"/sync", nil); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a certificate that is not on record: %s", resp.Status)
	}
}

// A connection made for browsers cannot talk its way to the devices' routes
// with a Host header, nor a device's to the screens.
func TestHostHeaderDecidesNothing(t *testing.T) {
	f := open(t).run()
	b := f.browser()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+f.Addr()+"/sync", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = enrol.SyncHost
	resp, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed { // the screens' handler: nothing to POST there
		t.Errorf("sync on the browsers' connection: %s", resp.Status)
	}
	l := f.enrol(clerk)
	if resp, _ := l.request(http.MethodGet, "/api/session", nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("screens on a device's connection: %s", resp.Status)
	}
}
