package server

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
)

// comesBack ends the server and has it come back from a backup.
func (f *fixture) comesBack(backup string) *fixture {
	f.Helper()
	f.close()
	config := f.config
	config.Data = filepath.Join(f.TempDir(), "restored")
	if _, err := Restore(f.Context(), config, backup, OpenWith{Passphrase: passphrase}); err != nil {
		f.Fatal(err)
	}
	return reopen(f.T, config).run()
}

// at is the laptop before another server.
func (l *laptop) at(g *fixture) *laptop {
	l.Helper()
	moved := &laptop{fixture: g, Identity: l.Identity}
	moved.client = moved.newClient()
	return moved
}

func (l *laptop) knock() (status int, f *enrol.Forgotten) {
	l.Helper()
	resp, b := l.request(http.MethodPost, "/sync", strings.NewReader(""))
	f = &enrol.Forgotten{}
	if err := json.Unmarshal(b, f); err != nil {
		l.Fatal(err)
	}
	return resp.StatusCode, f
}

// A device that was enrolled after the backup is told so under the server's own
// key, at every door that it knows; the operator and the offices' administrators
// see that it asks, and nobody else does.
func TestForgottenDevicesAreToldAndShown(t *testing.T) {
	f := open(t).run()
	a, known := f.enrol(admin), f.enrol(leader)
	path, _ := f.backed(SealFor{Passphrase: passphrase})
	late, before := f.enrol(clerk), known.Epoch
	g := f.comesBack(path)
	late, a, known = late.at(g), a.at(g), known.at(g)

	status, said := late.knock()
	if status != http.StatusUnauthorized || !said.Verify(late.ServerPublicKey(), late.Device, before) {
		t.Errorf("%d %+v", status, said)
	}
	if _, b := late.request(http.MethodPost, enrol.PathLeave, strings.NewReader("{}")); refusal(b) != enrol.ReasonForgotten {
		t.Errorf("at the door of those who leave: %s", b)
	}
	if _, b := known.request(http.MethodGet, "/nothing", nil); refusal(b) != "request.unknown_route" {
		t.Errorf("a device that is known: %s", b)
	}
	var rows []api.ForgottenDevice
	if _, b := a.request(http.MethodGet, "/api/forgotten-devices", nil); json.Unmarshal(b, &rows) != nil || len(rows) != 1 ||
		rows[0].ID != string(late.Device) || rows[0].Address != "127.0.0.1" || rows[0].First == 0 || rows[0].Last < rows[0].First {
		t.Errorf("the administrator sees %s", b)
	}
	if resp, b := known.request(http.MethodGet, "/api/forgotten-devices", nil); resp.StatusCode != http.StatusForbidden || bytes.Contains(b, []byte(late.Device)) {
		t.Errorf("somebody else sees %s", b)
	}
	if g.audited("device.forgotten") != 1 {
		t.Error("the first knock is in no log, or each is")
	}

	if _, err := g.tryEnrol(g.code(clerk), late.Keys); err != nil {
		t.Fatal(err)
	}
	var st Status
	if g.do("status", nothing{}, &st); len(st.Forgotten) != 0 {
		t.Errorf("enrolled again, it is still shown: %+v", st.Forgotten)
	}
}

// A forgotten device whose certificate has ended hears it as well; a stranger
// who has only the certificate does not.
func TestForgottenAfterItsCertificate(t *testing.T) {
	f := open(t).run()
	path, _ := f.backed(SealFor{Passphrase: passphrase})
	late := f.enrol(clerk)
	g := f.comesBack(path)
	late = late.at(g)
	g.ahead(enrol.CertificateLife + time.Hour)
	if reason := reasonOf(late.renewLate()); reason != enrol.ReasonForgotten {
		t.Errorf("itself: %q", reason)
	}
	stolen := *late.Identity
	stolen.Keys = g.keys()
	if reason := reasonOf((&laptop{fixture: g, Identity: &stolen}).renewLate()); reason != "enrol.bad_request" {
		t.Errorf("its certificate, other keys: %q", reason)
	}
}

// What knocks is bounded: one device is not answered at any rate, and many do
// not fill the memory.
func TestKnocksAreBounded(t *testing.T) {
	f := open(t).run()
	path, _ := f.backed(SealFor{Passphrase: passphrase})
	late := f.enrol(clerk)
	g := f.comesBack(path)
	late = late.at(g)
	refused := 0
	for range 2 * knockBurst {
		if status, _ := late.knock(); status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("each knock was answered")
	}
	k := g.devices.knocks
	for range maxKnocks + 50 {
		id := app.NewID(g.store.Now())
		k.heard(certificateOf(t, g, id, &late.Keys.TLS.PublicKey), "10.0.0.1")
	}
	if n := len(k.list()); n != maxKnocks {
		t.Errorf("%d are remembered", n)
	}
	g.ahead(31 * 24 * time.Hour)
	if n := len(k.list()); n != 0 {
		t.Errorf("%d are shown after a month", n)
	}
}

func certificateOf(t *testing.T, g *fixture, id app.ID, key *ecdsa.PublicKey) *x509.Certificate {
	t.Helper()
	der, err := g.authority.IssueDevice(id, "", key, g.config.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// A code for somebody else is not for a machine that holds a person's data, and
// is not used up by the try.
func TestACodeForAnotherPersonIsLeftUnused(t *testing.T) {
	f := open(t).run()
	code, keys := f.code(leader), f.keys()
	c := &enrol.Client{Now: f.config.Now}
	_, err := c.Enrol(t.Context(), f.Addr(), code, keys, enrol.Device{Person: clerk})
	if reason := reasonOf(err); reason != "enrol.other_person" {
		t.Errorf("%q", reason)
	}
	if id, err := c.Enrol(t.Context(), f.Addr(), code, keys, enrol.Device{Person: leader}); err != nil || id.Person != leader {
		t.Errorf("its own person: %v", err)
	}
}
