package server

import (
	"net/http"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
)

// renewLate asks at EnrolHost, as a device does whose certificate has ended.
func (l *laptop) renewLate() error {
	l.Helper()
	config, err := l.EnrolTLS()
	if err != nil {
		l.Fatal(err)
	}
	config.Time = l.config.Now
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	return l.RenewLate(l.Context(), &http.Client{Transport: transport}, l.Addr(), "v2")
}

func reasonOf(err error) string {
	if e := app.AsError(err); e != nil {
		return e.Reason
	}
	return ""
}

// TestLateRenewal: a device that was away until after the end of its
// certificate gets the next one, without an administrator, and works on as the
// same writer.
func TestLateRenewal(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	writer, first := l.Writer, *l.Identity
	f.ahead(enrol.CertificateLife + 100*24*time.Hour)
	if _, err := l.newClient().Get("https://" + f.Addr() + "/nothing"); err == nil {
		t.Fatal("a certificate that has ended is taken")
	}
	if err := l.renewLate(); err != nil {
		t.Fatal(err)
	}
	l.client = l.newClient()
	if resp, _ := l.request(http.MethodGet, "/nothing", nil); resp.StatusCode != http.StatusNotFound || l.Writer != writer {
		t.Errorf("with the new certificate: %s, writer %d", resp.Status, l.Writer)
	}
	// The old certificate is no key any more: the new one was used.
	again := &laptop{fixture: f, Identity: &first}
	if reason := reasonOf(again.renewLate()); reason != "device.unknown" {
		t.Errorf("with a certificate that was replaced: %q", reason)
	}
}

func TestLateRenewalIsRefused(t *testing.T) {
	f := open(t).run()
	l, thief := f.enrol(clerk), f.enrol(leader)
	f.ahead(enrol.CertificateLife + time.Hour)
	stolen := *thief.Identity
	stolen.Certificate = l.Certificate
	if reason := reasonOf((&laptop{fixture: f, Identity: &stolen}).renewLate()); reason != "enrol.bad_request" {
		t.Errorf("another's certificate: %q", reason)
	}
	half := *l.Identity
	keys := *l.Keys
	keys.TLS = thief.Keys.TLS // the command key alone is not enough
	half.Keys = &keys
	if reason := reasonOf((&laptop{fixture: f, Identity: &half}).renewLate()); reason != "enrol.bad_request" {
		t.Errorf("for another key: %q", reason)
	}
	var gone any
	f.do("device.revoke", map[string]any{"device": thief.Device}, &gone)
	if reason := reasonOf(thief.renewLate()); reason != "device.revoked" {
		t.Errorf("a revoked device: %q", reason)
	}
	f.ahead(enrol.LateRenewal)
	if _, err := f.authority.EnsureServer(f.config.hostNames(), f.config.Now()); err != nil { // as the server does each day
		t.Fatal(err)
	}
	if reason := reasonOf(l.renewLate()); reason != "device.too_late" {
		t.Errorf("after more than a year: %q", reason)
	}
}
