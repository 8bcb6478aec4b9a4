package desktop

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"khonggiay/app/api/apitest"

	"github.com/coder/websocket"
)

// TestAnswersAreGuarded looks at real answers of the laptop to its own person.
func TestAnswersAreGuarded(t *testing.T) {
	l := startIn(t, t.TempDir(), nil)
	defer l.stop()
	for _, path := range []string{"/", "/van-ban-den", "/assets/nothing.js", "/api/session", "/api/desk", "/api/nothing"} {
		resp, err := l.http.Get(l.app.gate.origin + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		apitest.CheckGuarded(t, path, resp.Header)
	}
}

// TestEventsOfOwnPagesOnly: no other page of the same browser can listen, though
// its WebSocket carries the cookie.
func TestEventsOfOwnPagesOnly(t *testing.T) {
	l := startIn(t, t.TempDir(), nil)
	defer l.stop()
	dial := func(cookie string, origin ...string) error {
		conn, _, err := websocket.Dial(t.Context(), "ws://"+l.app.addr+"/api/events", &websocket.DialOptions{
			HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
			HTTPHeader: http.Header{"Cookie": {cookie}, "Origin": origin}})
		if err == nil {
			_ = conn.CloseNow()
		}
		return err
	}
	own := l.app.gate.cookie + "=" + l.app.gate.token
	if err := dial(own, l.app.gate.origin); err != nil {
		t.Errorf("own page: %v", err)
	}
	for _, origin := range []string{"https://evil.example", "null", "http://127.0.0.1:1", "http://localhost:" + l.app.addr[strings.LastIndex(l.app.addr, ":")+1:], ""} {
		if dial(own, origin) == nil {
			t.Errorf("a page of %q listens", origin)
		}
	}
	if dial(own) == nil {
		t.Error("without an origin")
	}
	if dial(l.app.gate.cookie+"=guess", l.app.gate.origin) == nil {
		t.Error("without the launch's token")
	}
}

// TestSilentProgramsAreLetGo: another program of this machine that connects and
// then stands still does not hold a connection for ever. If one did, its bubble
// would end in a deadlock.
func TestSilentProgramsAreLetGo(t *testing.T) {
	l := startIn(t, t.TempDir(), nil)
	defer l.stop()
	own := l.app.server
	if own.ReadHeaderTimeout <= 0 || own.ReadHeaderTimeout > 30*time.Second || own.IdleTimeout <= 0 || own.MaxHeaderBytes <= 0 {
		t.Errorf("%v header, %v idle, %d bytes of header", own.ReadHeaderTimeout, own.IdleTimeout, own.MaxHeaderBytes)
	}
	begun := "POST /api/uploads HTTP/1.1\r\nHost: " + l.app.gate.host + "\r\nContent-Length: 1000\r\n\r\n"
	for name, says := range map[string]string{
		"nothing":                   "",
		"half a header":             "GET / HTTP/1.1\r\nHost: 127",
		"no body, refused":          begun,
		"half a body, refused":      begun + "abc",
		"no body, another's name":   strings.Replace(begun, "127.0.0.1", "evil.example", 1),
		"no body of a second start": strings.Replace(begun, "/api/uploads", handoverPath, 1),
		"nothing after an answer":   "GET /api/session HTTP/1.1\r\nHost: " + l.app.gate.host + "\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				listener, client := apitest.Pipe()
				srv := &http.Server{Handler: own.Handler, ReadHeaderTimeout: own.ReadHeaderTimeout, IdleTimeout: own.IdleTimeout}
				go func() {
					if err := srv.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
						t.Error(err)
					}
				}()
				if _, err := io.WriteString(client, says); err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, client) // until the laptop ends it
				_ = client.Close()
				if err := srv.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestHugeUpload: a file of 2 GB is refused for its size before it is read.
func TestHugeUpload(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer l.stop()
	apitest.RefusesHuge(t, l.http, l.app.gate.origin+"/api/uploads", http.Header{"Origin": {l.app.gate.origin}})
	if _, segments := l.held(); segments != 0 {
		t.Errorf("%d contents of it are kept", segments)
	}
}
