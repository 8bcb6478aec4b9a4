package trust_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// TestGuardedAddresses: a document cannot make us ask what only we can reach.
func TestGuardedAddresses(t *testing.T) {
	n := trust.DefaultPolicy().Network
	for address, ok := range map[string]bool{
		"8.8.8.8:80": true, "8.8.8.8:443": true, "[2606:4700::1]:443": true,
		"8.8.8.8:22": false, "8.8.8.8:8080": false,
		"127.0.0.1:80": false, "[::1]:80": false, "[::ffff:127.0.0.1]:80": false, "[::]:80": false, "0.0.0.0:80": false,
		"10.1.2.3:80": false, "172.16.0.1:80": false, "192.168.1.1:443": false, "[fd00::1]:80": false,
		"169.254.169.254:80": false, "[fe80::1%eth0]:80": false, "100.64.0.1:80": false, "224.0.0.1:80": false,
		"255.255.255.255:80": false, "[64:ff9b::7f00:1]:80": false, "[2002:7f00:1::]:80": false, "[fec0::1]:80": false,
		"localhost:80": false, "": false,
	} {
		err := trust.MayDial(n, address)
		if (err == nil) != ok || err != nil && !errors.Is(err, trust.ErrAddress) {
			t.Errorf("%s: %v", address, err)
		}
	}
	n.Allow = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	if trust.MayDial(n, "10.1.2.3:8080") != nil || trust.MayDial(n, "[::ffff:10.1.2.3]:80") != nil {
		t.Error("the allowed range is refused")
	}
	if trust.MayDial(n, "192.168.1.1:80") == nil {
		t.Error("one range opens another")
	}
}

func fetcher(t *testing.T, n trust.Network) *trust.Fetcher {
	f := trust.NewFetcher(n)
	t.Cleanup(f.Close)
	return f
}

// TestGuardIsUsed: the guard stands where the dialling is, so a name that
// resolves to the loopback is refused too, and so is a redirect to it.
func TestGuardIsUsed(t *testing.T) {
	hits := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits++ }))
	defer server.Close()
	f := fetcher(t, trust.DefaultPolicy().Network)
	for _, url := range []string{server.URL, strings.Replace(server.URL, "127.0.0.1", "localhost", 1)} {
		if _, err := f.Get(t.Context(), url, 100); !errors.Is(err, trust.ErrAddress) {
			t.Errorf("%s: %v", url, err)
		}
	}
	if hits != 0 {
		t.Error("the server was reached")
	}
}

func TestFetchRules(t *testing.T) {
	n := trust.DefaultPolicy().Network
	n.Allow, n.Timeout = trusttest.Loopback, trust.Duration(5*time.Second)
	release := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/small", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 100)) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 101)) })
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	mux.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	})
	mux.HandleFunc("/ftp", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "ftp://example.com/", http.StatusFound)
	})
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/private", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
	})
	mux.HandleFunc("/once", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/small", http.StatusFound) })
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	defer close(release)
	f := fetcher(t, n)
	for path, want := range map[string]error{
		"/small": nil, "/once": nil, "/large": trust.ErrTooLarge, "/endless": trust.ErrTooLarge,
		"/file": trust.ErrScheme, "/ftp": trust.ErrScheme, "/private": trust.ErrAddress,
	} {
		b, err := f.Get(t.Context(), server.URL+path, 100)
		if !errors.Is(err, want) || want == nil && len(b) != 100 {
			t.Errorf("%s: %d bytes, %v", path, len(b), err)
		}
	}
	var status *trust.StatusError
	if _, err := f.Get(t.Context(), server.URL+"/gone", 100); !errors.As(err, &status) || status.Code != http.StatusGone {
		t.Error(err)
	}
	if _, err := f.Get(t.Context(), server.URL+"/round", 100); err == nil {
		t.Error("went round for ever")
	}
	for _, url := range []string{"file:///etc/passwd", "ldap://ldap.example/cn=x", "http://", "http://u:p@" + strings.TrimPrefix(server.URL, "http://") + "/small", ":", "http:x"} {
		if _, err := f.Get(t.Context(), url, 100); !errors.Is(err, trust.ErrScheme) {
			t.Errorf("%s: %v", url, err)
		}
	}
	n.Timeout = trust.Duration(50 * time.Millisecond)
	if _, err := fetcher(t, n).Get(t.Context(), server.URL+"/slow", 100); err == nil {
		t.Error("waited for ever")
	}
}

// TestNoDowngrade: what began with https does not go on without.
func TestNoDowngrade(t *testing.T) {
	via := []*http.Request{httptest.NewRequest("GET", "https://a.example/", nil)}
	if err := trust.CheckRedirect(httptest.NewRequest("GET", "http://a.example/", nil), via); !errors.Is(err, trust.ErrScheme) {
		t.Error(err)
	}
	if err := trust.CheckRedirect(httptest.NewRequest("GET", "https://b.example/", nil), via); err != nil {
		t.Error(err)
	}
}
