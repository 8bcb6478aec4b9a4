package server

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"khonggiay/app"
	"khonggiay/app/api/apitest"
	"khonggiay/app/enrol"
	"khonggiay/sync/content"
)

// TestAnswersToBrowsersAreGuarded looks at real answers of the browsers' door.
func TestAnswersToBrowsersAreGuarded(t *testing.T) {
	f := open(t).run()
	for _, path := range []string{"/", "/van-ban-den", "/assets/nothing.js", "/api/session", "/api/desk", "/api/nothing", "/healthz"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+f.Addr()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "vanban.example"
		resp, err := f.browser().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		apitest.CheckGuarded(t, path, resp.Header)
		if got := resp.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
			t.Errorf("%s: Strict-Transport-Security is %q", path, got)
		}
	}
}

// TestEventsOfOwnPagesOnly: a page of another site cannot listen with the
// session of whoever looks at it.
func TestEventsOfOwnPagesOnly(t *testing.T) {
	f := open(t).run()
	f.account("lan", clerk)
	_, _, c := f.signIn("lan", password)
	dial := func(origin ...string) error {
		client := f.browser()
		client.Transport.(*http.Transport).ForceAttemptHTTP2 = false
		client.Transport.(*http.Transport).TLSClientConfig.NextProtos = []string{"http/1.1"}
		conn, _, err := websocket.Dial(t.Context(), "wss://"+f.Addr()+"/api/events", &websocket.DialOptions{HTTPClient: client,
			HTTPHeader: http.Header{"Cookie": {c.Name + "=" + c.Value}, "Origin": origin}})
		if err == nil {
			_ = conn.CloseNow()
		}
		return err
	}
	if err := dial("https://" + f.Addr()); err != nil {
		t.Errorf("own page: %v", err)
	}
	for _, origin := range []string{"https://evil.example", "null", "https://127.0.0.1:1", "https://" + f.Addr() + ".evil.example", ""} {
		if dial(origin) == nil {
			t.Errorf("a page of %q listens", origin)
		}
	}
	if dial() == nil {
		t.Error("without an origin")
	}
}

// TestEveryDoorHasLimits: a listener without limits can be held open for ever.
func TestEveryDoorHasLimits(t *testing.T) {
	f := open(t)
	for name, s := range map[string]*http.Server{"main": f.mainServer(), "plain": f.plainServer(f.handlers.ops)} {
		if s.ReadHeaderTimeout <= 0 || s.ReadHeaderTimeout > 30*time.Second || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
			t.Errorf("%s: %v header, %v idle, %d bytes of header", name, s.ReadHeaderTimeout, s.IdleTimeout, s.MaxHeaderBytes)
		}
	}
	h2 := f.mainServer().HTTP2
	if h2 == nil || h2.MaxConcurrentStreams <= 0 || h2.SendPingTimeout <= 0 {
		t.Errorf("HTTP/2: %+v", h2)
	}
}

// TestSilentStrangersAreLetGo: whoever connects and then stands still, at any
// point and at any door, does not hold a connection for ever. If one did, its
// bubble would end in a deadlock.
func TestSilentStrangersAreLetGo(t *testing.T) {
	f := open(t)
	now := time.Now() // a bubble's own clock is long before our certificate
	pool := f.authority.Pool()
	begun := "POST /api/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
	for name, c := range map[string]struct{ host, says string }{
		"no handshake":            {"", ""},
		"half a handshake":        {"", "\x16\x03\x01\x00\xff"},
		"no request":              {"localhost", ""},
		"half a header":           {"localhost", "GET / HTTP/1.1\r\nHost: loc"},
		"no body, refused":        {"localhost", begun},
		"half a body, refused":    {"localhost", begun + "abc"},
		"no body of a sign-in":    {"localhost", strings.Replace(begun, "uploads", "login", 1)},
		"no body of an enrolment": {enrol.EnrolHost, strings.Replace(begun, "/api/uploads", enrol.PathEnrol, 1)},
		"nothing after an answer": {"localhost", "GET /api/session HTTP/1.1\r\nHost: localhost\r\n\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, client := apitest.Pipe()
				srv := f.mainServer()
				go func() {
					if err := srv.Serve(tls.NewListener(l, srv.TLSConfig)); !errors.Is(err, http.ErrServerClosed) {
						t.Error(err)
					}
				}()
				var conn io.ReadWriter = client
				if c.host != "" {
					conn = tls.Client(client, &tls.Config{RootCAs: pool, ServerName: c.host, NextProtos: []string{"http/1.1"},
						Time: func() time.Time { return now }})
				}
				if _, err := io.WriteString(conn, c.says); err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, conn) // until the server ends it
				_ = client.Close()
				if err := srv.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestSilentLeaverIsLetGo: a revoked device that begins to bring a content and
// then stands still holds no connection either, and what it brought is kept.
func TestSilentLeaverIsLetGo(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	_, version, store := l.document(app.NewID(f.store.Now()), strings.Repeat("đứng yên ", 20_000))
	seg := version.Segments[0]
	f.do("device.revoke", DeviceRequest{l.Device}, nil)
	if reason := l.post(announcing(seg)); reason != "" {
		t.Fatalf("announcing: %s", reason)
	}
	config, err := l.TLSConfig()
	if err != nil {
		t.Fatal(err)
	}
	from, err := store.Open(seg.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	half := make([]byte, seg.Size/2)
	if _, err := io.ReadFull(from, half); err != nil {
		t.Fatal(err)
	}
	now := time.Now().Round(0) // by the wall: a bubble has another monotonic clock
	synctest.Test(t, func(t *testing.T) {
		f.ahead(time.Until(now)) // a bubble's own clock is long before our certificates
		defer f.offset.Store(0)
		config.Time, config.NextProtos = f.config.Now, []string{"http/1.1"}
		doors, client := apitest.Pipe()
		srv := f.mainServer()
		go func() {
			if err := srv.Serve(tls.NewListener(doors, srv.TLSConfig)); !errors.Is(err, http.ErrServerClosed) {
				t.Error(err)
			}
		}()
		conn := tls.Client(client, config)
		ended := make(chan struct{})
		go func() { // a pipe holds nothing: who writes needs somebody who reads
			defer close(ended)
			_, _ = io.Copy(io.Discard, conn)
		}()
		_, err := fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n%s",
			enrol.PathLeave+content.Path+seg.Name.String(), enrol.SyncHost, seg.Size, half)
		if err != nil {
			t.Error(err)
		}
		<-ended // by the server
		_ = client.Close()
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
	if kept := f.contents.files.PartSize(seg.Name); kept != int64(len(half)) {
		t.Errorf("%d bytes are kept of %d", kept, len(half))
	}
}
