package desktop

import (
	"testing"
	"time"

	"khonggiay/app/server"
	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// TestLaptopTrustsAsTheProvince: the roots that the operator has given come by
// themselves, screens are told, and they stay when the line goes.
func TestLaptopTrustsAsTheProvince(t *testing.T) {
	s := startServer(t)
	root := trusttest.NewRoot(t, "Gốc thử")
	var made server.Root
	s.do("trust.add", server.RootRequest{Certificate: root.Cert.Raw, Uses: []string{"signature"}, Kind: trust.KindTest}, &made)
	l := s.laptopOf(clerkC)
	trusted := func() bool {
		all, err := l.app.judge.Roots()
		return err == nil && len(all) == 1 && all[0].Certificate.Equal(root.Cert)
	}
	l.until("the province's roots", trusted)
	s.stop()
	if !trusted() {
		t.Error("without a line nobody is trusted")
	}
	l.stop()
}

// TestTrustIsAskedForNowAndThen: not twice at a time, not within minutes, and
// sooner when it did not come.
func TestTrustIsAskedForNowAndThen(t *testing.T) {
	now := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	tr := &trusting{}
	if !tr.begin(now) || tr.begin(now) {
		t.Error("one at a time")
	}
	tr.end(now, false)
	if tr.begin(now.Add(trustAgain - 1)) {
		t.Error("at once again")
	}
	if !tr.begin(now.Add(trustAgain)) {
		t.Error("it did not come, and is not asked for again")
	}
	tr.end(now, true)
	if tr.begin(now.Add(trustEvery-1)) || !tr.begin(now.Add(trustEvery)) {
		t.Error("every few minutes")
	}
}
