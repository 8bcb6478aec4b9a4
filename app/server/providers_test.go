package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/app/enrol"
	"khonggiay/signing"
	"khonggiay/signing/remote"
	"khonggiay/signing/remote/remotetest"
	"khonggiay/signing/softkey/softkeytest"
)

// withProvider configures the test's provider, where the leader has an account.
func withProvider(t *testing.T, p *remotetest.CSC, change ...func(map[string]any)) func(*Config) {
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	conf := map[string]any{"name": "thu", "title": "Nhà cung cấp thử", "protocol": "csc2", "address": p.BaseURL(), "token_address": p.TokenURL(),
		"client_id": remotetest.ClientID, "scope": "service", "secret_file": write("secret", []byte(remotetest.ClientSecret+"\n")), "roots": write("roots.pem", p.Roots())}
	for _, c := range change {
		c(conf)
	}
	b, err := json.Marshal([]any{conf})
	if err != nil {
		t.Fatal(err)
	}
	return func(c *Config) {
		c.SigningProviders, c.SigningAccounts = write("providers.json", b), write("accounts", []byte("# người, nhà cung cấp, tài khoản\n"+string(leader)+" thu 038093015572\n"))
	}
}

func phoneProvider(t *testing.T) *remotetest.CSC {
	p := remotetest.NewCSC(t, 2, remotetest.Phoned, softkeytest.New(t, softkeytest.P256, nil))
	p.Algos = []string{"1.2.840.10045.2.1", "1.2.840.10045.4.3.2"}
	return p
}

// instant is a clock whose pauses are short.
type instant struct{ wallClock }

func (instant) After(time.Duration) <-chan time.Time { return time.After(time.Millisecond) }

// relay is the laptop's way to the provider.
func (l *laptop) relay() *remote.Client {
	l.Helper()
	clock := instant{wallClock{l.config.Now}}
	p, err := remote.NewRelay(remote.RelayConfig{Name: "thu", BaseURL: "https://" + l.Addr() + enrol.PathProviders + "/thu",
		Link: remote.Link{Clock: clock, Transport: l.client.Transport}})
	if err != nil {
		l.Fatal(err)
	}
	return &remote.Client{Provider: p, Clock: clock}
}

func (l *laptop) remoteOrder(c *remote.Client) remote.Order {
	l.Helper()
	list, err := c.Provider.Credentials(l.Context(), "")
	if err != nil || len(list) != 1 {
		l.Fatalf("credentials: %v %v", list, err)
	}
	return remote.Order{Credential: list[0], Text: "Ký: Quyết định", Documents: []remote.Document{{Name: "Quyết định", Digest: bytes.Repeat([]byte{7}, 32)}}}
}

// TestProviders: a laptop's person reaches the keys that he has at a provider, and
// nobody else's; the server's secret stays with it.
func TestProviders(t *testing.T) {
	p := phoneProvider(t)
	f := open(t, withProvider(t, p)).run()
	his, other := f.enrol(leader), f.enrol(clerk)
	for _, c := range []struct {
		l    *laptop
		want string
	}{{his, `[{"name":"thu","title":"Nhà cung cấp thử"}]`}, {other, `[]`}} {
		if _, b := c.l.request("GET", enrol.PathProviders, nil); strings.TrimSpace(string(b)) != c.want {
			t.Errorf("%s: %s", c.l.Person, b)
		}
	}
	if _, err := other.relay().Provider.Credentials(t.Context(), ""); remote.ReasonOf(err) != remote.NoKey {
		t.Errorf("somebody else's keys: %v", err)
	}
	client := his.relay()
	order := his.remoteOrder(client)
	r, err := client.Begin(t.Context(), order, remote.Factors{})
	if err != nil || r.State != remote.Waiting {
		t.Fatalf("%v %+v", err, r)
	}
	if err := other.relay().Poll(t.Context(), r); err != nil || r.State != remote.Failed || r.Reason != remote.NoKey {
		t.Errorf("somebody else's request: %v %+v", err, r)
	}
	r.State, r.Reason = remote.Waiting, ""
	p.Phone.Answer(remotetest.Yes)
	if err := client.Wait(t.Context(), r, nil); err != nil || r.State != remote.Signed {
		t.Errorf("%v %+v", err, r)
	}
	stranger := order
	stranger.Credential.ID = "GX-not-his"
	if r, err := client.Begin(t.Context(), stranger, remote.Factors{}); remote.ReasonOf(err) != remote.NoKey || r.State != remote.Failed {
		t.Errorf("a key that is not his: %v %+v", err, r)
	}
	if n := len(p.Phone.Rings()); n != 1 {
		t.Errorf("%d rings", n)
	}
	if _, b := his.request("POST", enrol.PathProviders+"/thu/ask", strings.NewReader(`{"request":{}}`)); refusal(b) != "request.invalid" {
		t.Errorf("nonsense: %s", b)
	}
	if text := logs.String(); strings.Contains(text, remotetest.ClientSecret) {
		t.Error("the secret is in the log")
	}
}

// TestProvidersOnce: a question that comes twice rings once, and its answer is there
// for whoever asks again; another's name for it opens nothing.
func TestProvidersOnce(t *testing.T) {
	p := phoneProvider(t)
	set := withProvider(t, p)
	f := open(t, func(c *Config) {
		set(c)
		b, err := os.ReadFile(c.SigningAccounts)
		if err == nil {
			err = os.WriteFile(c.SigningAccounts, append(b, string(clerk)+" thu 038093015573\n"...), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}).run()
	his, other := f.enrol(leader), f.enrol(clerk)
	client := his.relay()
	r, err := client.Begin(t.Context(), his.remoteOrder(client), remote.Factors{})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := client.Provider.Ask(t.Context(), r, remote.Factors{}); err != nil || again.State != remote.Waiting || again.Handle != r.Handle {
		t.Errorf("again: %+v %v", again, err)
	}
	p.Phone.Answer(remotetest.Yes)
	for range 2 { // the first answer may have been lost
		if a, err := client.Provider.Check(t.Context(), r); err != nil || a.State != remote.Signed || len(a.Values) != 1 {
			t.Errorf("check: %+v %v", a, err)
		}
	}
	if _, err := other.relay().Provider.Check(t.Context(), r); remote.ReasonOf(err) != remote.Rejected {
		t.Errorf("another's: %v", err)
	}
	if n := len(p.Phone.Rings()); n != 1 {
		t.Errorf("%d rings", n)
	}
}

// TestProvidersRestart: the server is restarted while the telephone asks. The laptop
// has kept how the provider calls the request.
func TestProvidersRestart(t *testing.T) {
	p := phoneProvider(t)
	f := open(t, withProvider(t, p)).run()
	l := f.enrol(leader)
	client := l.relay()
	r, err := client.Begin(t.Context(), l.remoteOrder(client), remote.Factors{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.stop(), f.Close()); err != nil {
		t.Fatal(err)
	}
	again := &laptop{fixture: reopen(t, f.config).run(), Identity: l.Identity}
	again.client = again.newClient()
	p.Phone.Answer(remotetest.Yes)
	for range 2 { // the first answer may have been lost
		if a, err := again.relay().Provider.Check(t.Context(), r); err != nil || a.State != remote.Signed {
			t.Errorf("check: %+v %v", a, err)
		}
	}
	if err := again.relay().Wait(t.Context(), r, nil); err != nil || r.State != remote.Signed {
		t.Errorf("%v %+v", err, r)
	}
	if n := len(p.Phone.Rings()); n != 1 {
		t.Errorf("%d rings", n)
	}
}

// TestProvidersBound: nobody makes his telephone ring without end.
func TestProvidersBound(t *testing.T) {
	p := phoneProvider(t)
	p.Phone.Always(remotetest.No)
	f := open(t, withProvider(t, p)).run()
	l := f.enrol(leader)
	client := l.relay()
	order := l.remoteOrder(client)
	for n := range ringsAtOnce + 1 {
		r, err := client.Begin(t.Context(), order, remote.Factors{})
		if err == nil {
			err = client.Wait(t.Context(), r, nil)
		}
		want := remote.Refused
		if n == ringsAtOnce {
			want = remote.Busy
		}
		if remote.ReasonOf(err) != want {
			t.Fatalf("%d: %v", n, err)
		}
	}
}

// TestProviderSettings: what cannot work is told at the start; accounts are read
// anew when the operator has changed them.
func TestProviderSettings(t *testing.T) {
	p := phoneProvider(t)
	for name, change := range map[string]func(map[string]any){
		"a protocol that is none":   func(m map[string]any) { m["protocol"] = "soap" },
		"an address without TLS":    func(m map[string]any) { m["address"] = "http://a.test" },
		"a secret that is not here": func(m map[string]any) { m["secret_file"] = "/nothing" },
		"a secret in the file":      func(m map[string]any) { m["client_secret"] = "x" },
		"no roots":                  func(m map[string]any) { m["roots"] = m["secret_file"] },
		"a name with a slash":       func(m map[string]any) { m["name"] = "a/b" },
		"SmartCA for everybody":     func(m map[string]any) { m["protocol"] = "smartca" },
	} {
		c := DefaultConfig()
		withProvider(t, p, change)(&c)
		if _, err := readProviders(c.SigningProviders, time.Now); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	for _, good := range []func(map[string]any){
		func(m map[string]any) { m["protocol"] = "csc1"; m["token_json"] = true; m["account_field"] = "user_id" },
		func(m map[string]any) { m["protocol"] = "smartca"; m["account_field"] = "user_id" },
		func(m map[string]any) {
			m["protocol"], m["status_address"], m["client_id"], m["mssp"] = "mss", m["address"], "http://ap.test", "http://mssp.test"
		},
	} {
		c := DefaultConfig()
		withProvider(t, p, good)(&c)
		if _, err := readProviders(c.SigningProviders, time.Now); err != nil {
			t.Error(err)
		}
	}
	path := filepath.Join(t.TempDir(), "accounts")
	a := &keyAccounts{path: path}
	for n, c := range []struct{ text, want string }{{"p-1 thu 1\np-2 thu 2 # Lan\n", "1"}, {"p-1 thu 33\n", "33"}, {"", ""}} {
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := a.of("p-1"); err != nil || got["thu"] != c.want {
			t.Errorf("%d: %v %v", n, got, err)
		}
	}
	for _, bad := range []string{"p-1 thu\n", "p-1 thu 1\np-1 thu 2\n"} {
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := a.of("p-1"); err == nil {
			t.Errorf("taken: %s", bad)
		}
	}
}

// TestProviderSIM: a SIM whose certificate no provider tells, and one that is asked
// for its registration.
func TestProviderSIM(t *testing.T) {
	key := softkeytest.New(t, softkeytest.RSA2048, nil)
	s := remotetest.NewMSS(t, key)
	dir := t.TempDir()
	const number = "84912345678"
	if err := os.WriteFile(filepath.Join(dir, number+".cer"), key.Certificate().Raw, 0o600); err != nil {
		t.Fatal(err)
	}
	conf := providerConfig{Name: "sim", Title: "SIM", Protocol: "mss", Address: s.SignatureURL(), StatusAddress: s.StatusURL(), ClientID: remotetest.APID,
		MSSP: remotetest.MSSPID, Certificates: dir}
	p, err := newKeyProvider(conf, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	with, err := p.as(number)
	if err != nil {
		t.Fatal(err)
	}
	list, err := p.credentials(t.Context(), with, number)
	if err != nil || len(list) != 1 || list[0].ID != number || slices.ContainsFunc(list[0].Schemes, func(s signing.Scheme) bool { return s.PSS }) {
		t.Errorf("%+v %v", list, err)
	}
	for _, unknown := range []string{"84900000000", "../" + number} {
		if _, err := p.credentials(t.Context(), with, unknown); remote.ReasonOf(err) != remote.NoKey {
			t.Errorf("%s: %v", unknown, err)
		}
	}
}
